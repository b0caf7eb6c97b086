"""What to make of an incoming mail."""
