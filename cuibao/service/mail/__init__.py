"""What comes into the mailbox, and what becomes of it."""
