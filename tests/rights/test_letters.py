"""Letters are true on their date: what is partly done, what the law was, titles, and no past day as a promise."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from overt.pages import regulator
from overt.refusals import Refusal, Refusals
from overt.register import Register
from overt.rights import (
    RequestDecision,
    Requester,
    Restriction,
    RightsAnswer,
    draft,
    find_request,
    new_request,
    read_correction,
    rectify,
    remove,
    tell,
)
from overt.rights._decision import sections
from tests.gate.conftest import disclosure, entry, item
from tests.rights.conftest import (
    ANN,
    BOB,
    BY,
    KEY,
    LATER,
    admit,
    asked,
    desk,
    listed_again,
    pseudonym_of,
    read_and_sent,
    sent,
)
from tests.rights.readability import grade
from tests.rights.test_answer import SCHEMA, said

D = dt.date
WHEN = LATER + dt.timedelta(days=1)
TODAY, PLAIN = WHEN.date(), RequestDecision()
GROUND = "DPA 2018 s.47(1), the entry was not necessary"
WHY = "The case in which you are named as a witness is not closed."
STAYS = RequestDecision(refused="s.47(1)", why=WHY)


@pytest.fixture
def register(register: Register) -> Register:
    """Ann has two entries: E1, which was sent to a force, and E1b."""
    sent(register, 1, "E1")
    listed_again(register, "E1b")
    return register


def drafted(
    register: Register,
    number: str,
    decision: RequestDecision = PLAIN,
    today: D = TODAY,
    who: Requester = ANN,
) -> RightsAnswer:
    """The draft of an answer; its data fit the published schema."""
    made = draft(register, find_request(register, number), who, decision, key=KEY, today=today)
    jsonschema.validate(json.loads(made.files["answer.json"]), SCHEMA, format_checker=jsonschema.FormatChecker())
    return made


# --- item 12: partial is said ----------------------------------------------------------------------------------------


def test_one_of_two_entries_is_partly(register: Register, tmp_path: Path) -> None:
    """The letter says which was erased, which stays and why; the register records that it was a part."""
    number = asked(register, "erasure", now=WHEN)
    remove(register, number, ["E1"], GROUND, desk(tmp_path / "notices", WHEN))
    with pytest.raises(Refusal, match=r"request-not-carried-out.*E1b stays"):
        drafted(register, number)
    named = RequestDecision(refused="s.47(1)", why=WHY, erased=("E1",))
    made = drafted(register, number, named)
    for wanted in (
        "We have done part of what you asked, but not all of it.",
        "This is what we deleted: entry E1.",
        "This is what we still hold: entry E1b.",
        f"Our reasons: {WHY}",
        "section 47(1)",
        "Section 51",
    ):
        assert wanted in said(made), wanted
    data = json.loads(made.files["answer.json"])
    assert [each["entry"] for each in data["stays"]] == ["E1b"]
    assert (data["outcome"], data["erased"]) == ("partly", ["E1"])
    page = " ".join(made.files["answer.txt"].decode().split())
    assert grade(page.partition("Our answer")[2].partition("Who we told")[0]) <= 9
    read_and_sent(register, number, named, tmp_path / "letter", now=WHEN)
    kept = find_request(register, number)
    assert (kept.outcome, kept.ground) == ("partly", "DPA 2018 s.47(1)")


def test_all_entries_gone_is_answered(register: Register, tmp_path: Path) -> None:
    """Nothing stays, so that nothing is partly. Nothing is said to be erased that stands, or that was not erased."""
    number = asked(register, "erasure", now=WHEN)
    with pytest.raises(Refusal, match="entry-not-erased"):
        drafted(register, number, RequestDecision(refused="s.47(1)", why=WHY, erased=("E1",)))
    remove(register, number, ["E1", "E1b"], GROUND, desk(tmp_path / "notices", WHEN))
    made = drafted(register, number)
    assert made.outcome == "answered"
    assert "part of what you asked" not in said(made)
    with pytest.raises(Refusal, match="rights-decision"):
        drafted(register, number, STAYS)
    with pytest.raises(Refusal, match="entry-not-erased"):
        drafted(register, number, RequestDecision(erased=("E1", "E1b", "E1c")))


def test_a_person_of_whom_nothing_is_held_gets_an_answer(register: Register) -> None:
    """It is no refusal: there is nothing to delete."""
    made = drafted(register, asked(register, "erasure", now=WHEN, who=BOB), who=BOB)
    assert made.outcome == "answered"
    assert "We do not hold any information about you in this register." in said(made)


def test_an_erasure_that_was_cut_short_is_not_answered(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step stands and the entry does too: no letter says that it was deleted."""
    from overt.rights import _correct as steps

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    number = asked(register, "erasure", now=WHEN)
    monkeypatch.setattr(steps, "erase", stop)
    with pytest.raises(KeyboardInterrupt):
        remove(register, number, ["E1", "E1b"], GROUND, desk(tmp_path / "notices", WHEN))
    with pytest.raises(Refusal, match=r"request-not-carried-out.*cut short"):
        drafted(register, number)


