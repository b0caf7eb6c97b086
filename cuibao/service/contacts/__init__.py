"""The contacts, changed by tables and forms."""
