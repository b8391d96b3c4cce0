"""Which questions the columns answer, and which columns would add most."""

from __future__ import annotations

import pytest

from overt.audits.columns import answerable, worth
from overt.controls import Authority, Control, Effect, Severity, find_pack, lacking, missing_for, read_pack
from overt.model import TABLES

ENTRY = {"entry": frozenset({"entry_id", "status", "review_due_on"})}


def control(
    name: str, needs: dict[str, tuple[str, ...]], optional: dict[str, tuple[str, ...]] | None = None
) -> Control:
    """A control of which only the columns matter."""
    return Control(
        id=name, title=f"Title of {name}", asks="", kind=Authority.BENCHMARK, severity=Severity.LOW, gate=Effect.NONE,
        basis=(), limits="", remedy="", sql="", key="entry_id", columns=("entry_id",), needs=needs, thresholds=(),
        optional=optional or {},
    )  # fmt: skip


CONTROLS = (
    control("A", {"entry": ("entry_id", "status")}),
    control("B", {"entry": ("entry_id",)}, {"entry": ("closed_on",), "review": ("done_at",)}),
    control("C", {"entry": ("entry_id", "unit")}),
    control("D", {"entry": ("unit", "role")}),
    control("E", {"authority": ("authority_id", "granted_on")}),
    control("F", {"authority": ("expires_on",)}),
    control("G", {"review": ("done_at",), "entry": ("unit",)}),
)


def test_what_can_be_answered_partly_and_not_at_all() -> None:
    """A control that does without a column is answered, and said to be answered in part."""
    answers = answerable(CONTROLS, ENTRY)
    assert answers.answerable == ("A", "B")
    assert [(each.control, each.missing) for each in answers.partly] == [("B", ("entry.closed_on", "review"))]
    assert [each.control for each in answers.unanswerable] == ["C", "D", "E", "F", "G"]
    assert answers.asked == 7


def test_the_columns_that_add_most_stand_first() -> None:
    """The table of authorities frees two; then the unit, one; then, with the unit, role and reviews one each."""
    found = worth(CONTROLS, ENTRY)
    assert [(each.name, each.frees) for each in found] == [
        ("authority", ("E", "F")),
        ("entry.unit", ("C",)),
        ("entry.role", ("D",)),
    ]
    assert found[1].missing_from == 3


def test_where_no_column_frees_a_control_alone_the_most_lacked_is_named() -> None:
    """What it frees stands with the column that follows it."""
    both = (control("A", {"entry": ("unit", "role")}), control("B", {"entry": ("unit", "band")}))
    found = worth(both, ENTRY)
    assert [(each.name, each.frees) for each in found] == [
        ("entry.unit", ()),
        ("entry.role", ("A",)),
        ("entry.band", ("B",)),
    ]


def test_nothing_is_worth_adding_to_everything() -> None:
    """Nor is more than was asked for named."""
    everything = {name: frozenset(table.by_name) for name, table in TABLES.items()}
    assert worth(CONTROLS, everything) == ()
    assert len(worth(CONTROLS, {}, most=1)) == 1


@pytest.mark.parametrize("columns", [{}, ENTRY])
def test_the_core_pack_is_counted_as_the_audit_counts(columns: dict[str, frozenset[str]]) -> None:
    """Every control is answered or not; each that is worth adding frees what it says."""
    controls = read_pack(find_pack("core")).controls
    answers = answerable(controls, columns)
    assert len(answers.answerable) == sum(not missing_for(each, columns) for each in controls)
    assert len(answers.partly) == sum(
        bool(lacking(each.optional, columns)) for each in controls if not missing_for(each, columns)
    )
    had = dict(columns)
    for best in worth(controls, columns):
        before = answerable(controls, had)
        table, _, column = best.name.partition(".")
        whole = frozenset(TABLES[table].by_name)
        had[table] = frozenset({*had.get(table, ()), column}) if column else whole
        assert set(best.frees) == set(answerable(controls, had).answerable) - set(before.answerable)
