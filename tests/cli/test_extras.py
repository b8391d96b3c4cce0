"""What a command needs besides `pip install overt` is in one table, and its lack is said with what to install."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from overt.cli import _extras
from overt.refusals import Refusal
from tests.forgotten import forget

ROOT = Path(__file__).resolve().parent.parent.parent
CLI = ROOT / "src" / "overt" / "cli"


def test_every_extra_can_be_installed() -> None:
    """The names of the table are those of the project."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {each.name for each in _extras.EXTRAS.values()} <= settings["project"]["optional-dependencies"].keys()
    assert _extras.EXTRAS.keys() <= set(_extras.__all__)


@pytest.mark.parametrize(
    ("package", "library", "asks"),
    [
        ("rights", "holidays", "requests"),
        ("watchlists", "ahocorasick_rs", "try_list"),
        ("web", "starlette", "portal"),
        ("disparities", "scipy", "DisparityQuestion"),
    ],
)
def test_what_is_not_installed_is_refused_with_the_extra(
    package: str, library: str, asks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal names the library that is missing and how to install it."""
    extra = _extras.EXTRAS[package]
    forget(monkeypatch, f"overt.{package}", "overt.statistics", f"{library}.")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(Refusal) as refused:
        getattr(getattr(_extras, package), asks)
    assert (refused.value.code, refused.value.where) == (extra.code, extra.where)
    assert refused.value.found.startswith(library)
    assert refused.value.remedy == f"pip install 'overt[{extra.name}]'"


def test_no_command_imports_late_by_itself() -> None:
    """What is loaded late is loaded by the table, so that its lack is said in one way."""
    late = [
        f"{path.name}:{inner.lineno}"
        for path in sorted(CLI.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert late == []
