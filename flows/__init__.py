"""The Prefect layer: thin flows over the engine's services, and the pages that a clerk sees."""
