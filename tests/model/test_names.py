"""No module knows a column by heart: code names it as an attribute of its table, `ENTRY.review_due_on`.

Only names that can mean nothing else are looked for: those with an underscore, and `table.column`. A name of one word,
such as `role` or `outcome`, is a field of many formats and cannot be told from other text. Texts of SQL name columns
as controls do, and the engine refuses one that is not there; which modules hold such texts is listed below.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import overt
from overt.model import OWN_TABLES, TABLES

PACKAGE = Path(overt.__file__).parent
COLUMNS = [column for table in (*TABLES.values(), *OWN_TABLES.values()) for column in table.columns]
TELLING = {column.name for column in COLUMNS if "_" in column.name}
NAMES = TELLING | {column.path for column in COLUMNS}
# The model itself, and the history of its tables, which stays as it was.
NOT_READ = ("model/", "register/migrations/")
# Words that the model shares with other formats.
SHARED = {"as_of", "recorded_at", "table_name", "due_on"}
# Where a literal is right, and why: by module or folder, the names, or None for any.
RIGHT: dict[str, tuple[str, set[str] | None]] = {
    "audits/results/": ("fields of results", {"expires_on"}),
    "charter/": (
        "fields of the charter's file",
        {
            "adopted_on", "retired_on", "signed_on", "reviewed_on", "review_due_on", "officer_consulted_on",
            "residual_risk", "ends_on",
        },
    ),
    "cli/": (
        "headings of what commands print, and names of columns that they write",
        {
            "recorded_by", "received_on", "answered_on", "approved_by", "sent_on", "confirmed_on", "opened_on",
            "subject_id",
        },
    ),
    "controls/_prove.py": ("rows and texts of controls whose answers are known", None),
    "demo/": ("rows as somebody writes them who proposes records", None),
    "disparities/_measure_list.py": ("texts of SQL over the model, with what they need", None),
    "disparities/": (
        "what published tables call ethnicity and age, and words for them",
        {"ethnicity_self", "ethnicity_observed", "ethnicity_self_group", "ethnicity_observed_group", "age_band"},
    ),
    "pseudonym/_apply.py": ("what a new column is called unless somebody says otherwise", {"subject_id"}),
    "publication/records/": (
        "fields of records that law and standards ask for",
        {"legal_basis", "review_due_on", "birth_date"},
    ),
    "reconcile/_agreement.py": ("a field of the agreement's file", {"ends_on"}),
    "register/_journal.py": ("a field of the journal", {"erasure_id"}),
    "register/_schema.py": (
        "columns of the store's own tables",
        {"erasure_id", "recall_id", "entry_id", "on_date", "request_id"},
    ),
    "register/_inbox.py": ("a column of the store's own table", {"request_id"}),
    "rights/_content.py": (
        "fields of the answer's format",
        {
            "received_on", "answered_on", "opened_on", "collected_on", "sent_on", "done_on", "confirmed_on",
            "source_grade", "information_grade",
        },
    ),
    "rights/_answer.py": ("a field of the answer's format", {"answered_on"}),
    "rights/_letter.py": ("a field of the answer's format", {"confirmed_on"}),
    "rights/_letter_entry.py": ("fields of the answer's format", {"done_on", "sent_on"}),
    "web/portal/oversight/_charter.py": ("a field of the charter's file", {"adopted_on"}),
    "web/portal/oversight/_measured.py": (
        "what counts of people are divided by, as disparities name it",
        {"ethnicity_self_group", "age_band"},
    ),
    "web/portal/public/_changes.py": ("a field of the charter's file", {"adopted_on"}),
    "web/portal/public/_answers.py": ("fields of a published answer's file", {"received_on", "sent_on"}),
    "web/portal/public/_sharing.py": ("fields of the charter's file", {"starts_on", "ends_on"}),
    "web/portal/staff/_information.py": ("fields of an answer's file", {"received_on", "sent_on"}),
    "web/portal/staff/_complaints.py": ("what a page shows of a complaint", {"received_on", "answered_on"}),
    "synthetic/": ("templates of the rows of invented registers", None),
}  # fmt: skip
# Where texts of SQL name columns.
SQL = re.compile(r"\b(select|from|where|join|insert into|update)\b")
WITH_SQL = {
    "audits/_opened.py", "audits/mapping/", "audits/sample/_frame.py", "audits/source/_databases.py",
    "audits/source/_peek.py",
    "charter/_template.py", "cli/", "controls/_new.py", "controls/_prove.py",
    "disparities/_measure_list.py", "disparities/_measures.py", "disparities/_stay_rows.py",
    "gate/", "publication/", "register/", "rights/", "synthetic/_tables.py", "web/portal/oversight/",
    "web/portal/staff/",
}  # fmt: skip


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(NOT_READ):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def texts(tree: ast.Module) -> Iterator[str]:
    """The literals of a module, but its docstrings."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value


def is_right(module: str, name: str) -> bool:
    """Whether the list gives a reason for a literal."""
    named = [names for place, (_, names) in RIGHT.items() if module.startswith(place)]
    return name in SHARED or any(names is None or name in names for names in named)


LITERALS = {module: [text for text in texts(tree) if text in NAMES] for module, tree in modules()}


def test_columns_are_named_by_the_model() -> None:
    """A literal that names a column has its reason in the list."""
    assert [(module, name) for module, names in LITERALS.items() for name in names if not is_right(module, name)] == []


@pytest.mark.parametrize("place", RIGHT)
def test_the_list_of_reasons_has_no_leftovers(place: str) -> None:
    """What the list allows is really there."""
    there = {name for module, names in LITERALS.items() if module.startswith(place) for name in names}
    _, allowed = RIGHT[place]
    assert there if allowed is None else allowed <= there


def test_sql_stands_where_it_is_expected() -> None:
    """Texts of SQL that name columns stand in the packages that read and write the store, and in no other."""
    column = re.compile(rf"\b({'|'.join(TELLING)})\b")
    named = {
        module
        for module, tree in modules()
        if any(text not in NAMES and column.search(text) and SQL.search(text) for text in texts(tree))
    }
    assert {module for module in named if not module.startswith(tuple(WITH_SQL))} == set()
