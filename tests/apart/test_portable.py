"""Auditing and verifying need nothing that one system alone has."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apart.blocked import MODULES, without
from tests.audit.conftest import AS_OF, write_register

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "overt"


def overt(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [without(folder / "without"), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", "overt.cli", *words],
        env={**os.environ, **environment, "PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_modules_are_really_not_there(tmp_path: Path) -> None:
    """Neither in a process nor in those that it begins."""
    for name in MODULES[:3]:
        tried = subprocess.run(
            [sys.executable, "-P", "-c", f"import {name}"],
            env={**os.environ, "PYTHONPATH": without(tmp_path / "without")},
            capture_output=True,
            check=False,
        )
        assert b"is not there" in tried.stderr


def test_audit_and_map_run_without_them(tmp_path: Path) -> None:
    """For real, with the process that is held to a limit."""
    assert overt(tmp_path, "--help").returncode == 0
    source = write_register(tmp_path / "register")
    done = overt(tmp_path, "audit", str(source), "--as-of", str(AS_OF), "--out", "result", "-q")
    assert done.returncode == 1, done.stderr
    assert (tmp_path / "result" / "report.html").is_file()
    drafted = overt(tmp_path, "map", "new", str(source), "--out", "mapping.sql")
    assert drafted.returncode == 0, drafted.stderr
    assert overt(tmp_path, "map", "check", str(source), "--map", "mapping.sql").returncode in (0, 3)


def test_a_ledger_is_kept_and_verified_without_them(tmp_path: Path) -> None:
    """A stranger with a record, its receipt and the policy; one word that differs is found."""
    words = {"OVERT_LEDGER_PASSPHRASE": "synthetic words"}
    made = overt(tmp_path, "ledger", "init", "log", "--origin", "example.org/log", **words)
    assert made.returncode == 0, made.stderr
    record = tmp_path / "entry.json"
    record.write_text('{"entry_id": "E-1", "role": "victim"}', encoding="utf-8")
    done = overt(tmp_path, "ledger", "publish", "log", "--record", "entry.json", **words)
    assert done.returncode == 0, done.stderr
    verify = ("ledger", "verify", "entry.json.tlog-proof", "--record", "entry.json", "--policy", "log/policy")
    verified = overt(tmp_path, *verify)
    assert (verified.returncode, verified.stdout) == (0, "It is entry 0 of 1 in example.org/log\n"), verified.stderr
    record.write_text('{"entry_id": "E-1", "role": "suspect"}', encoding="utf-8")
    refused = overt(tmp_path, *verify)
    assert (refused.returncode, "proof-bad" in refused.stderr) == (3, True)


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.py")), ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_no_module_imports_them_at_once(path: Path) -> None:
    """But the one that stands for them all, which can do without."""
    if path.parent.name == "machine":
        return
    body = ast.parse(path.read_text(encoding="utf-8")).body
    named = {alias.name for each in body if isinstance(each, ast.Import) for alias in each.names}
    named |= {each.module for each in body if isinstance(each, ast.ImportFrom) and each.module}
    assert not named & set(MODULES)
