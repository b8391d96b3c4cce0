"""What the demonstration publishes, copied for each test. Everybody in it is invented."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def folder(demonstration: Path, tmp_path: Path) -> Path:
    """A copy of the published folder, to be changed."""
    copy = tmp_path / "published"
    shutil.copytree(demonstration / "published", copy)
    return copy
