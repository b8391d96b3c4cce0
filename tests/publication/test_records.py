"""Records that the law asks for: out of charter and release, with nothing invented and nothing given away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import html5lib
import jsonschema
import pytest

from overt.controls import read_pack, shipped_packs
from overt.publication import DraftRequest, Mark, ReleaseDocument
from overt.publication._office import VERDICTS
from overt.publication._table import ReleaseFigure, ReleaseRow, ReleaseTable
from overt.publication.records import RECORDS, Sources, gather, record_files, record_schema, write_record
from overt.publication.records._atrs import standard
from overt.publication.records._catalogue import TERMS, as_json_ld, history_of
from overt.publication.records._parts import CONTROLLER_WRITES, statement
from overt.publication.records._risks import method
from overt.refusals import Refusal
from overt.register import Register
from tests.cli.test_commands import overt
from tests.gate.conftest import open_register
from tests.publication.conftest import EARLIER, FIRST, fill, release
from tests.publication.test_noise import with_noise

ROOT = Path(__file__).resolve().parents[2]
TODAY = FIRST.date()
# As they stand in pd.csv of version 2.3.
DPV_TERMS = {
    "Age", "BirthDate", "Connection", "CriminalConviction", "CriminalOffence", "EthnicOrigin", "GroupMembership",
    "Health", "Locality", "Location", "Name", "Nationality", "PhysicalAddress", "Picture", "Religion", "School",
    "SocialMedia", "SocialMediaCommunication", "Tattoo", "TelephoneNumber", "Username", "Vehicle", "Vulnerability",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with a release, in which one witness among suspects are listed."""
    with open_register(tmp_path_factory.mktemp("records") / "alpha") as register:
        fill(register, range(1, 46), EARLIER)
        release(register, FIRST)
        yield register


@pytest.fixture(scope="module")
def sources(home: Register) -> Sources:
    """The charters and the release."""
    return gather(home, None, TODAY)


def field(sources: Sources, kind: str, name: str) -> tuple[str, ...]:
    """The lines of a field."""
    return next(each.lines for each in RECORDS[kind](sources).fields() if each.name == name)


@pytest.mark.parametrize("kind", list(RECORDS))
def test_record_is_as_its_schema_says(sources: Sources, kind: str) -> None:
    """And every field has a value, or says what a human has to write: never both, never neither."""
    found = json.loads(record_files(kind, sources)[f"{kind}.json"])
    jsonschema.validate(found, record_schema())
    fields = [each for section in found["sections"] for each in section["fields"]]
    assert len({each["name"] for each in fields}) == len(fields)
    for each in fields:
        assert (each["value"] is None) == (each["wanted"] is not None), each
        assert each["source"] != "human" or each["value"] is None
    assert found["to_fill_in"] == [each["name"] for each in fields if each["value"] is None]


def test_schema_on_the_page_is_that_of_the_code() -> None:
    """docs/formats/record.schema.json is made by scripts/docs.py."""
    page = (ROOT / "docs" / "formats" / "record.schema.json").read_text(encoding="utf-8")
    assert json.loads(page) == record_schema()


@pytest.mark.parametrize("kind", list(RECORDS))
def test_page_is_valid_and_fetches_nothing(sources: Sources, kind: str) -> None:
    """It stands alone."""
    page = record_files(kind, sources)[f"{kind}.html"]
    html5lib.HTMLParser(strict=True).parse(page)
    assert b"<script" not in page
    assert b"src=" not in page
    assert len(page) < 100_000


@pytest.mark.parametrize("kind", list(RECORDS))
def test_no_exact_small_figure_is_in_a_record(sources: Sources, kind: str) -> None:
    """One witness is listed; the figures are those of the release, in which that is withheld."""
    people = sources.release.table("people") if sources.release else None
    assert people is not None
    withheld = next(row for row in people.rows if row.group == "witness")
    assert withheld.figures[0].mark is Mark.SUPPRESSED
    text = record_files(kind, sources)[f"{kind}.md"].decode()
    assert "witness: 1" not in text
    if kind in ("dpia", "s61"):
        assert "witness: withheld" in text


