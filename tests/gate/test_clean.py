"""A record that is recognised at one look is the record that is read field by field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.gate import PROPOSABLE, Proposed
from overt.gate._clean import clean_form
from overt.gate._shape import _read_closely, stage
from overt.model import TABLES, Kind
from overt.register import kept_columns
from tests.gate.conftest import disclosure, entry, item, listing, pseudonym, subject

_TEXTS = [
    "E1", "P1001", "P1\nP2", "human", "a word", "two\nlines", "", " ", "\x00", "\ud800", "café 1", "Ann Lee", "E1 6AN",
    "07700 900123", "inq/2021.3", "x@y", "1" * 127, "1" * 128, "a" * 20_000, "a" * 20_001, pseudonym(1),
    f"{pseudonym(1)} {pseudonym(2)}", "active", "suspect", "threat", "W1",
]  # fmt: skip
_VALUES: dict[Kind, list[Any]] = {
    Kind.TEXT: _TEXTS,
    Kind.INTEGER: [0, 17, 2**53 + 1],
    Kind.NUMBER: [1, 0.5, float("inf"), 2**53 + 1],
    Kind.BOOLEAN: [True, False],
    Kind.DATE: ["2021-02-28", "2021-02-29", "20210228", "2021-W01-1"],
    Kind.TIMESTAMP: ["2021-09-02T08:00:00", "2021-09-02 08:00:00+01:00", "2021-09-02"],
}
_OTHER = [None, True, 1, 1.5, "x1", [], {}]


@st.composite
def records(draw: st.DrawFn) -> Proposed:
    """A record of any table, or one that the gate admits, with some fields of any value, one more or one less."""
    made = draw(st.sampled_from([subject(1), entry(1), item(1, 0), disclosure(1), None]))
    table = made.table if made else draw(st.sampled_from(PROPOSABLE))
    values = dict(made.values) if made else {}
    for name in draw(st.lists(st.sampled_from(kept_columns(table)), max_size=8 if made is None else 2)):
        column = TABLES[table].by_name[name]
        values[name] = draw(st.sampled_from([*_VALUES[column.kind], *column.codes]) | st.sampled_from(_OTHER))
    if values and draw(st.integers(0, 9)) == 0:
        del values[draw(st.sampled_from(list(values)))]
    if draw(st.integers(0, 9)) == 0:
        values["unknown"] = "x1"
    change = draw(st.sampled_from(["collect", "collect", "alter", "other"]))
    return Proposed(table, values, change, of_rights=draw(st.booleans()))


@given(records())
def test_one_look_gives_what_reading_each_field_gives(record: Proposed) -> None:
    """The same row in the same order, and the same reasons."""
    assert repr(stage(record)) == repr(_read_closely(record))
    (row, _), (closely, _) = stage(record), _read_closely(record)
    assert repr(row and row.values) == repr(closely and closely.values)


@pytest.mark.parametrize("record", listing(7), ids=lambda record: record.table)
def test_what_is_clean_needs_one_look(record: Proposed) -> None:
    """Of a listing, and with a field of a name that is no longer clean."""
    form = clean_form(record.table, tuple(record.values), tuple(map(type, record.values.values())))
    assert form is not None
    assert form.read(record.values)
    key = next(iter(record.values))
    assert form.read(replace(record, values={**record.values, key: "Ann Lee"}).values) is None


def test_a_name_that_no_table_has_is_not_remembered() -> None:
    """It may be somebody's, or be very long."""
    remembered = clean_form.cache_info().currsize
    record = subject(7)
    row, reasons = stage(replace(record, values={**record.values, "jo_example": "x1"}))
    assert row is not None
    assert [reason.code for reason in reasons] == ["column-unknown"]
    assert clean_form.cache_info().currsize == remembered
