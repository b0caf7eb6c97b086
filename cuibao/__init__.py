"""The engine of cuibao (催报): deadlines, letters and receipts. Never imports prefect."""

__version__ = "0.1.0"
