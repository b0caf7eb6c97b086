"""Mails of every shape that reaches the office, each with what is right: `reports` and `others`, told in `cases`."""
