"""A release: what it says, who must approve it, and that it is one with the register it was made from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from overt.gate import Admitted, Gate
from overt.ledger import PublicLeaf, read_leaf
from overt.publication import (
    DraftRequest,
    Mark,
    ReleaseDocument,
    approve,
    document_of,
    draft,
    folder_of,
    publish_release,
    read_document,
    snapshot_of,
    verify_release,
    write_site,
)
from overt.publication._kept import read_kept
from overt.publication._office import VERDICTS
from overt.refusals import Refusal
from overt.register import Register, check_register, snapshot
from tests.gate.conftest import disclosure, open_register
from tests.publication.conftest import EARLIER, FIRST, SECOND, fill, release

HOUR = dt.timedelta(hours=1)


def test_release_counts_people_by_each_attribute(register: Register) -> None:
    """60 listed; 3 women and 2 witnesses are too few to say, and the men beside them would give the women away."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    people = {name: str(figure) for name, figure in made.table("people").cells()}
    assert people["all / all / listed"] == "60"
    assert people["sex / female / listed"] == "withheld"
    assert people["role / witness / listed"] == "withheld"
    assert people["role / victim / listed"] == "0"
    assert people["all / all / removed"] == "not asked"


def test_release_says_what_is_not_known(register: Register) -> None:
    """Without an audit, verdicts are not known; they are not zero."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    assert {figure.mark for _, figure in made.table("audit").cells()} == {Mark.UNKNOWN}


def test_release_has_categories_in_force(register: Register) -> None:
    """The categories of the charter, by their titles."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    assert made.cells["categories", "all / all / categories"].value == 34


def test_release_needs_two_approvers_other_than_its_author(register: Register) -> None:
    """One is not enough, and the author is none."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    with pytest.raises(Refusal, match="release-own"):
        approve(register, made.release, "P1001", FIRST)
    approve(register, made.release, "P2001", FIRST)
    with pytest.raises(Refusal, match="release-approved"):
        approve(register, made.release, "P2001", FIRST)
    with pytest.raises(Refusal, match="release-not-approved"):
        publish_release(register, made.release, "P1001", FIRST)


def test_approval_does_not_outlive_a_change(register: Register) -> None:
    """Who approved other bytes approved nothing."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    approve(register, made.release, "P2001", FIRST)
    approve(register, made.release, "P2002", FIRST)
    path = folder_of(register, made.release) / "release.json"
    path.write_bytes(path.read_bytes().replace(b'"value": 60', b'"value": 65', 1))
    with pytest.raises(Refusal, match="release-not-approved"):
        publish_release(register, made.release, "P1001", FIRST)


def test_published_release_is_a_leaf_of_the_ledger(register: Register) -> None:
    """Its digest is there once, however often it is published."""
    made = release(register, FIRST)
    publish_release(register, made.release, "P1001", FIRST)
    leaves = [leaf for leaf in map(read_leaf, register.read(0, register.size())) if isinstance(leaf, PublicLeaf)]
    assert [leaf.digest for leaf in leaves if leaf.kind == "release"] == [made.digest]
    assert not list(check_register(register))


def test_draft_made_before_another_was_published_is_refused(register: Register) -> None:
    """What it withholds was not reckoned against what was published since."""
    early = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    release(register, FIRST)
    approve(register, early.release, "P2001", FIRST)
    approve(register, early.release, "P2002", FIRST)
    with pytest.raises(Refusal, match="release-outdated"):
        publish_release(register, early.release, "P1001", FIRST)


def test_second_release_counts_who_was_added(register: Register) -> None:
    """20 came since; the changes name every figure that differs."""
    release(register, FIRST)
    fill(register, range(61, 81), SECOND - HOUR, "2021-12-01")
    made = release(register, SECOND)
    people = {name: str(figure) for name, figure in made.table("people").cells()}
    assert (people["all / all / listed"], people["all / all / added"]) == ("80", "20")
    assert people["all / all / removed"] == "0"
    assert ("people", "all / all / listed", "60", "80") in {(c.table, c.cell, c.old, c.new) for c in made.changes}


def test_correction_lists_old_and_new_value_and_cause(register: Register) -> None:
    """People recorded late change a figure that was published; the correction says so for good."""
    release(register, FIRST)
    fill(register, range(61, 91), SECOND - HOUR, "2021-09-01")
    cause = "30 entries of September were recorded in December"
    made = release(register, SECOND, DraftRequest(dt.date(2021, 9, 2), "0001", cause))
    found = [each for each in made.corrections if (each.table, each.cell) == ("people", "all / all / listed")]
    assert [(each.old, each.new, each.cause) for each in found] == [("60", "90", cause)]
    later = draft(register, SECOND, DraftRequest(), "P1001", SECOND)
    assert found[0] in later.corrections