def test_skeleton_does_not_let_anybody_write_that_there_are_no_witnesses(sources: Sources) -> None:
    """The figure is withheld: they are not ruled out, and that is said."""
    told = field(sources, "dpia", "victims_and_witnesses")[0]
    assert told.startswith("The figures do not rule this out")
    assert "Do not state that there are none" in told


@pytest.mark.parametrize(
    ("child", "unrecorded", "begins"),
    [
        (ReleaseFigure(Mark.SHOWN, 10), ReleaseFigure(Mark.ZERO, 0), "Yes"),
        (ReleaseFigure(Mark.ZERO, 0), ReleaseFigure(Mark.ZERO, 0), "None on that day"),
        (ReleaseFigure(Mark.ZERO, 0), ReleaseFigure(Mark.SHOWN, 40), "The figures do not rule this out"),
        (ReleaseFigure(Mark.SUPPRESSED), ReleaseFigure(Mark.ZERO, 0), "The figures do not rule this out"),
        (ReleaseFigure(Mark.NOT_ASKED), ReleaseFigure(Mark.ZERO, 0), "The figures do not rule this out"),
        (ReleaseFigure(Mark.SHOWN, 10, 0, 40), ReleaseFigure(Mark.ZERO, 0), "The figures do not rule this out"),
        (ReleaseFigure(Mark.SHOWN, 60, 30, 90), ReleaseFigure(Mark.ZERO, 0), "Yes"),
    ],
    ids=["shown", "none", "age not recorded", "withheld", "not asked", "noise that reaches none", "noise above none"],
)
def test_statement_is_yes_no_or_not_ruled_out(
    sources: Sources, child: ReleaseFigure, unrecorded: ReleaseFigure, begins: str
) -> None:
    """Whatever mark the figure has, nothing is said that it does not say."""
    assert isinstance(sources.release, ReleaseDocument)
    rows = (ReleaseRow("age", "under 16", (child,)), ReleaseRow("age", "not recorded", (unrecorded,)))
    tables = (ReleaseTable("people", "People", "", ("listed",), rows),)
    made = Sources(sources.charters, sources.charter, replace(sources.release, tables=tables))
    told = statement("children", "?", made, ("people", "age"), ("under 16",), what="children are listed")
    assert told.lines[0].startswith(begins)


def with_flow(sources: Sources, figures: list[ReleaseFigure], since: str | None) -> Sources:
    """Sources of releases in a row, of which each has a figure of items from private accounts."""
    release = sources.release
    assert release is not None
    life = []
    for place, figure in enumerate(figures):
        rows = tuple(ReleaseRow("visibility", group, (figure,)) for group in ("private", "persona"))
        table = ReleaseTable("sources", "Items", "", ("items",), rows)
        day = f"2022-0{place + 1}-01"
        life.append(replace(release, release=f"000{place + 1}", since=since, day=day, tables=(table,)))
        since = day
    return Sources(sources.charters, sources.charter, life[-1], tuple(life))


NONE, SOME, WITHHELD = ReleaseFigure(Mark.ZERO, 0), ReleaseFigure(Mark.SHOWN, 10), ReleaseFigure(Mark.SUPPRESSED)


@pytest.mark.parametrize(
    ("figures", "since", "begins", "rests_on"),
    [
        ([SOME, NONE], None, "Yes", "for every day since the register began, up to 1 February 2022"),
        ([NONE, NONE], None, "No: the figures show none since the register began", "releases 0001 to 0002"),
        ([NONE, NONE], "2021-12-01", "None in the period", "no release counts the days before"),
        ([WITHHELD, NONE], None, "The figures do not rule this out", "for every day since"),
    ],
    ids=["before the last quarter", "never", "not since the register began", "withheld before"],
)
def test_what_happened_is_looked_for_in_the_whole_life_of_the_register(
    sources: Sources, figures: list[ReleaseFigure], since: str | None, begins: str, rests_on: str
) -> None:
    """“Were private sources used? No” took the last quarter for the life of the register."""
    made = with_flow(sources, figures, since)
    for kind in ("dpia",):
        found = next(each for each in RECORDS[kind](made).fields() if each.name == "covert_sources")
        assert found.lines[0].startswith(begins)
        assert rests_on in found.rests_on


