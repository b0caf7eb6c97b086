"""How pytest-xdist deals out the tests: one by one, but to one worker all that share what is made once.

pytest-xdist's own groups (`--dist loadgroup`) do nothing under pytest 9.2, which takes no other names for its tests.
"""

from xdist.scheduler import LoadScopeScheduling

# By the beginnings of their names; the first that fits. Each is a Prefect server to start, or weeks to play.
TOGETHER = (
    ("tests/flows/", "flows"),
    ("tests/browser/test_week.py", "week"),
    ("tests/browser/test_several.py", "several"),
    ("tests/acceptance/test_up.py", "up"),
    ("tests/acceptance/test_forms.py", "forms"),
    ("tests/acceptance/", "demonstration"),
    ("tests/browser/", "demonstration"),
    ("tests/faults/test_prefect.py", "prefect"),
    ("tests/integration/test_replay.py", "replay"),
)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no type marker
    """What goes to a worker as a whole is a test, or all that share something; the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for begins, name in TOGETHER if nodeid.startswith(begins)), nodeid)