# --- item 13: true on their date -------------------------------------------------------------------------------------


def test_a_correction_says_from_what_to_what(register: Register, tmp_path: Path) -> None:
    """Each field in words, before and after, and of the item or entry."""
    number = asked(register, "rectification", now=WHEN)
    corrections = ["subject.birth_date=1990-05-18", "item.I1-0.basis=assessment"]
    given = [read_correction(each) for each in corrections]
    rectify(register, number, "E1", given, reason="the passport says so", desk=desk(tmp_path / "n", WHEN))
    made = drafted(register, number)
    assert "Before: 17 May 1990 Now: 18 May 1990" in said(made)
    assert "Where: item I1-0 What: Fact or opinion Before: fact Now: opinion" in said(made)
    changed = json.loads(made.files["answer.json"])["corrected"]
    assert [(each["in"], each["from"], each["to"]) for each in changed] == [
        ("I1-0", "fact", "assessment"),
        ("you", "1990-05-17", "1990-05-18"),
    ]


def test_a_day_that_has_passed_is_no_promise(register: Register) -> None:
    """The review was due on 1 November 2021 and the deletion on 1 January 2024."""
    number = asked(register, now=WHEN)
    before = said(drafted(register, number, today=D(2021, 11, 1)))
    assert "We must review it by 1 November 2021." in before
    assert "We must delete it by 1 January 2024." in before
    after = said(drafted(register, number, today=D(2024, 1, 2)))
    assert "We should have reviewed it by 1 November 2021. That date has passed." in after
    assert "We should have deleted it by 1 January 2024. That date has passed." in after
    assert "We must review it by" not in after


def test_the_charter_in_force_on_the_day_is_used(register: Register) -> None:
    """Not the newest that was adopted and does not rule yet."""
    charters = register.charters()
    first, last = min(each.effective_on for each in charters), max(each.effective_on for each in charters)
    from overt.rights._titles import Titles

    titles = Titles(charters)
    assert titles.at(last).version == len(charters)
    assert titles.at(last - dt.timedelta(days=1)).version < len(charters)
    assert titles.at(first).version == 1
    assert titles.recipient("example_force", first) == "Example Neighbouring Force"
    assert titles.recipient("nobody_at_all", last) == "nobody_at_all"


@pytest.mark.parametrize(
    ("day", "name"), [(D(2026, 9, 29), "Information Commissioner"), (D(2026, 9, 30), "Information Commission")]
)
def test_the_regulator_has_the_name_of_the_day(register: Register, day: D, name: str) -> None:
    """SI 2026/1015, in answers and in those that neither confirm nor deny."""
    assert regulator(day) == name
    number = asked(register, now=WHEN)
    denied = RequestDecision(denies="s.45(4)(b)", reasons="decided for all requests of this kind")
    for decision in (RequestDecision(), denied, RequestDecision((Restriction("sources", "s.45(4)(b)", WHY),))):
        text = said(drafted(register, number, decision, day))
        assert f"the {name} at any time" in text
        assert ("Commissioner" in text) == (name == "Information Commissioner")


@pytest.mark.parametrize(("day", "told"), [(D(2026, 6, 18), False), (D(2026, 6, 19), True)])
def test_the_right_to_complain_to_us_is_told_from_its_day(register: Register, day: D, told: bool) -> None:
    """Section 164A."""
    assert ("Section 164A" in said(drafted(register, asked(register, now=WHEN), today=day))) is told