def test_no_needs_that_nothing_was_recorded_after_its_period(sources: Sources) -> None:
    """Private items of June that were recorded in August are in no release: the figures do not rule them out."""
    made = replace(with_flow(sources, [NONE, NONE], None), late=frozenset({"sources"}))
    found = next(each for each in RECORDS["dpia"](made).fields() if each.name == "covert_sources")
    assert found.lines[0].startswith("None in the figures")
    assert "do not state that there never were any" in found.lines[0]
    assert "anything recorded after the release for its period is in none" in found.rests_on


def test_each_period_has_its_figure(sources: Sources) -> None:
    """“Sent: police 0” was the last quarter: every figure says its period."""
    made = with_flow(sources, [SOME, NONE], None)
    assert field(made, "atrs", "sources")[0] == "private: 10 up to 1 January 2022; 0 up to 1 February 2022"


def test_a_later_release_about_an_earlier_day_makes_no_record(home: Register) -> None:
    """A record is about the latest day; the releases that it rests on follow one another."""
    found = gather(home, None, TODAY)
    assert [each.release for each in found.life] == ["0001"]
    assert found.is_whole


def test_without_a_release_no_figure_is_made_up(tmp_path: Path) -> None:
    """The fields say that a release has to be published."""
    with open_register(tmp_path / "alpha") as register:
        made = gather(register, None, TODAY)
        for kind in RECORDS:
            figures = [each for each in RECORDS[kind](made).fields() if each.source == "release"]
            assert all(each.is_open and "release" in each.wanted for each in figures)


def test_record_of_processing_has_what_section_61_lists(sources: Sources) -> None:
    """Controller, officer, purposes, recipients, people, data, profiling, transfers, basis, time limits, security.

    Of sensitive processing s.42(4) asks three more: the condition, how it is lawful, whether the policy is followed.
    """
    names = {each.name for each in RECORDS["s61"](sources).fields()}
    wanted = {"controller", "officer", "joint_controllers", "purposes", "recipients", "subjects", "data", "profiling"}
    assert wanted | {"transfers", "legal_basis", "retention", "security"} <= names
    assert {"conditions", "lawfulness", "policy_kept"} <= names


def test_an_agreement_that_has_ended_is_no_recipient_of_today(sources: Sources) -> None:
    """“Until 2 September 2023” read as if it were in force, in a record about a day two years later."""
    before = field(sources, "s61", "recipients")
    force = "Example Neighbouring Force (police), agreement ISA-1, in force until 2 September 2023: "
    assert any(line.startswith(force) for line in before)
    assert isinstance(sources.release, ReleaseDocument)
    later = replace(sources, release=replace(sources.release, day="2023-09-03"))
    for kind, name in (("s61", "recipients"), ("atrs", "data_sharing_agreements"), ("dpia", "access_recipients")):
        assert any("agreement ISA-1, which ended on 2 September 2023" in line for line in field(later, kind, name))


# What the issue asks for, and what the repository's own form asks of every record.
OF_THE_TEMPLATE = {
    "2.2.1 Detailed description", "2.2.2 Scope", "2.3.2 Provided information", "2.3.3 Frequency and scale of usage",
    "2.4.1.1 System architecture", "2.4.1.2 Phase", "2.4.1.3 Maintenance", "2.1.4.1 External supplier",
    "2.1.4.2 Companies House number", "2.1.4.3 External supplier role", "2.1.4.4 Procurement procedure type",
    "2.1.4.5 Data access terms", "2.4.3.11 Data access and storage", "2.5.2 Risks and mitigations",
    "Organisation type", "Function", "Capability", "Task", "Phase", "Region", "Date published", "ATRS version",
    "Other tags",
}  # fmt: skip


