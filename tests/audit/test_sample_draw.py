"""Drawing a sample: the same rows whoever draws them, from all strata, and nobody found by it."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.audits.sample._draw import Sample, allocate, draw, read_sample
from overt.audits.sample._estimate import foretell
from overt.audits.sample._worksheet import write_sample
from overt.refusals import Refusal, Refusals
from tests.often import often

UNITS = ["Hackney"] * 60 + ["Lambeth"] * 30 + ["Brent"] * 8 + [None] * 2


def register(rows: int = 500, *, shuffle: int | None = None, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A small synthetic register with three units and some entries without one."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(
        "create table main.entry(entry_id varchar, subject_id varchar, unit varchar, role varchar, status varchar, "
        "opened_on date, grounds varchar, score double)"
    )
    entries = [
        (
            f"E{number:05}",
            f"P{number:05}",
            UNITS[number % 100],
            "suspect" if number % 3 else "victim",
            "active" if number % 2 else "closed",
            f"2024-01-{number % 28 + 1:02}",
            f"synthetic grounds {number}",
            number / 10,
        )
        for number in range(rows)
    ]
    if shuffle is not None:
        random.Random(shuffle).shuffle(entries)
    if entries:
        connection.executemany("insert into main.entry values (?, ?, ?, ?, ?, ?, ?, ?)", entries)
    return connection


def drawn(connection: duckdb.DuckDBPyConnection, **wanted: Any) -> Sample:
    """A sample of entries, with defaults for what the test does not speak of."""
    asked = {"table": "entry", "question": "Are these grounds adequate?", "size": 40, "seed": 7, **wanted}
    return draw(connection, **asked)


def codes(raised: pytest.ExceptionInfo[Any]) -> list[str]:
    """The codes of what was refused."""
    value = raised.value
    return [each.code for each in value.refusals] if isinstance(value, Refusals) else [value.code]


def test_sample_is_the_same_whatever_the_order_and_the_threads() -> None:
    """The same source and seed give the same rows in the same order."""
    first = drawn(register(), strata=("unit", "role"))
    for shuffle, threads in ((1, 1), (2, 4)):
        assert drawn(register(shuffle=shuffle, threads=threads), strata=("unit", "role")) == first


def test_sample_can_be_drawn_again_without_overt() -> None:
    """Within a stratum the lowest MD5 of seed:key are taken: a stranger needs nothing else."""
    keys = [f"E{number:05}" for number in range(500)]
    expected = sorted(keys, key=lambda key: hashlib.md5(f"7:{key}".encode(), usedforsecurity=False).hexdigest())[:40]
    assert [row.key for row in drawn(register()).rows] == expected


def test_sample_is_drawn_from_a_mapped_source_on_a_locked_connection() -> None:
    """A mapping is a view; drawing needs neither to write nor to reach a file."""
    connection = register()
    whole = drawn(connection, strata=("unit",))
    connection.execute("create schema source")
    connection.execute("create table source.people as select * from main.entry")
    connection.execute("drop table main.entry")
    connection.execute("create view main.entry as select * from source.people")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    assert drawn(connection, strata=("unit",)) == whole


def test_other_seed_draws_other_rows() -> None:
    """The seed decides."""
    assert {row.key for row in drawn(register()).rows} != {row.key for row in drawn(register(), seed=8).rows}


def test_strata_keep_their_sizes_and_the_missing_value_is_one() -> None:
    """Each stratum says how many rows it has and how many were drawn; no value is a stratum of its own."""
    sample = drawn(register(), strata=("unit",))
    assert [(each.values, each.population, each.sample) for each in sample.strata] == [
        ((None,), 10, 1),
        (("Brent",), 40, 3),
        (("Hackney",), 300, 24),
        (("Lambeth",), 150, 12),
    ]
    assert Counter(row.stratum for row in sample.rows) == {0: 1, 1: 3, 2: 24, 3: 12}


def test_small_frame_is_taken_whole() -> None:
    """A frame no larger than the sample asked for leaves nothing to chance."""
    sample = drawn(register(25), size=40, strata=("unit",))
    assert len(sample.rows) == sample.frame == 25
    assert all(each.sample == each.population for each in sample.strata)


@settings(max_examples=often(200), deadline=None)
@given(st.dictionaries(st.tuples(st.text(max_size=3) | st.none()), st.integers(1, 10_000), min_size=1), st.data())
def test_allocation_adds_up_and_leaves_no_stratum_out(
    populations: dict[tuple[str | None, ...], int], data: st.DataObject
) -> None:
    """As many as asked for, at least one and at most all of each, near proportion, whatever the order."""
    size = data.draw(st.integers(len(populations), 12_000))
    sizes = allocate(populations, size)
    total = sum(populations.values())
    assert sum(sizes.values()) == min(size, total)
    assert all(1 <= sizes[values] <= population for values, population in populations.items())
    # Nobody gets more than the next row above a proportional share, except the one row each must have.
    assert all(sizes[values] <= max(1, size * population / total + 1) for values, population in populations.items())
    assert sizes == allocate(dict(reversed(populations.items())), size)


def test_allocation_goes_by_the_largest_remainder() -> None:
    """10 rows of 47, 33 and 20 in a hundred are 4.7, 3.3 and 2: the odd row goes to the first."""
    assert allocate({("a",): 47, ("b",): 33, ("c",): 20}, 10) == {("a",): 5, ("b",): 3, ("c",): 2}


def test_sample_refuses_more_strata_than_rows() -> None:
    """A stratum without a row would be silent about its people."""
    with pytest.raises(Refusal, match="too-many-strata"):
        drawn(register(), size=3, strata=("unit",))


def test_reviewers_see_ids_and_dates_unless_more_is_asked_for_with_a_reason() -> None:
    """Content is shown only by name and with a reason, which stays with the sample."""
    assert drawn(register()).columns == ("entry_id", "subject_id", "opened_on")
    with pytest.raises(Refusal, match="reason-missing"):
        drawn(register(), show=("grounds",))
    sample = drawn(register(), show=("grounds",), reason="the question is about the grounds")
    assert sample.columns == ("entry_id", "subject_id", "opened_on", "grounds")
    assert sample.rows[0].cells[3].startswith("synthetic grounds")
    assert sample.as_json()["reason"] == "the question is about the grounds"


def test_birth_date_is_not_among_the_usual_dates() -> None:
    """A date of the person is content; it is shown when asked for."""
    connection = duckdb.connect()
    connection.execute("create table subject(subject_id varchar, birth_date date, died_on date, recorded_at timestamp)")
    connection.execute("insert into subject values ('P1', '2001-02-03', null, '2024-05-06 07:08:09')")
    assert drawn(connection, table="subject").columns == ("subject_id", "recorded_at")
    sample = drawn(connection, table="subject", show=("birth_date",), reason="ages are in question")
    assert sample.rows[0].cells == ("P1", "2024-05-06 07:08:09", "2001-02-03")


@pytest.mark.parametrize("option", ["strata", "show", "where"])
def test_sample_refuses_monitoring_data(option: str) -> None:
    """Ethnicity never stands beside a listed person, nor chooses who is looked at."""
    connection = duckdb.connect()
    connection.execute("create table subject(subject_id varchar, ethnicity_self varchar)")
    wanted: dict[str, Any] = {"reason": "a reason that is long enough"}
    wanted[option] = "ethnicity_self = 'B1'" if option == "where" else ("ethnicity_self",)
    with pytest.raises(Refusal, match="monitoring-data"):
        drawn(connection, table="subject", **wanted)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("subject_id = 'P00001'", "no-hunting"),
        ("entry_id in ('E00001', 'E00002')", "no-hunting"),
        ("grounds like '%name%'", "condition-not-allowed"),
        ("grounds ilike '%name%'", "condition-not-allowed"),
        ("status = 'active' and exists (select 1 from subject)", "condition-not-allowed"),
        ("length(read_text('/etc/passwd')) > 0", "condition-not-allowed"),
        ("true; drop table entry", "condition-unreadable"),
        ("status = ", "condition-unreadable"),
        ("surname = 'X'", "column-unknown"),
        ("subject.sex = 'male'", "column-unknown"),
        ("opened_on = '2024-01-05' and score = 0.4", "frame-too-small"),
        ("status = 'lost'", "frame-empty"),
    ],
)
def test_condition_chooses_rows_and_finds_nobody(where: str, code: str) -> None:
    """A condition compares columns with fixed values; it cannot look people up or reach elsewhere."""
    with pytest.raises((Refusal, Refusals)) as raised:
        drawn(register(), where=where)
    assert code in codes(raised)


@pytest.mark.parametrize(
    "where",
    [
        "status = 'active'",
        "unit in ('Hackney', 'Brent') and opened_on >= '2024-01-10'",
        "not (unit is null or role <> 'victim') -- a remark",
        "score between 1 and 30 or length(trim(grounds)) < 5",
        "subject_id is not null",
    ],
)
def test_condition_narrows_the_frame(where: str) -> None:
    """The frame is what DuckDB itself counts under the condition."""
    connection = register()
    counted = connection.execute(f"select count(*) from entry where {where}\n").fetchone()
    assert counted is not None
    assert drawn(connection, where=where).frame == counted[0]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"table": "person"}, "table-unknown"),
        ({"table": "item"}, "table-absent"),
        ({"question": " "}, "question-missing"),
        ({"size": 0}, "sample-size"),
        ({"seed": -1}, "sample-seed"),
        ({"strata": ("colour",)}, "column-unknown"),
        ({"strata": ("unit", "unit")}, "column-repeated"),
        ({"strata": ("band",)}, "column-absent"),
        ({"strata": ("subject_id",)}, "no-hunting"),
    ],
)
def test_sample_refuses_what_cannot_be_drawn(wanted: dict[str, Any], code: str) -> None:
    """Each fault in what was asked has its own code."""
    with pytest.raises(Refusal, match=code):
        drawn(register(), **wanted)


def test_sample_says_every_fault_of_the_request_at_once() -> None:
    """Nobody fixes one fault to learn of the next."""
    with pytest.raises(Refusals) as raised:
        drawn(register(), question="", size=-4, strata=("colour",), show=("grounds",))
    assert codes(raised) == ["question-missing", "sample-size", "column-unknown", "reason-missing"]


def test_sample_refuses_keys_that_are_missing_or_repeated() -> None:
    """A row that no key names cannot be marked."""
    connection = register(30)
    connection.execute("insert into entry(entry_id) values (null), ('E00001')")
    with pytest.raises(Refusals) as raised:
        drawn(connection)
    assert codes(raised) == ["key-missing", "key-not-unique"]


def test_sample_is_read_back_and_a_changed_one_refused(tmp_path: Path) -> None:
    """`sample.json` carries its own digest."""
    sample = write_sample(drawn(register(), strata=("unit",), source_digest="ab" * 32), tmp_path / "s")
    back = read_sample(tmp_path / "s")
    assert (back.digest, back.strata, back.source_digest) == (sample.digest, sample.strata, "ab" * 32)
    path = tmp_path / "s" / "sample.json"
    path.write_text(path.read_text().replace('"population": 300', '"population": 200'))
    with pytest.raises(Refusal, match="sample-changed"):
        read_sample(tmp_path / "s")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"digest": "x", "schema_version": 2}'])
def test_folder_without_a_sample_is_refused(tmp_path: Path, content: str | None) -> None:
    """Anything else is not a sample."""
    if content is not None:
        (tmp_path / "sample.json").write_text(content)
    with pytest.raises(Refusal, match="not-a-sample"):
        read_sample(tmp_path)


def test_drawing_foretells_how_sure_it_can_be() -> None:
    """The width of the interval is known before anybody marks a row."""
    assert foretell(drawn(register(), strata=("role",))) == (
        "40 of 500 rows of table entry drawn, seed 7.\n"
        "250 of the 500 rows are closed entries and can be drawn. "
        "To leave them out, give --where \"status = 'active'\".\n"
        "- suspect: 27 of 333\n"
        "- victim: 13 of 167\n"
        "If about half are inadequate, the 95% interval will be some 34 points wide."
    )


def test_closed_entries_in_the_frame_are_said() -> None:
    """Half of the entries are closed: that is said with the draw, and how to leave them out; then nothing is said."""
    whole = drawn(register())
    assert whole.closed == 250
    assert "250 of the 500 rows are closed entries and can be drawn." in foretell(whole)
    assert "--where \"status = 'active'\"" in foretell(whole)
    in_use = drawn(register(), where="status = 'active'")
    assert in_use.closed == 0
    assert "closed" not in foretell(in_use)
    assert Sample.as_json(whole)["closed"] == 250


def test_rows_of_closed_entries_are_said_in_other_tables() -> None:
    """A review of a closed entry is as unsaid as the entry itself."""
    connection = register(20)
    connection.execute("create table main.review as select 'R' || entry_id as review_id, entry_id from main.entry")
    assert drawn(connection, table="review", size=5).closed == 10
    assert "10 of the 20 rows belong to closed entries and can be drawn." in foretell(
        drawn(connection, table="review", size=5)
    )


def test_a_source_that_does_not_tell_who_is_closed_says_nothing() -> None:
    """No column says it, and nothing is claimed."""
    connection = register(20)
    connection.execute("alter table main.entry drop column status")
    sample = drawn(connection, size=5)
    assert sample.closed is None
    assert "closed" not in sample.as_json()
