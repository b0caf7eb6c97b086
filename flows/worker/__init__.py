"""The worker of the forms: what a clerk submits runs in a fork of a process that has imported everything already."""
