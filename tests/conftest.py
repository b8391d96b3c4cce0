"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the checkout; in CI its absence is a failure."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        message = "the public data sets are not beside the checkout (docs/guides/real-data.md says where to get them)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
