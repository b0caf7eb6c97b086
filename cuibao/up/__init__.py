"""`cuibao up`: Prefect's server, deployments and workers as one program that starts, waits and stops cleanly.

Standard library only: the command has nothing of Prefect to import, and drives it as a user would, by its command line
and its API. Everything listens on loopback, and answers nobody without the office's password. What a worker runs is
read from the checkout's `prefect.yaml` and from the campaigns (`flows/install`).
"""

from cuibao.up.installing import install
from cuibao.up.lock import is_up
from cuibao.up.password import keep_password, new_password, password_of
from cuibao.up.program import keep_others_out, up
from cuibao.up.service import BOARD, MORNING
from cuibao.up.settings import HOST, MARK, UpError, UpSettings
from cuibao.up.surroundings import environment

__all__ = [
    "BOARD",
    "HOST",
    "MARK",
    "MORNING",
    "UpError",
    "UpSettings",
    "environment",
    "install",
    "is_up",
    "keep_others_out",
    "keep_password",
    "new_password",
    "password_of",
    "up",
]
