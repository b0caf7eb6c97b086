"""What is entered (登记), looked up by the words of forms and command lines, and said about it."""