def test_correction_without_a_cause_is_refused(register: Register) -> None:
    """What was wrong is said, not passed over."""
    release(register, FIRST)
    with pytest.raises(Refusal, match="correction-cause"):
        draft(register, SECOND, DraftRequest(dt.date(2021, 9, 2), "0001", " "), "P1001", SECOND)


def test_day_that_is_not_known_yet_is_refused(register: Register) -> None:
    """Nobody counts what has not happened."""
    with pytest.raises(Refusal, match="release-day"):
        draft(register, FIRST, DraftRequest(dt.date(2021, 9, 3)), "P1001", FIRST)


def test_release_can_do_without_a_table_or_a_column(register: Register) -> None:
    """What is left out is named, and what has no place is refused."""
    release(register, FIRST)
    made = draft(
        register, SECOND, DraftRequest(without=("disclosures", "people/removed", "people/sex")), "P1001", SECOND
    )
    assert made.table("people").columns == ("listed", "added", "listed before", "recorded late", "erased")
    assert not [cell for cell, _ in made.table("people").cells() if cell.startswith("sex")]
    assert "disclosures" not in [table.name for table in made.tables]
    assert verify_figures(register, made)
    with pytest.raises(Refusal, match="release-without"):
        draft(register, SECOND, DraftRequest(without=("people/role",)), "P1001", SECOND)


def verify_figures(register: Register, made: ReleaseDocument) -> bool:
    """Whether a draft's site verifies against its snapshot."""
    site = folder_of(register, made.release) / "site"
    write_site(made, site)
    return not verify_release(site, snapshot_of(register, made.release)).mismatches


def test_same_day_again_gives_the_same_figures(register: Register) -> None:
    """A figure that was published and is asked for again is the same."""
    first = release(register, FIRST)
    again = draft(register, SECOND, DraftRequest(dt.date(2021, 9, 2)), "P1001", SECOND)
    assert again.cells == first.cells


def test_release_that_is_not_there_is_refused(register: Register) -> None:
    """A number that no release has."""
    with pytest.raises(Refusal, match="release-absent"):
        document_of(register, "0007")


def test_what_was_done_to_one_person_is_withheld_however_often(tmp_path: Path) -> None:
    """Twelve sendings of one person's entry are one person; twelve of twelve people's are not."""
    marks = {}
    for name, entries in (("one", [5] * 12), ("many", list(range(2, 14)))):
        with open_register(tmp_path / name) as register:
            fill(register, range(1, 31), EARLIER)
            sent = [disclosure(number, entry_id=f"E{entry}") for number, entry in enumerate(entries)]
            assert all(isinstance(each, Admitted) for each in Gate(register).admit(sent, "P1001", EARLIER))
            made = release(register, FIRST)
            cells = {cell: figure.mark for (table, cell), figure in made.cells.items() if table == "disclosures"}
            marks[name] = (cells["all / all / disclosures"], cells["recipient / police / disclosures"])
            found = verify_release(folder_of(register, "0001") / "site", snapshot_of(register, "0001"))
            assert found.mismatches == ()
            # Kept for the protection of what comes later.
            (kept,) = [
                each
                for each in read_kept(folder_of(register, "0001") / "kept.json")
                if each.counted.topic.name == "disclosures"
            ]
            assert {each.cell.dominated for each in kept.safe.cells if each.count} == {name == "one"}
    assert marks == {"one": (Mark.SUPPRESSED, Mark.SUPPRESSED), "many": (Mark.SHOWN, Mark.SHOWN)}


