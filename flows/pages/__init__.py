"""What the Prefect UI shows, one page a file: pure functions from the engine's results to Markdown."""