def test_transparency_record_has_every_field_of_the_standard_in_its_order(sources: Sources) -> None:
    """Each is answered by the charter, a release or the standard, or the controller must write it."""
    titles = [each.title for each in RECORDS["atrs"](sources).fields()]
    listed = [each.heading for each in standard().fields()]
    assert set(listed) >= OF_THE_TEMPLATE
    assert [each for each in titles if each in set(listed)] == listed
    assert field(sources, "atrs", "senior_responsible_owner") == ()
    page = record_files("atrs", sources)["atrs.md"].decode()
    assert "### 2.4.1.3 Maintenance\n\n> **The controller must write this:** who keeps the system" in page
    assert field(sources, "atrs", "atrs_version") == ("v3.0",)
    assert "from the standard, version 3.0" in page.lower()


def test_what_a_register_cannot_know_is_left_to_the_controller(sources: Sources) -> None:
    """Suppliers, models, phase and decisions: nothing is claimed of them, and no field of the template is dropped."""
    known = {"record_title", "atrs_version", "name", "contact_email", "organisation", "data_name", "data_description"}
    known |= {"data_quantities", "sensitive_attributes", "data_sharing_agreements"}
    found = {each.name: each for each in RECORDS["atrs"](sources).fields()}
    for each in standard().fields():
        assert found[each.name].is_open == (each.name not in known), each.name
        assert found[each.name].lines or found[each.name].open_words == CONTROLLER_WRITES


def test_every_field_of_the_published_records_has_a_place(sources: Sources, shared_data: Path) -> None:
    """The index of the 136 published records: each of its columns is a field of ours, and its titles are made as ours.

    The index has no text of the records, so that their headings cannot be read out of it.
    """
    records = json.loads((shared_data / "atrs" / "atrs_records.json").read_text(encoding="utf-8"))["records"]
    assert len(records) == 136
    places = {column for each in standard().fields() for column in each.listed_as}
    assert {column for each in records for column in each} == places
    bodies = [each for each in records if each["publishing_body"] is not None]
    assert len(bodies) == 130
    for each in bodies:
        # Some titles have a space too many.
        body, _, tool = each["title"].partition(":")
        assert (body.strip(), tool.strip()) == (each["publishing_body"], each["tool_name"])
    charter = sources.charter.register
    assert field(sources, "atrs", "record_title") == (f"{charter.controller}: {charter.name}",)


def test_catalogue_tells_the_history_of_each_category(sources: Sources) -> None:
    """16, then 34; each with the version that brought it."""
    assert field(sources, "catalogue", "history") == (
        "version 1, in force from 3 September 2020: 16 categories",
        "version 2, in force from 28 July 2021: 16 → 34",
    )
    assert "version 2: new, from 28 July 2021" in field(sources, "catalogue", "keyword_warning")
    versions = sorted(sources.charters, key=lambda each: each.version)
    assert history_of("age", versions)[0] == (1, "new, from 3 September 2020")


def test_catalogue_tells_of_a_category_that_was_retired_or_changed(sources: Sources) -> None:
    """What a version did to it is said in the words of charter diff."""
    versions = sorted(sources.charters, key=lambda each: each.version)
    last = versions[-1]
    changed = replace(last.categories["emoji"], retired_on=dt.date(2022, 1, 1), title="Emoji or sticker")
    third = replace(
        last,
        version=3,
        effective_on=dt.date(2022, 1, 1),
        categories={**last.categories, "emoji": changed},
        digest="0" * 64,
    )
    told = history_of("emoji", [*versions, third])
    assert (3, "retired on 1 January 2022") in told
    assert (3, "title: Emoji (illustrative) → Emoji or sticker") in told