@pytest.mark.parametrize(
    ("kind", "received", "section", "allowed"),
    [
        ("access", D(2025, 9, 4), "s.45(4)(d)", True),
        ("access", D(2025, 9, 5), "s.45(4)(d)", False),
        ("access", D(2025, 9, 4), "s.78A", False),
        ("access", D(2025, 9, 5), "s.78A", True),
        ("access", D(2025, 9, 4), "s.45A", False),
        ("access", D(2025, 9, 5), "s.45A", True),
        ("access", D(2025, 9, 5), "s.48(3)(b)", False),
        ("erasure", D(2025, 9, 4), "s.48(3)(d)", True),
        ("erasure", D(2025, 9, 5), "s.48(3)(d)", False),
        ("erasure", D(2025, 9, 5), "s.45(4)(b)", False),
    ],
)
def test_sections_are_those_of_the_day_of_receipt(kind: str, received: D, section: str, allowed: bool) -> None:
    """DUAA 2025 ss.79 and 88, in force on 5 September 2025."""
    assert (section in sections(kind, received)) is allowed


def test_reasons_are_withheld_under_a_section_of_their_own(register: Register) -> None:
    """Section 48(3) lets the reasons be held back; it is no ground, and needs one beside it."""
    number = asked(register, "erasure", now=WHEN)
    quiet = RequestDecision(refused="s.47(2)", reasons="the trial is not over yet", withheld="s.48(3)(a)")
    text = said(drafted(register, number, quiet))
    assert "We have withheld our reasons" in text
    assert "section 48(3)(a)" in text
    assert "the trial" not in text
    for wrong in (
        RequestDecision(refused="s.47(1)"),
        RequestDecision(withheld="s.48(3)(a)", reasons=WHY),
        RequestDecision(refused="s.46(1)"),
    ):
        with pytest.raises((Refusal, Refusals), match="rights-"):
            drafted(register, number, wrong)


def test_a_letter_has_a_title_for_each_code_of_the_model() -> None:
    """Every code that may stand under an entry, a person, an item or a review: none is shown as the model has it."""
    from overt.model import TABLES
    from overt.rights._titles import word

    words = {"basis": ("fact",), "visibility": ("private",), "band": ("low", "medium", "high")}
    words |= {"sex": ("female", "male", "other", "unknown")}
    older = {"source_grade": "ABCDE", "information_grade": "12345", "handling": "12345"}  # 5x5x5 has no such words
    coded = [column for table in ("entry", "item", "subject") for column in TABLES[table].columns]
    for column in (*coded, TABLES["review"].by_name["outcome"]):
        for code in column.codes:
            same = code in words.get(column.name, ()) or code in older.get(column.name, "")
            assert (word(column.name, code) == code) is same, (column.name, code)


def test_what_a_victim_said_and_a_unit_are_written_in_words(register: Register) -> None:
    """No letter says "Source: victim", or names a unit with a line under it."""
    own = {"entry_id": "E1c", "subject_id": pseudonym_of(ANN), "grounds": "seen at the fight of inquiry 78"}
    items = [
        item(3, place, item_id=f"I1c-{place}", entry_id="E1c", origin=origin, source_ref=f"SRC1c-{place}")
        for place, origin in enumerate(("victim", "witness"))
    ]
    admit(register, entry(3, unit="withen_vale", **own), *items, now=LATER)
    text = said(drafted(register, asked(register, now=WHEN)))
    for wanted in ("Source: a victim told us", "Source: a witness told us", "Entry made by: Withen Vale"):
        assert wanted in text, wanted
    for code in ("Source: victim", "withen_vale"):
        assert code not in text, code


@pytest.mark.parametrize(
    ("day", "wanted"), [(D(2021, 10, 4), "The last day for our answer is 4"), (D(2021, 10, 5), "our answer was 4")]
)
def test_a_day_to_come_is_not_said_to_be_past(register: Register, day: D, wanted: str) -> None:
    """The last day to answer, on that day and the day after it."""
    assert wanted in said(drafted(register, asked(register, now=WHEN), today=day))


@pytest.mark.parametrize(
    ("kind", "section"),
    [("access", 45), ("rectification", 46), ("erasure", 47), ("restriction", 47), ("objection", 35)],
)
def test_each_letter_names_the_act_and_the_section_of_the_right(register: Register, kind: str, section: int) -> None:
    """Before anything refers to "the Act"."""
    text = said(drafted(register, asked(register, kind, now=WHEN, who=BOB), who=BOB))
    named = text.index(f"Section {section} of the Data Protection Act 2018")
    assert "the Act" not in text[:named]