def test_a_dominated_figure_that_is_shown_is_found(tmp_path: Path) -> None:
    """Verification withholds it too."""
    with open_register(tmp_path / "alpha") as register:
        fill(register, range(1, 31), EARLIER)
        sent = [disclosure(number, entry_id="E5") for number in range(12)]
        Gate(register).admit(sent, "P1001", EARLIER)
        made = release(register, FIRST)
        whole = json.loads(made.as_bytes())
        table = next(each for each in whole["tables"] if each["name"] == "disclosures")
        table["rows"][0]["figures"]["disclosures"] = {"mark": "shown", "value": 10}
        document = read_document((json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode(), "changed")
        write_site(document, tmp_path / "site")
        found = verify_release(tmp_path / "site", snapshot_of(register, "0001"))
        assert "disclosures: all / all / disclosures" in [each.where for each in found.mismatches]


def test_release_of_the_first_format_is_read_and_gone_on_from(register: Register) -> None:
    """It says how many figures were withheld for others, and nothing was kept of its gate; its bytes stay its own."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    home = folder_of(register, made.release)
    old = replace(made, withheld_for_others=4, format=1, is_first=False)
    (home / "release.json").write_bytes(old.as_bytes())
    (home / "gate.json").unlink()
    write_site(old, home / "draft", is_draft=True)
    for by in ("P2001", "P2002"):
        approve(register, made.release, by, FIRST)
    publish_release(register, made.release, "P1001", FIRST)
    said = (home / "site" / "release.json").read_text(encoding="utf-8")
    assert said.startswith('{\n "format": 1,\n')
    assert '"charter_version": 2,\n "withheld_for_others": 4,\n "sooner"' in said
    assert document_of(register, made.release) == old
    assert verify_release(home / "site").mismatches == ()
    with pytest.raises(Refusal, match="release-format"):
        verify_release(home / "site", snapshot_of(register, made.release))
    after = release(register, SECOND)
    assert after.format == 3
    assert after.withheld_for_others is None
    assert (folder_of(register, after.release) / "gate.json").is_file()


def test_how_many_are_withheld_for_others_is_published_nowhere(register: Register) -> None:
    """The number narrows what is withheld; whoever is given the snapshot to verify has it."""
    made = release(register, FIRST)
    site = folder_of(register, made.release) / "site"
    assert not [path for path in site.rglob("*") if path.is_file() and b"withheld_for_others" in path.read_bytes()]
    assert b"withheld_for_others" in (snapshot_of(register, made.release) / "office.json").read_bytes()


def test_nobody_is_counted_before_the_register_was_begun(register: Register, tmp_path: Path) -> None:
    """Of such a day nothing is known here, unless entries of it were taken over: then the release says just that."""
    before = dt.date(2020, 7, 31)
    with pytest.raises(Refusal, match=r"(?s)register-not-begun: --day: 2020-07-31.*2020-08-01 or later"):
        draft(register, FIRST, DraftRequest(before), "P1001", FIRST)
    with pytest.raises(Refusal, match="register-not-begun"):
        snapshot(register, dt.datetime(2020, 7, 31, tzinfo=dt.UTC), tmp_path / "before")
    fill(register, range(61, 91), FIRST, "2020-07-01")
    made = draft(register, FIRST, DraftRequest(before), "P1001", FIRST)
    assert made.known.startswith("The register was begun on 1 August 2020. The figures for 31 July 2020 are of entries")
    assert read_document(made.as_bytes(), "release.json") == made
    assert draft(register, FIRST, DraftRequest(), "P1001", FIRST).begun_on is None


def test_approvers_see_the_pages_that_they_approve(register: Register) -> None:
    """Each says that it is a draft; pages of other bytes are made again before anybody approves."""
    made = draft(register, FIRST, DraftRequest(), "P1001", FIRST)
    pages = folder_of(register, made.release) / "draft"
    assert all("Draft. It has not been published" in each.read_text() for each in pages.glob("*.html"))
    (pages / "people.html").write_text("nothing to see")
    with pytest.raises(Refusal, match="release-pages"):
        approve(register, made.release, "P2001", FIRST)
    assert "Draft. It has not been published" in (pages / "people.html").read_text()
    for each in ("P2001", "P2002"):
        approve(register, made.release, each, FIRST)
    publish_release(register, made.release, "P1001", FIRST)
    assert not pages.exists()
    assert "Draft: not published" not in (pages.parent / "site" / "people.html").read_text()


def test_an_audit_of_before_is_not_published_as_one_of_now(register: Register) -> None:
    """After its day nothing of people was recorded, or it is refused; the page says of which day it is."""
    run = {"verdicts": dict.fromkeys(VERDICTS, 1), "as_of": "2021-09-02", "source_digest": "0" * 64}
    findings = json.dumps({"run": run, "findings": []}).encode()
    note = draft(register, FIRST, DraftRequest(findings=findings), "P1001", FIRST).table("audit").note
    assert note.startswith(
        "Controls by verdict in the audit as of 2 September 2021. Other records have been made since"
    )
    assert "No audit was made" in draft(register, FIRST, DraftRequest(), "P1001", FIRST).table("audit").note
    fill(register, range(61, 62), SECOND - HOUR, "2021-12-01")
    with pytest.raises(
        Refusal, match=r"(?s)release-findings.*as of 2021-09-02; rows of subject.*audit the register again"
    ):
        draft(register, SECOND, DraftRequest(findings=findings), "P1001", SECOND)
