"""What Prefect is to run: the program's own deployments, and one with its trigger for each plan of each campaign.

Unlike `prefect deploy`, which makes every trigger anew and starts what a person paused, it writes only what differs.
"""