def test_a_restriction_says_what_we_do_and_on_which_ground(register: Register, tmp_path: Path) -> None:
    """Not only who was told; and where nobody was sent it, that too."""
    number = asked(register, "restriction", now=WHEN)
    with pytest.raises(Refusal, match="rights-decision"):
        drafted(register, number, RequestDecision(granted="s.47(3)"))
    for entry_id in ("E1", "E1b"):
        tell(register, number, entry_id, "restrict", recipients=[], desk=desk(tmp_path / entry_id, WHEN))
    with pytest.raises(Refusal, match=r"(?s)rights-section.*s.47\(2\), s.47\(3\)"):
        drafted(register, number)
    with pytest.raises((Refusal, Refusals), match="rights-section"):
        drafted(register, number, RequestDecision(granted="s.47(1)"))
    text = said(drafted(register, number, RequestDecision(granted="s.47(3)")))
    assert "We will not use it until it is known whether it is accurate: section 47(3) of the Data" in text
    assert "On 3 September 2021 we told everyone we shared it with not to use it." in text
    assert "Section 48 of the Act says that we must tell them" in text

    cy = Requester("Cy Else", "1991-02-03")
    alone = asked(register, "restriction", now=WHEN, who=cy)
    tell(register, alone, "E2", "restrict", recipients=[], desk=desk(tmp_path / "alone", WHEN))
    text = said(drafted(register, alone, RequestDecision(granted="s.47(2)"), who=cy))
    assert "We keep it as evidence, and do not use it for anything else: section 47(2)" in text
    assert "We have no record of sharing it with anyone else." in text
    assert "we told everyone we shared it with" not in text


def test_the_grounds_of_every_right_are_listed_to_do_and_to_refuse() -> None:
    """By kind; each that is listed is taken, and has its words in the letter."""
    from overt.rights import choices
    from overt.rights._letter import _GRANTED

    for kind in ("rectification", "erasure", "restriction", "objection"):
        found = {(use, section) for use, section, _ in choices(kind, TODAY)}
        assert {use for use, _ in found} >= {"do what was asked", "refuse"}, kind
        assert {(kind, section) for use, section in found if use == "do what was asked"} <= _GRANTED.keys()
    assert ("refuse", "s.47(1)") in {(use, section) for use, section, _ in choices("erasure", TODAY)}


def test_the_answer_shows_how_the_time_was_counted(register: Register) -> None:
    """Span by span; an answer that is late says so."""
    number = asked(register, now=WHEN)
    text = said(drafted(register, number, today=D(2021, 10, 5)))
    assert "The last day for our answer was 4 October 2021." in text
    assert "From: 4 September 2021 To: 3 October 2021 Days: 30 How they count: counted" in text
    assert "From: 4 October 2021 To: 4 October 2021 Days: 1" in text
    assert "This letter is late." in text
    assert "late" not in said(drafted(register, number))


def test_a_request_of_the_portal_gets_an_answer_that_fits_its_schema(register: Register) -> None:
    """Its number has another form."""
    number = "Q2345-6789A-BCDEF-GHJKM-NPQRS-T2"
    row = {"request_id": number, "kind": "access", "received_on": str(WHEN.date()), "due_on": "2021-10-04"}
    from overt.gate import Proposed
    from overt.rights import note_identity, work

    admit(register, Proposed("request", row), now=WHEN)
    note_identity(register, number, "known", WHEN.date(), by=BY, now=WHEN)
    work(register, number, KEY, ANN, by=BY, now=WHEN)
    assert drafted(register, number).outcome == "answered"
    assert new_request(register, "access", WHEN.date(), by=BY, now=WHEN).number == "R0001"


def test_a_recipient_whose_agreement_has_ended_has_its_title(register: Register) -> None:
    """A letter of a later year still says who it was."""
    admit(register, disclosure(8, entry_id="E1b", sent_at=LATER.isoformat()), now=LATER)
    text = said(drafted(register, asked(register, now=WHEN), today=D(2030, 1, 1)))
    assert "example_force" not in text
