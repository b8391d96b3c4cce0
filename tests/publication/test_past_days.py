"""Figures about a past day are of that day, and say which knowledge they use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.audits import SourceOptions, as_stood, open_source
from overt.disparities import DisparityQuestion, measure
from overt.gate import Admitted, Gate, Proposed
from overt.publication import (
    DraftRequest,
    ReleaseDocument,
    draft,
    folder_of,
    new_answer,
    read_document,
    snapshot_of,
    verify_release,
    write_site,
)
from overt.publication._answer import needed_release
from overt.publication._reply import _reply, _text
from overt.register import Register, erase
from tests.gate.conftest import open_register
from tests.publication.conftest import EARLIER, fill, release

JULY = dt.datetime(2022, 7, 15, 9, 0, tzinfo=dt.UTC)
AUGUST = dt.date(2022, 8, 31)
SEPTEMBER = dt.datetime(2022, 9, 10, 9, 0, tzinfo=dt.UTC)
OCTOBER = dt.datetime(2022, 10, 1, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def altered(register: Register, numbers: range, now: dt.datetime, **values: object) -> None:
    """Entries that are there, with other values."""
    standing = {str(each.values["entry_id"]): dict(each.values) for each in register.as_of("entry", now)}
    records = [Proposed("entry", standing[f"E{each}"] | values, "alter") for each in numbers]
    outcomes = Gate(register).admit(records, "P1001", now)
    assert all(isinstance(each, Admitted) for each in outcomes), outcomes


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """60 listed in 2021; 20 of them closed in July 2022 and opened again in September; 30 recorded late then."""
    with open_register(tmp_path / "alpha") as made:
        fill(made, range(1, 61), EARLIER)
        altered(made, range(1, 21), JULY, status="closed", closed_on="2022-07-15")
        altered(made, range(1, 21), SEPTEMBER, status="active", closed_on=None)
        fill(made, range(61, 91), SEPTEMBER + HOUR, "2022-08-01")
        yield made


def listed(made: ReleaseDocument) -> str:
    return str(made.cells["people", "all / all / listed"])


def verified(register: Register, made: ReleaseDocument) -> bool:
    site = folder_of(register, made.release) / "site"
    write_site(made, site)
    return not verify_release(site, snapshot_of(register, made.release)).mismatches


def test_closed_in_july_and_opened_again_in_september_is_not_listed_in_august(register: Register) -> None:
    """40 as the register stood on the day; with what was recorded later 70, and not 90."""
    then = release(register, OCTOBER, DraftRequest(AUGUST))
    assert listed(then) == "40"
    assert "as it was known on 31 August 2022, the date they are about" in then.known
    assert verified(register, then)
    cause = "30 entries of August were recorded in September"
    later = draft(register, OCTOBER, DraftRequest(AUGUST, then.release, cause), "P1001", OCTOBER)
    assert listed(later) == "70"
    assert "use what was known on 1 October 2022" in later.known
    assert read_document(later.as_bytes(), "again") == later
    assert verified(register, later)


def test_an_answer_about_a_past_day_is_of_that_day_and_says_so(register: Register) -> None:
    """The release that an answer waits for is of the register as it stood."""
    answer = new_answer(register, ["people"], AUGUST, OCTOBER.date(), by="P1001", now=OCTOBER)
    waiting = needed_release(register, answer, "P1001", OCTOBER)
    assert waiting is not None
    made = release(register, OCTOBER, DraftRequest(AUGUST))
    assert listed(made) == "40"
    text = " ".join("\n".join(_text(_reply(register, answer))).split())
    assert "as it was known on 31 August 2022" in text


def test_disparity_and_release_give_the_same_figure(register: Register, tmp_path: Path) -> None:
    """Of one day, with erased entries beside the register, against a population of its charter."""
    erase(register, "E90", "s.47 (synthetic)", "P1001", SEPTEMBER + 2 * HOUR)
    made = release(register, OCTOBER, DraftRequest(AUGUST))
    source = as_stood(SourceOptions(str(register.folder)), AUGUST, tmp_path)
    with open_source(source, tmp_path / "loaded.duckdb", profile=False) as opened:
        found = measure(DisparityQuestion("listed", ("sex",), AUGUST), opened)
    assert sum(row.count for row in found.first.rows) == 40
    assert listed(made) == "40"


def test_first_release_is_said_only_of_the_first(register: Register) -> None:
    """A release about an earlier day has none before its day either, and is not the first."""
    first = release(register, OCTOBER)
    earlier = release(register, OCTOBER, DraftRequest(AUGUST))
    pages = [
        (folder_of(register, each.release) / "site" / "index.html").read_text("utf-8") for each in (first, earlier)
    ]
    assert ["This is the first release" in each for each in pages] == [True, False]
    assert earlier.since is None