def test_linked_data_uses_terms_that_exist(sources: Sources) -> None:
    """Every term is one of the vocabulary, and every category is a node that the register points to."""
    assert {term.removeprefix("pd:") for term in TERMS.values()} <= DPV_TERMS
    found = as_json_ld(sources)
    register, *categories = found["@graph"]
    assert len(categories) == 34
    assert {each["@id"] for each in register["dpv:hasPersonalData"]} == {each["@id"] for each in categories}
    by_id = {each["@id"].rpartition(":")[2]: each for each in categories}
    assert by_id["ethnicity"]["@type"] == ["dpv:PersonalData", "pd:EthnicOrigin", "dpv:SensitivePersonalData"]
    assert by_id["emoji"]["@type"] == ["dpv:PersonalData"]
    assert by_id["age"]["dct:valid"] == "2020-09-03/.."


def test_what_is_there_is_not_written_over(sources: Sources, tmp_path: Path) -> None:
    """A human may have filled it in."""
    write_record("s61", sources, tmp_path)
    (tmp_path / "s61.md").write_text("filled in", encoding="utf-8")
    with pytest.raises(Refusal, match="record-there"):
        write_record("s61", sources, tmp_path)
    assert (tmp_path / "s61.md").read_text(encoding="utf-8") == "filled in"


def test_figures_with_noise_keep_their_error(tmp_path: Path) -> None:
    """And the record says that they have noise."""
    with with_noise(tmp_path / "alpha") as register:
        fill(register, range(1, 31), EARLIER)
        release(register, FIRST)
        made = gather(register, None, TODAY)
        assert " to " in field(made, "s61", "people_listed")[0]
        assert "epsilon 2.0" in field(made, "dpia", "disclosure_control")[0]


