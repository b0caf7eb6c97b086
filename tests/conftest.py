"""Fixtures that every suite may use."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the CUIBAO_* settings or the home folder of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("CUIBAO_", "PREFECT_")) and name != "CUIBAO_REQUIRE_SERVICES":
            monkeypatch.delenv(name)
