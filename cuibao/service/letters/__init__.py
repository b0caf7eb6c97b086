"""What the office writes: whom, what about, when, and the sending of it."""