def test_command_writes_and_says_what_is_left(home: Register, tmp_path: Path) -> None:
    """As a user meets it: files, JSON, and refusals."""
    done = overt("release", "record", "dpia", str(home.folder), "--out", str(tmp_path / "out"), "--json")
    found = json.loads(done.stdout)
    assert "access_impacts" in found["to_fill_in"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["dpia.html", "dpia.json", "dpia.md"]
    assert json.loads((tmp_path / "out" / "dpia.json").read_text(encoding="utf-8")) == found
    again = overt("release", "record", "dpia", str(home.folder), "--out", str(tmp_path / "out"))
    assert (again.returncode, "record-there" in again.stderr) == (3, True)
    other = overt("release", "record", "eia", str(home.folder), "--out", str(tmp_path / "other"))
    assert (other.returncode, "record-unknown" in other.stderr) == (3, True)
    absent = overt("release", "record", "s61", str(home.folder), "--out", str(tmp_path / "x"), "--release", "0009")
    assert (absent.returncode, "release-absent" in absent.stderr) == (3, True)


# --- the risks of the impact assessment ------------------------------------------------------------------------------

RISKS = ("access", "change", "disappearance", "rights")


@pytest.mark.parametrize("risk", RISKS)
def test_each_risk_asks_what_the_method_asks_and_leaves_the_judgement_to_people(sources: Sources, risk: str) -> None:
    """Impacts, threats, sources, measures, severity, likelihood, and what remains: in one document, for each risk."""
    found = {each.name: each for each in RECORDS["dpia"](sources).fields()}
    for question in ("impacts", "threats", "sources", "other_measures", "severity", "likelihood", "remains"):
        each = found[f"{risk}_{question}"]
        assert (each.is_open, each.open_words) == (True, CONTROLLER_WRITES)
    assert found[f"{risk}_controls"].rests_on == "the packs that version 2 of the charter names"
    # Nothing is said of what an audit found where none was given.
    assert found[f"{risk}_verdicts"].is_open


def test_every_control_of_every_shipped_pack_is_under_a_risk() -> None:
    """And every control that is named exists: a new control has to be placed."""
    known = {each.id for path in shipped_packs().values() for each in read_pack(path).controls}
    assert {each for risk in method().risks for each in risk.controls} == known


def test_measures_are_what_the_charter_and_its_very_packs_say(sources: Sources) -> None:
    """The gate does with a breach what the pack says; a pack that is not the charter's own is no measure."""
    access = field(sources, "dpia", "access_controls")
    refused = (
        "OV-46, Entries should not be disclosed unredacted or in bulk: the gate refuses a record that breaches it."
    )
    assert refused in access
    logged = (
        "OV-50, Every collection and disclosure must be logged, and every log entry must match a record: the gate does "
        "not check it; the audit does."
    )
    assert logged in access
    # The charter names the core pack alone.
    assert not any("RT-" in line for line in access)
    assert "charter does not commit to this" in field(sources, "dpia", "rights_notification")[0]
    assert field(sources, "dpia", "access_publication")[0].startswith("Counts of people under 8 are withheld")
    pin = replace(sources.charter.packs["core"], digest="0" * 64)
    other = replace(sources, charter=replace(sources.charter, packs={"core": pin}))
    assert field(other, "dpia", "access_controls") == ("No available pack of the charter has a relevant control.",)
    assert field(other, "dpia", "packs_absent")[0].startswith("core, version 1.0.0: it is not available")


def found_by_the_audit(verdicts: dict[str, str], digest: str) -> bytes:
    """The findings.json of an audit by the core pack: met, but for these."""
    controls = read_pack(shipped_packs()["core"]).controls
    findings = [{"control": each.id, "title": each.title, "verdict": verdicts.get(each.id, "met")} for each in controls]
    counts = {name: sum(each["verdict"] == name for each in findings) for name in VERDICTS}
    run = {"verdicts": counts, "packs": [{"name": "core", "digest": digest}]}
    return json.dumps({"run": run, "findings": findings}).encode()


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register whose release was drafted with an audit: one control breached, one with nothing to ask it of."""
    with open_register(tmp_path_factory.mktemp("audited") / "alpha") as register:
        fill(register, range(1, 31), EARLIER)
        release(register, FIRST, DraftRequest(findings=found_by_the_audit(AUDITED, pack_digest())))
        yield register


AUDITED = {"OV-28": "breached", "OV-33": "not applicable"}


def pack_digest() -> str:
    """The digest of the core pack, which the charter names."""
    return read_pack(shipped_packs()["core"]).digest


def test_verdicts_of_the_audit_stand_beside_the_measures(audited: Register) -> None:
    """Breached controls are what remains; met and not applicable are one, which says nothing of who is listed."""
    made = gather(audited, None, TODAY, found_by_the_audit(AUDITED, pack_digest()))
    told = field(made, "dpia", "access_verdicts")
    assert told[0] == "Breached: OV-28, Every recipient must be notified of a correction"
    rights = field(made, "dpia", "rights_verdicts")
    assert len(rights) == 1
    assert rights[0].startswith("Met, or not applicable: OV-01")
    assert "OV-33" in rights[0]


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        (found_by_the_audit({}, pack_digest()), "other verdicts"),
        (found_by_the_audit({"OV-29": "breached", "OV-33": "not applicable"}, "0" * 64), "other packs"),
        (b"{}", "no verdicts"),
        (b'{"run": []}', "no verdicts"),
        (b"no json", "no verdicts"),
    ],
    ids=["of another audit", "other packs", "empty", "no run", "no JSON"],
)
def test_findings_of_another_audit_are_refused(audited: Register, findings: bytes, told: str) -> None:
    """A record names only verdicts that its release gives."""
    with pytest.raises(Refusal, match="record-findings") as refused:
        gather(audited, None, TODAY, findings)
    assert told in str(refused.value)


def test_findings_are_refused_where_no_release_gives_verdicts(home: Register, tmp_path: Path) -> None:
    """No audit was made for the release; and a release with noise says nothing of verdicts."""
    findings = found_by_the_audit(AUDITED, pack_digest())
    with pytest.raises(Refusal, match="record-findings"):
        gather(home, None, TODAY, findings)
    with with_noise(tmp_path / "alpha") as register:
        fill(register, range(1, 31), EARLIER)
        release(register, FIRST)
        with pytest.raises(Refusal, match="no published release contains the verdicts"):
            gather(register, None, TODAY, findings)
