"""HTTP is served in one place."""

from __future__ import annotations

import ast
from pathlib import Path

OVERT = Path(__file__).resolve().parents[2] / "src" / "overt"
SERVERS = {"starlette", "uvicorn", "httptools", "multipart"}


def test_nothing_outside_web_serves() -> None:
    """No other package imports a web framework or a server."""
    importers = {
        file.relative_to(OVERT).as_posix()
        for file in OVERT.rglob("*.py")
        if not file.is_relative_to(OVERT / "web") and SERVERS & _libraries(file)
    }
    assert importers == set()


def _libraries(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}
