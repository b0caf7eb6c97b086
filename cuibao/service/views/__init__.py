"""What is drawn from the ledger: the board, the call sheet, the trail, the evidence, the year."""
