"""What `up` is told, and the errors it raises."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cuibao.errors import CuibaoError

HOST = "127.0.0.1"
# How the installing of deployments (`flows.install`) ends where a campaign does not load.
UNREADABLE = 3
# Set for every child, so that what is left of a killed `up` can be told from everything else.
MARK = "CUIBAO_UP_HOME"


@dataclass(frozen=True, slots=True)
class WorkPool:
    """A work pool of Prefect's: the `type` of its worker, what that is called, and how many runs it does at once."""

    name: str
    type: str
    worker: str
    limit: int | None = None


# What takes its time, each run a new interpreter with its imports; an old home has it.
POOL = WorkPool("cuibao", "process", "催报")
# What somebody waits for, each run a fork (`flows/worker`). More than a few at once would only wait for each other.
FORMS = WorkPool("cuibao-forms", "cuibao-forms", "表单", limit=8)


class UpError(CuibaoError):
    """The service could not be started or did not stay up."""


class NoAnswer(UpError):
    """The server did not answer, or not sensibly."""


@dataclass(frozen=True, slots=True)
class UpSettings:
    """What `up` needs to know.

    `checkout` holds prefect.yaml and flows/; `home` is the data folder (Prefect keeps its own in `home/prefect`, logs
    go to `home/logs`); `environment` is handed to every child, less what it says of Prefect.
    """

    checkout: Path
    home: Path
    environment: Mapping[str, str]
    port: int = 4200

    @property
    def front(self) -> str:
        """The address of the UI's front page."""
        return f"http://{HOST}:{self.port}/"

    @property
    def logs(self) -> Path:
        """Where the children's output goes, a file each."""
        return self.home / "logs"

    @property
    def prefect(self) -> Path:
        """Where Prefect keeps its own: its database, and no settings."""
        return self.home / "prefect"
