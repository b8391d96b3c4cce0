"""No module knows a column by heart: code names it as an attribute of its table, `ENTRY.review_due_on`.

Only names that can mean nothing else are looked for: those with an underscore, and `table.column`. A name of one word,
such as `role` or `outcome`, is a field of many formats and cannot be told from text.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import overt
from overt.model import OWN_TABLES, TABLES

PACKAGE = Path(overt.__file__).parent
COLUMNS = [column for table in (*TABLES.values(), *OWN_TABLES.values()) for column in table.columns]
NAMES = {column.name for column in COLUMNS if "_" in column.name} | {column.path for column in COLUMNS}
# The model itself, and the history of its tables, which stays as it was.
NOT_READ = ("model", "register/migrations")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(NOT_READ):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def texts(tree: ast.Module) -> Iterator[str]:
    """The literals of a module that are no docstrings."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value


LITERALS = {name: found for name, tree in modules() if (found := Counter(set(NAMES) & set(texts(tree))))}
