"""Modules that a test has not loaded, until it ends."""

from __future__ import annotations

import sys

import pytest


def forget(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Takes modules by the beginning of their names out of Python, and afterwards puts back these and no others.

    A package that is loaded again would otherwise stay an attribute of the one above it, without what it had loaded.
    """
    for name in [loaded for loaded in sys.modules if loaded.startswith(names)]:
        above, _, own = name.rpartition(".")
        if hasattr(sys.modules.get(above), own):
            monkeypatch.setattr(sys.modules[above], own, sys.modules[name])
    for name in [loaded for loaded in sys.modules if loaded.startswith(names)]:
        monkeypatch.delitem(sys.modules, name)
