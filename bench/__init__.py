"""How long things take: `make bench`.

Every figure stands beside something that was measured in the same run, in turns with it: a peer (what the same work
costs without us) or a limit that we set ourselves. Read the ratios; the seconds are this machine's, at this hour. A
ratio that has grown since the last release is a reason to look; no test fails because of it.

The mail server is Postfix's smtp-sink (`apt-get install postfix`), the mailbox Dovecot (`apt-get install
dovecot-imapd`); where they are not installed, what needs them is left out, and that is said.

One module a subject, each with `figures()`; a new one is added to the list in `__main__`.
"""
