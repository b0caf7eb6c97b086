"""What was received before the program was begun, as a table: handed out to be filled in, and taken in again."""
