"""Stocks and flows agree: how the people of one release became those of the next, exactly.

A register that has it all at once: opened in June and recorded in August, added, closed, closed and opened again,
erased, turned 25, in another role. Each figure is counted apart, in plain SQL over the register's own tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit
from overt.gate import Admitted, Gate, Proposed, rekey
from overt.pseudonym import PseudonymKey
from overt.publication import DraftRequest, ReleaseDocument, draft, folder_of, snapshot_of, verify_release
from overt.publication._kept import read_kept
from overt.register import Register, erase
from tests.audit.conftest import Silent, by_id
from tests.gate.conftest import KEY, disclosure, entry, item, open_register, subject
from tests.publication.conftest import fill, release
from tests.publication.test_past_days import altered

JULY = dt.datetime(2022, 7, 1, 9, 0, tzinfo=dt.UTC)
OCTOBER = dt.datetime(2022, 10, 1, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, ReleaseDocument, ReleaseDocument]]:
    """The register, and its releases of July and October."""
    with open_register(tmp_path_factory.mktemp("bridge") / "alpha") as register:
        fill(register, range(1, 101), JULY - 3 * HOUR, "2022-06-01")
        young = [subject(101, birth_date="1997-08-01"), entry(101, opened_on="2022-06-01"), item(101, 0), item(101, 1)]
        outcomes = Gate(register).admit(young, "P1001", JULY - 2 * HOUR)
        assert all(isinstance(each, Admitted) for each in outcomes), outcomes
        altered(register, range(1, 4), JULY - HOUR, status="closed", closed_on="2022-06-20")
        assert all(isinstance(each, Admitted) for each in Gate(register).admit([disclosure(50)], "P1001", JULY - HOUR))
        first = release(register, JULY)
        august = JULY + dt.timedelta(days=40)
        fill(register, range(200, 240), august, "2022-06-01")
        fill(register, range(300, 312), august + HOUR, "2022-08-01")
        altered(register, range(1, 4), august + 2 * HOUR, status="active", closed_on=None)
        altered(register, range(4, 14), august + 3 * HOUR, status="closed", closed_on="2022-08-09")
        altered(register, range(24, 29), august + 4 * HOUR, role="convicted")
        for number in (30, 31):
            erase(register, f"E{number}", "s.47 (synthetic)", "P1001", august + 5 * HOUR)
        yield register, first, release(register, OCTOBER)


def exact(register: Register, made: ReleaseDocument) -> dict[tuple[str, str], dict[str, int]]:
    """What is kept of the people of a release, by attribute and group, and part."""
    (kept,) = [
        each
        for each in read_kept(folder_of(register, made.release) / "kept.json")
        if each.counted.topic.name == "people"
    ]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (part, attribute, group), count in kept.counted.counts.items():
        found.setdefault((attribute, group), {})[part] = count
    return found


def test_every_change_has_its_name(both: tuple[Register, ReleaseDocument, ReleaseDocument]) -> None:
    """98 were listed. 40 were recorded late, 12 added and 3 again, 10 removed, 2 erased; one is a band older: 141."""
    register, first, second = both
    assert first.is_first
    parts: dict[str, int] = {}
    for (attribute, _), found in exact(register, second).items():
        for part, count in found.items() if attribute == "sex" else ():
            parts[part] = parts.get(part, 0) + count
    assert parts == {"stayed": 86, "added": 15, "late": 40, "removed": 10, "erased": 2}
    ages = exact(register, second)
    assert ages["age", "18 to 24"]["moved out"] == 1
    assert ages["age", "25 to 34"]["moved in"] == 1
    assert ages["role", "convicted"]["moved in"] == 5
    figures = {name: str(figure) for name, figure in second.table("people").cells() if name.startswith("all /")}
    assert figures["all / all / listed before"] == str(first.cells["people", "all / all / listed"])
    assert (figures["all / all / recorded late"], figures["all / all / erased"]) == ("40", "withheld")


def test_the_bridge_adds_up_in_every_group_and_is_counted_apart(
    both: tuple[Register, ReleaseDocument, ReleaseDocument],
) -> None:
    """Plain SQL over the register as it stands: who is listed now, by role and by sex."""
    register, first, second = both
    before, after = exact(register, first), exact(register, second)
    for key in before.keys() | after.keys():
        parts = after.get(key, {})
        was = sum(before.get(key, {}).get(part, 0) for part in ("stayed", "added"))
        assert was == sum(parts.get(part, 0) for part in ("stayed", "moved out", "removed", "erased")), key
    rows = register.store.rows
    standing = "from entry join subject using (subject_id) where entry.closed_on is null"
    for attribute, column in (("sex", "sex"), ("role", "role")):
        for group, count in rows(f"select {column}, count(distinct subject_id) {standing} group by 1"):
            parts = after[attribute, group]
            assert count == sum(parts.get(part, 0) for part in ("stayed", "moved in", "added", "late")), group
    listed = rows(
        "select opening, added, recorded_late, removed, erased, closing from published_count where series = ?",
        ("people, all: all",),
    )
    assert [tuple(map(int, each)) for each in listed] == [(98, 15, 40, 10, 2, 141)]


def test_the_release_verifies_from_its_snapshot(both: tuple[Register, ReleaseDocument, ReleaseDocument]) -> None:
    """The bridge stands beside the snapshot, and ends with it."""
    register, _, second = both
    found = verify_release(folder_of(register, second.release) / "site", snapshot_of(register, second.release))
    assert found.mismatches == ()


def test_own_releases_pass_the_own_pack(
    both: tuple[Register, ReleaseDocument, ReleaseDocument], tmp_path: Path
) -> None:
    """Every act has its line, every published cell of people is safe, and the bridge agrees."""
    register, _, _ = both
    only = ("OV-50", "OV-51", "OV-60c", "OV-76")
    source = SourceOptions(str(register.folder))
    run = audit(Request(source, ("core",), OCTOBER.date(), out=tmp_path / "out", only=only), Silent())
    found = by_id(run)
    assert {name: found[name].verdict.value for name in only} == dict.fromkeys(only, "met")


def test_correction_says_what_happened_to_each_cell(both: tuple[Register, ReleaseDocument, ReleaseDocument]) -> None:
    """Recorded late, erased, altered: each cell of the release of July has its causes, and not one that it has not."""
    register, first, _ = both
    cause = "what was learned of June since July"
    made = draft(register, OCTOBER, DraftRequest(JULY.date(), first.release, cause), "P1001", OCTOBER)
    kinds = {each.cell: each.kinds for each in made.corrections if each.table == "people"}
    assert kinds["all / all / listed"] == ("erased", "recorded later")
    assert "corrected" in kinds["role / suspect / listed"]


def bridge_of(register: Register) -> dict[str, tuple[int, ...]]:
    """The newest bridge by series: opening, added, recorded late, removed, erased, closing."""
    rows = register.store.rows(
        "select series, opening, added, recorded_late, removed, erased, closing from published_count"
        " where to_on = (select max(to_on) from published_count)"
    )
    return {str(series): tuple(map(int, numbers)) for series, *numbers in rows}


@pytest.mark.parametrize("destroy", [False, True], ids=["kept", "destroyed"])
def test_a_new_key_for_the_pseudonyms_moves_nobody(tmp_path: Path, *, destroy: bool) -> None:
    """Nobody was removed and added; where the old pseudonyms were destroyed, nothing is said of who came and went."""
    with open_register(tmp_path / "alpha") as register:
        fill(register, range(1, 41), JULY - HOUR, "2022-06-01")
        release(register, JULY)
        rekey(register, PseudonymKey((*KEY.secrets, bytes(range(32, 64)))), "P1001", JULY + HOUR, destroy=destroy)
        made = release(register, OCTOBER)
        figures = {name: str(figure) for name, figure in made.table("people").cells() if name.startswith("all /")}
        assert figures["all / all / removed"] == "0"
        assert figures["all / all / erased"] == ("not asked" if destroy else "0")
        if not destroy:
            assert bridge_of(register)["people, all: all"] == (40, 0, 0, 0, 0, 40)


def test_one_of_two_entries_is_erased_and_the_person_stays(tmp_path: Path) -> None:
    """In another group, and once: the numbers add up. Who was recorded late with a newer entry was not added."""
    with open_register(tmp_path / "alpha") as register:
        fill(register, range(1, 41), JULY - 2 * HOUR, "2022-06-01")
        other = {"entry_id": "E1b", "role": "convicted", "grounds": "seen again at the fight of inquiry 1b"}
        why = {
            "review_id": "V1", "entry_id": "E1b", "done_at": "2022-06-30T08:00:00", "done_by": "P2002",
            "outcome": "retain", "rationale": "a note of this review says why there are two",
        }  # fmt: skip
        both = [
            replace(each, bundle="two")
            for each in (
                entry(1, opened_on="2022-06-01", **other),
                *(item(1, place, item_id=f"J{place}", entry_id="E1b", source_ref=f"S{place}") for place in (0, 1)),
                Proposed("review", why),
            )
        ]
        late = [
            replace(each, bundle="new")
            for each in (
                entry(90, entry_id="E90b", opened_on="2022-08-01", grounds="seen again at the fight of inquiry 90b"),
                *(item(90, place, item_id=f"K{place}", entry_id="E90b", source_ref=f"T{place}") for place in (0, 1)),
            )
        ]
        gate = Gate(register)
        assert all(isinstance(each, Admitted) for each in gate.admit(both, "P1001", JULY - HOUR))
        release(register, JULY)
        erase(register, "E1", "s.47 (synthetic)", "P1001", JULY + HOUR)
        fill(register, range(90, 91), JULY + 900 * HOUR, "2022-06-20")
        assert all(isinstance(each, Admitted) for each in gate.admit(late, "P1001", JULY + 901 * HOUR))
        release(register, OCTOBER)
        found = bridge_of(register)
        assert found["people, all: all"] == (40, 0, 1, 0, 0, 41)
        assert found["people, role: more than one"] == (1, 0, 0, 0, 0, 0)
