"""Letters from templates: what is said lives in `templates/`, how it becomes a mail lives here."""

from cuibao.rendering.letters import Templates

__all__ = ["Templates"]
