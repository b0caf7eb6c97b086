"""The evidence folder: what came by mail, kept as it came. Nothing in it is ever opened or unpacked."""

from cuibao.evidence.folder import EvidenceFolder, Kept
from cuibao.evidence.names import safe_name

__all__ = ["EvidenceFolder", "Kept", "safe_name"]
