"""A stranger verifies with a small install."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "overt" / "ledger"
ALLOWED = {"cryptography", "overt"}
BENEATH = ("sealed", "encoding", "files", "lines", "private", "storage")
LAZY = {"obstore", "starlette", "uvicorn"}


def imports(path: Path, at_once: bool) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_once else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] not in sys.stdlib_module_names}


def test_the_ledger_needs_cryptography_and_nothing_else() -> None:
    """No database engine, no data frame, no server, unless one is asked for."""
    beneath = [PACKAGE.with_name(f"{name}.py") for name in BENEATH]
    for path in [*PACKAGE.glob("*.py"), *beneath]:
        assert {name.split(".")[0] for name in imports(path, at_once=True)} <= ALLOWED, path
        assert {name.split(".")[0] for name in imports(path, at_once=False)} <= ALLOWED | LAZY, path
        ours = {name for name in imports(path, at_once=False) if name.startswith("overt")}
        known = ("overt.ledger", "overt.refusals", "overt.machine", *(f"overt.{name}" for name in BENEATH))
        assert all(name.startswith(known) for name in ours), path


def test_importing_the_ledger_loads_no_engine() -> None:
    """Nor does anything that it imports."""
    code = "import sys, overt.ledger; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"sqlalchemy", "duckdb", "pyarrow", "pydantic", "sqlite3", "obstore", "starlette"} & set(loaded) == set()
