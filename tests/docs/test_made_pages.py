"""Generated pages are current."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

from overt.audits.mapping import _functions
from overt.controls import read_pack, shipped_packs

ROOT = Path(__file__).resolve().parent.parent.parent
RENEW = ".venv/bin/python scripts/docs.py"


def _docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_made_pages_are_current() -> None:
    """docs/model.md, docs/cli.md and docs/controls/ match the code."""
    docs = _docs()
    stale = [path.relative_to(ROOT).as_posix() for path in docs.stale(docs.pages())]
    assert stale == [], f"not current: to renew, run {RENEW}"


def test_model_page_is_what_the_command_prints() -> None:
    """docs/model.md is the output of `overt model -o md`."""
    command = [sys.executable, "-m", "overt.cli", "model", "--output", "md"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert (ROOT / "docs" / "model.md").read_text(encoding="utf-8") == printed


def test_every_control_has_its_place() -> None:
    """The page of a pack has a heading for each control, and links to its SQL and test cases."""
    for name, folder in shipped_packs().items():
        page = (ROOT / "docs" / "controls" / f"{name}.md").read_text(encoding="utf-8")
        for control in read_pack(folder).controls:
            assert f"\n## {control.id} {control.title}\n" in page
            assert f"{control.path.stem}.sql)" in page if control.path else False


def test_the_layers_of_the_page_are_those_of_the_contract() -> None:
    """The diagram in ARCHITECTURE.md matches the contract that import-linter checks."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = " ◀ ".join(layer.replace("overt.", "").replace(" : ", " | ") for layer in reversed(layers))
    assert f"\n{drawn}\n" in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_folder_of_the_source_is_in_the_architecture() -> None:
    """ARCHITECTURE.md gives the responsibility of each folder."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "src" / "overt").rglob("__init__.py")}
    named = set(re.findall(r"^\| `([\w/.]+)` \|", page, re.MULTILINE))
    assert sorted(folders - named - {"src/overt"}) == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_functions_of_the_page_are_those_of_the_checker() -> None:
    """docs/formats/mapping.md lists the functions that a mapping may call, and no others."""
    page = (ROOT / "docs" / "formats" / "mapping.md").read_text(encoding="utf-8")
    table = page.split("## Functions")[1].split("\n\n- ")[0]
    named = {name.replace("\\|", "|") for name in re.findall(r"`([^`]+)`", table)}
    assert named == _functions.ALLOWED
