"""Every shipped pack: it lints, its cases hold on four engines, and they notice a broken control."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.often import NIGHTLY

from overt.controls import (
    Case,
    Control,
    Pack,
    check_complete,
    check_control,
    check_pack,
    find_pack,
    mutants,
    read_cases,
    read_pack,
    shipped_packs,
)
from overt.controls import cases_path as cases_of
from overt.controls.engines import open_for_cases

PACKS = sorted(shipped_packs())


# Duties that several laws ask in the same words: a change of one text is a change of the others.
ALIKE = (
    ("OV-54", "LE-10"), ("DG-01", "LE-04"), ("DG-02", "LE-05"), ("DG-04", "LE-02"), ("DG-05", "LE-03"),
    ("DG-06", "LE-09"), ("DG-07", "LE-15"), ("NY-05", "SC-03"),
)  # fmt: skip


def test_duties_that_several_laws_ask_are_asked_alike() -> None:
    """No other text stands in two packs, and none of these is changed alone."""
    by_text: dict[str, list[str]] = {}
    for read in map(read_pack, map(find_pack, PACKS)):
        for control in read.controls:
            if not read.is_inherited(control):
                by_text.setdefault(control.sql, []).append(control.id)
    assert {tuple(sorted(ids)) for ids in by_text.values() if len(ids) > 1} == {tuple(sorted(each)) for each in ALIKE}


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return read_pack(find_pack(request.param))


@pytest.fixture(scope="module")
def asked_anew(pack: Pack) -> Pack:
    """The pack with the controls that are not its base's to the letter, by text, limits, days and cases: what holds of
    those holds here, and takes minutes to see.
    """
    return replace(pack, controls=tuple(each for each in pack.controls if not _is_of_base(pack, each)))


def _is_of_base(pack: Pack, control: Control) -> bool:
    base = pack.variant.base if pack.variant else None
    same = next((each for each in base.controls if each.id == control.id), None) if base else None
    return (
        base is not None
        and same is not None
        and (control.digest, control.cases) == (same.digest, same.cases)
        and all(pack.thresholds[name].value == base.thresholds[name].value for name in control.thresholds)
    )


def test_a_variant_is_asked_where_it_differs() -> None:
    """Scotland has another age of responsibility and duties of its own; for Northern Ireland only the words differ."""
    packs = [read_pack(find_pack(name)) for name in ("uk-scotland", "uk-northern-ireland")]
    anew = {pack.name: {each.id for each in pack.controls if not _is_of_base(pack, each)} for pack in packs}
    assert anew == {"uk-scotland": {"OV-11", "SC-01", "SC-02", "SC-03"}, "uk-northern-ireland": set()}


def test_every_control_has_a_breach_a_quiet_row_and_an_unknown(pack: Pack) -> None:
    """A control never seen to fire, to stay quiet or to say that it cannot tell is refused."""
    assert check_complete(pack) == []


def test_cases_notice_every_broken_control(asked_anew: Pack) -> None:
    """Taking any condition out of any control makes one of its cases fail."""
    pack = asked_anew
    engine = open_for_cases("duckdb")
    thresholds = {name: threshold.value for name, threshold in pack.thresholds.items()}
    survivors = [
        f"{control.id}: {what}"
        for control, cases in [(control, read_cases(cases_of(control))) for control in pack.controls]
        for what, mutant in mutants(control)
        if not any(result.difference for result in check_control(mutant, cases, thresholds, engine, is_held=True))
    ]
    assert survivors == []


def test_no_answer_depends_on_a_column_that_is_not_needed(pack: Pack) -> None:
    """Without such a column a source is still answered, so no verdict may hang on what it said."""
    engine = open_for_cases("duckdb")
    thresholds = {name: threshold.value for name, threshold in pack.thresholds.items()}
    differing = [
        f"{control.id}, {result.case}: {result.difference}"
        for control in pack.controls
        for result in check_control(
            control, [_with_needs_alone(control, case) for case in read_cases(cases_of(control))], thresholds, engine
        )
        if result.difference
    ]
    assert differing == []


def _with_needs_alone(control: Control, case: Case) -> Case:
    given = {
        table: [
            {column: cell for column, cell in row.items() if column in control.reads.get(table, ())} for row in rows
        ]
        for table, rows in case.given.items()
    }
    return replace(case, given=given, expected=[{"breach": row["breach"]} for row in case.expected or []])


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_cases_hold(pack: Pack, engine: str) -> None:
    """The same text gives the rows its cases expect."""
    assert _failures(pack, engine) == []


@pytest.mark.postgres
def test_cases_hold_on_postgresql(pack: Pack, postgres_url: str) -> None:
    """The same text gives the same rows on PostgreSQL."""
    assert _failures(pack, postgres_url) == []


@pytest.mark.spark
def test_cases_hold_on_spark(asked_anew: Pack, java: None) -> None:
    """The same text gives the same rows on Spark: the fewest cases that have each answer, all of them at night."""
    engine, thresholds = open_for_cases("spark"), {name: each.value for name, each in asked_anew.thresholds.items()}
    assert [
        f"{result.control}, {result.case}: {result.difference}"
        for control in asked_anew.controls
        for result in check_control(control, _of_each_answer(read_cases(cases_of(control))), thresholds, engine)
        if result.difference
    ] == []


def _of_each_answer(cases: list[Case]) -> list[Case]:
    """Few cases in which every answer is given; all of them at night."""
    if NIGHTLY:
        return cases
    answers = {case.line: {row["breach"] for row in case.expected or []} for case in cases}
    left, chosen = set().union(*answers.values()), []
    while left:
        chosen.append(max(cases, key=lambda case: len(left & answers[case.line])))
        left -= answers[chosen[-1].line]
    return chosen


def _failures(pack: Pack, engine_name: str) -> list[str]:
    engine = open_for_cases(engine_name)
    try:
        return [f"{r.control}, {r.case}: {r.difference}" for r in check_pack(pack, engine) if r.difference]
    finally:
        engine.close()
