"""Answers: all that the law asks for, held back only with section and reasons, and nothing kept of who asked."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import random
import re
import time
from pathlib import Path

import html5lib
import jsonschema
import pypdf
import pytest
from scipy import stats

from overt.audits import Request, SourceOptions, audit
from overt.refusals import Refusal, Refusals
from overt.register import Register, snapshot
from overt.rights import (
    FORMS,
    RequestDecision,
    Requester,
    Restriction,
    RightsAnswer,
    draft,
    find,
    find_request,
    look_up,
    new_request,
    read_who,
    remove,
    send,
)
from tests.audit.conftest import Silent
from tests.conftest import ROOT
from tests.gate.conftest import open_register
from tests.rights.conftest import (
    ANN,
    BOB,
    BY,
    KEY,
    LATER,
    asked,
    begin,
    desk,
    listed,
    pseudonym_of,
    read_and_sent,
    reopened,
    sent,
)
from tests.rights.readability import grade, syllables

SCHEMA = json.loads((ROOT / "docs/formats/rights-answer.schema.json").read_text())
TODAY = LATER.date()
NCND = RequestDecision(denies="s.45(4)(b)", reasons="a live inquiry; decided for all requests of this kind")
REASONS = "the source is a child who could come to harm"
WHOLE = RequestDecision()
SOURCES = (Restriction("sources", "s.45(4)(b)", REASONS),)


def said(made: RightsAnswer, name: str = "answer.txt") -> str:
    """One form of an answer as text."""
    return " ".join(made.files[name].decode().split())


def answered(register: Register, who: Requester, decision: RequestDecision = WHOLE, number: str = "") -> RightsAnswer:
    """The draft of an answer to a request for access."""
    request = find_request(register, number or asked(register, who=who))
    return draft(register, request, who, decision, key=KEY, today=TODAY)


@pytest.fixture
def register(register: Register) -> Register:
    """Ann's entry was sent to a force."""
    sent(register, 1, "E1")
    return register


def test_answer_says_all_that_section_45_asks_for(register: Register) -> None:
    """Purpose, legal basis, categories, recipients by name, retention, the data and their source, rights, complaint."""
    made = answered(register, ANN)
    text = said(made)
    for wanted in (
        "To: Ann Example, 1 Example Street, Exampleton",
        "Our reference: R0001",
        "Yes. We hold information about you in one entry.",
        "You are listed as: a suspect",
        "Grounds: seen taking part in the fight of inquiry 1",
        "Purpose: Investigating offences of serious violence",
        "Category: Threat made or received (illustrative) Items: 2",
        "Source: a police record",
        "Organisation: Example Neighbouring Force",
        "We must review it by 1 November 2021.",
        "We must delete it by 1 January 2024.",
        "ask us to correct it",
        "Information Commissioner",
        "Data Protection Act 2018 Part 3",
        "Date of birth: 17 May 1990",
        "Your ethnicity, as you described it: White: British",
        "The entry is: in use",
        "Grading: source reliable, known directly to the source",
    ):
        assert wanted in text, wanted
    assert pseudonym_of(ANN) not in "".join(map(str, made.files.values()))
    assert made.outcome == "answered"


def test_whoever_is_not_listed_is_told_so(register: Register) -> None:
    """In one sentence, with the same ways to complain."""
    made = answered(register, BOB)
    assert "We do not hold any information about you in this register." in said(made)
    assert json.loads(made.files["answer.json"])["is_listed"] is False


@pytest.mark.parametrize("who", [ANN, BOB])
@pytest.mark.parametrize("decision", [WHOLE, NCND, RequestDecision((Restriction("sources", "s.45(4)(e)", REASONS),))])
def test_every_form_says_the_same(register: Register, who: Requester, decision: RequestDecision) -> None:
    """The page is valid, the PDF is tagged and has every word of the text, the data fit the published schema."""
    made = answered(register, who, decision)
    assert tuple(made.files) == FORMS
    html5lib.HTMLParser(strict=True).parse(made.files["answer.html"].decode())
    data = json.loads(made.files["answer.json"])
    jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker())
    page = html.unescape(re.sub("<[^>]+>", " ", made.files["answer.html"].decode().partition("</style>")[2]))
    reader = pypdf.PdfReader(io.BytesIO(made.files["answer.pdf"]))
    pdf = " ".join(each.extract_text() for each in reader.pages)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    words = set(re.findall(r"[A-Za-z]{4,}", made.files["answer.txt"].decode()))
    for other in (page, pdf):
        assert words <= set(re.findall(r"[A-Za-z]{4,}", other))


def test_answers_are_in_plain_english(register: Register) -> None:
    """Grade 8 at most, whatever is answered, as Flesch and Kincaid measure it; no sentence of more than 32 words."""
    assert syllables("register") == 3
    assert grade("The cat sat on the mat.") < 1
    assert grade("Notwithstanding administrative proportionality, determinations are promulgated.") > 20
    letters = [
        answered(register, ANN),
        answered(register, BOB),
        answered(register, ANN, NCND),
        answered(register, ANN, RequestDecision((Restriction("sources", "s.45(4)(b)", REASONS),))),
    ]
    for made in letters:
        page = made.files["answer.html"].decode().partition("<main")[2]
        paragraphs = [html.unescape(each) for each in re.findall(r"<(?:p|li)>(.*?)</", page, re.DOTALL)]
        assert grade(" ".join(paragraphs)) <= 8
        sentences = re.split(r"[.!?:]\s", " ".join(paragraphs))
        assert max(len(each.split()) for each in sentences) <= 32


def test_what_is_held_back_is_not_in_any_form(register: Register, tmp_path: Path) -> None:
    """The part is gone, the section is named, the reasons are recorded and not sent."""
    number = asked(register)
    parts = ("grounds", "items", "sources", "recipients")
    decision = RequestDecision(tuple(Restriction(each, "s.45(4)(b)", REASONS) for each in parts))
    made = read_and_sent(register, number, decision, tmp_path / "letter")
    for data in (made.files[name].decode() for name in ("answer.txt", "answer.html", "answer.json")):
        for gone in ("fight of inquiry 1", "police record", "police_record", "Example Neighbouring Force", REASONS):
            assert gone not in data
    assert "section 45(4)(b)" in said(made)
    kept = find_request(register, number)
    assert (kept.outcome, kept.ground) == ("partly", "DPA 2018 s.45(4)(b)")
    assert kept.reasons is not None
    assert REASONS in kept.reasons


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (RequestDecision((Restriction("sources", "s.31(1)", REASONS),)), "rights-section"),
        (RequestDecision((Restriction("sources", "s.48(3)(b)", REASONS),)), "rights-section"),
        (RequestDecision((Restriction("names", "s.45(4)(b)", REASONS),)), "rights-part"),
        (RequestDecision((Restriction("sources", "s.45(4)(b)", "harm"),)), "rights-reason"),
        (RequestDecision(denies="s.45(4)(b)", reasons=""), "rights-reason"),
        (RequestDecision(refused="s.45(4)(b)", reasons=REASONS), "rights-section"),
        (RequestDecision(SOURCES, denies="s.45(4)(b)", reasons=REASONS), "rights-decision"),
    ],
)  # fmt: skip
def test_nothing_is_held_back_without_section_and_reasons(
    register: Register, decision: RequestDecision, code: str
) -> None:
    """A section of Part 3 that is for this kind of request, and reasons that are reasons."""
    with pytest.raises((Refusal, Refusals), match=code):
        answered(register, ANN, decision)


# --- neither confirm nor deny ---------------------------------------------------------------------------------------


@pytest.fixture
def without(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A register that is the same but that Ann is not in it."""
    with open_register(tmp_path_factory.mktemp("without") / "alpha") as made:
        listed(made, 2, Requester("Cy Else", "1991-02-03"))
        folder = made.folder
    return reopened(folder, tmp_path / "without")


def test_neither_confirming_nor_denying_is_the_same_to_the_byte(register: Register, without: Register) -> None:
    """Asked under the same number and name, of a register that lists Ann and one that does not: all forms are equal."""
    there, elsewhere = (answered(each, ANN, NCND) for each in (register, without))
    assert there.number == elsewhere.number
    assert there.files == elsewhere.files
    without.close()


def test_listed_and_unlisted_answers_differ_in_name_and_reference_alone(register: Register) -> None:
    """In one register, two people who asked on one day; the PDF is compared by what it says."""
    ann, bob = answered(register, ANN, NCND), answered(register, BOB, NCND)
    assert ann.number != bob.number
    for name in ("answer.html", "answer.txt", "answer.json"):
        plain = [
            made.files[name].replace(who.name.encode(), b"NAME").replace(made.number.encode(), b"REFERENCE")
            for made, who in ((ann, ANN), (bob, Requester("Bob Samples", BOB.born, address=BOB.address)))
        ]
        plain[1] = plain[1].replace(BOB.name.encode(), b"NAME")
        assert plain[0] == plain[1]
    assert ann.dated == bob.dated


def test_neither_confirming_nor_denying_goes_out_on_one_day(register: Register) -> None:
    """The last of the first month, whenever it was written; and not before the day on which it is written late."""
    early, later = (asked(register, received_on=TODAY) for _ in range(2))
    first = answered(register, ANN, NCND, early)
    then = LATER + dt.timedelta(days=20)
    second = draft(register, find_request(register, later), BOB, NCND, key=KEY, today=then.date())
    assert first.dated == second.dated == dt.date(2021, 10, 4)
    late = LATER + dt.timedelta(days=60)
    assert draft(register, find_request(register, later), BOB, NCND, key=KEY, today=late.date()).dated == late.date()


def test_no_row_of_any_person_is_read_for_it(register: Register) -> None:
    """Not the entries, not the people, not what was sent; of an ordinary answer the same watch sees all three."""
    number, second = asked(register), asked(register)
    seen: list[str] = []
    register.store.connection.set_trace_callback(seen.append)  # type: ignore[attr-defined]
    draft(register, find_request(register, number), ANN, NCND, key=KEY, today=TODAY)
    person = re.compile(r"\b(entry|subject|item|disclosure|review)(_version)?\b")
    assert seen
    assert [each for each in seen if person.search(each)] == []
    answered(register, ANN, WHOLE, second)
    assert any(person.search(each) for each in seen)


def timed(register: Register, number: str, who: Requester, decision: RequestDecision) -> float:
    """How long a draft takes, in seconds of this process."""
    started = time.process_time()
    answered(register, who, decision, number)
    return time.process_time() - started


def is_told_apart(register: Register, decision: RequestDecision, most: int, seed: int) -> bool:
    """Whether a Mann-Whitney test tells the times for a listed and an unlisted person apart, measured in random turns.

    It looks after every twenty pairs, and is content with the first look that decides.
    """
    chance, numbers = random.Random(seed), {"listed": asked(register), "unlisted": asked(register, who=BOB)}
    people, times = {"listed": ANN, "unlisted": BOB}, {"listed": [], "unlisted": []}  # type: ignore[var-annotated]
    for pair in range(1, most + 1):
        for name in chance.sample(list(people), 2):
            times[name].append(timed(register, numbers[name], people[name], decision))
        if pair % 20 == 0 and stats.mannwhitneyu(times["listed"], times["unlisted"]).pvalue < 0.0001:
            return True
    return False


def test_time_does_not_tell(register: Register) -> None:
    """A statistical test that tells an ordinary answer to a listed person from another cannot tell these.

    How busy the machine is makes the times vary, and the first test takes more of them until it decides. The second
    could be misled by a fit of the machine, but not three times anew; a difference that is there is found each time.
    """
    assert is_told_apart(register, WHOLE, 1_000, 7)
    assert not all(is_told_apart(register, NCND, 40, seed) for seed in (8, 9, 10))


# --- finding, and what is kept --------------------------------------------------------------------------------------


def test_nothing_of_who_asks_is_kept(register: Register, tmp_path: Path) -> None:
    """After the look and the answer, neither name nor birth date nor address is in any file of the register."""
    who = Requester("Zebedee Quux", "1987-12-11", address=("99 Xyzzy Road",))
    for decision in (WHOLE, NCND):
        number = asked(register, who=who)
        read_and_sent(register, number, decision, tmp_path / number, who=who)
        assert find_request(register, number).outcome == ("ncnd" if decision.denies else "answered")
        assert b"Zebedee" in (tmp_path / number / "answer.txt").read_bytes()
    kept = b"".join(path.read_bytes() for path in register.folder.rglob("*") if path.is_file())
    for gone in ("Zebedee", "Quux", "1987-12-11", "Xyzzy", pseudonym_of(who)):
        assert gone.encode() not in kept


def test_each_look_is_a_record_alike_for_all(register: Register) -> None:
    """Who looked, when and for which request (s.62): one line for the look, and one for each entry it found."""
    for who in (ANN, BOB):
        asked(register, who=who)
    looks = [each.values for each in register.versions("access", "x.action = 'consult'")]
    assert [(each["actor"], each["entry_id"]) for each in looks] == [(BY, None), (BY, "E1"), (BY, None)]


def test_entry_that_may_be_the_persons_needs_a_human(register: Register) -> None:
    """Another middle name, or none, is not taken for the person's, nor passed over in silence."""
    listed(register, 5, Requester("Jo Quentin Example", "1995-06-07"), now=LATER)
    jo = Requester("Jo Example", "1995-06-07")
    assert [(each.entry_id, each.sure) for each in find(register, KEY, jo)] == [("E5", False)]
    found = look_up(register, find_request(register, asked(register, who=jo)))
    with pytest.raises(Refusal, match="entry-unsure"):
        found.chosen([])
    assert found.chosen(["E5"]) == ["E5"]
    assert found.chosen(["none"]) == []
    with pytest.raises(Refusal, match="entry-not-theirs"):
        found.chosen(["E2"])


def test_spellings_of_the_rule_are_found(register: Register) -> None:
    """Case, order and titles do not matter; another birth date does."""
    for name in ("ann EXAMPLE", "Example, Ann", "Ms Ann Example"):
        assert [each.entry_id for each in find(register, KEY, Requester(name, "17 May 1990"))] == ["E1"], name
    assert find(register, KEY, Requester("Ann Example", "1990-05-18")) == []


def test_account_is_found_by_its_handle(register: Register) -> None:
    """Where a register knows a person by an account alone."""
    from tests.gate.conftest import entry, item, subject
    from tests.rights.conftest import admit

    known = KEY.handle_id("an online platform", "@ann")
    records = [subject(6, subject_id=known), entry(6, subject_id=known), item(6, 0), item(6, 1)]
    admit(register, *records, now=LATER)
    who = Requester("Ann Example", "1990-05-17", handles=(("An online platform", "Ann"),))
    assert [(each.entry_id, each.sure) for each in find(register, KEY, who)] == [("E1", True), ("E6", True)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name = 'Ann", "who-malformed"),
        ("name = 'Ann Example'", "who-malformed"),
        ("name = 'Ann Example'\nborn = 1990-01-01\nshoes = 1", "who-malformed"),
        ("name = 'Ann Example'\nborn = 7", "who-malformed"),
        ('name = "Ann\\nExample"\nborn = 1990-01-01', "who-malformed"),
        ("name = 'Ann Example'\nborn = 1990-01-01\nhandles = [1]", "who-malformed"),
    ],
)
def test_who_is_read_strictly_and_never_repeated(text: str, code: str) -> None:
    """A refusal names the field."""
    with pytest.raises(Refusal, match=code) as refused:
        read_who(text.encode(), "person.toml")
    assert "Ann" not in str(refused.value)


def test_name_that_cannot_be_read_is_refused(register: Register) -> None:
    """Without repeating it."""
    with pytest.raises(Refusal, match="who-unreadable") as refused:
        find(register, KEY, Requester("Ann3 Example", "1990-01-01"))
    assert "Ann" not in str(refused.value)


@pytest.mark.parametrize(
    ("born", "remedy"),
    [
        ("21/07/1994", "it can only be day, month, year: turn it round, as 31/12/1999 becomes 1999-12-31"),
        ("07/21/1994", "it can only be month, day, year"),
        ("05/04/1994", "it can be read in two ways, so ask the person: 03/04/1999 is 1999-04-03 if the day"),
        ("21/21/1994", "it is a day in no order"),
        ("21/07/94", "write the year with four digits"),
        ("21 Foo 1994", "write the year, the month and the day: 1999-12-31"),
        ("1994-02-30", "write the year, the month and the day: 1999-12-31"),
    ],
)
def test_a_birth_date_that_cannot_be_read_says_how_to_write_it(register: Register, born: str, remedy: str) -> None:
    """By what was typed, and without repeating it."""
    who = read_who(f'name = "Ann Example"\nborn = "{born}"\n'.encode(), "person.toml")
    with pytest.raises(Refusal, match=r"who-unreadable: person\.toml, born") as refused:
        find(register, KEY, who, "person.toml")
    assert remedy in str(refused.value)
    assert born not in str(refused.value)


def test_a_birth_date_in_words_is_read(register: Register) -> None:
    """And one of TOML, and as text."""
    for born in ('"17 May 1990"', "1990-05-17", '"1990-05-17"'):
        who = read_who(f'name = "Ann Example"\nborn = {born}\n'.encode(), "person.toml")
        assert [each.entry_id for each in find(register, KEY, who)] == ["E1"]


def test_identity_comes_before_the_answer(register: Register, tmp_path: Path) -> None:
    """Even before one that neither confirms nor denies: it must be alike for all."""
    number = new_request(register, "access", TODAY, by=BY, now=LATER).number
    for decision in (WHOLE, NCND):
        with pytest.raises(Refusal, match="identity-not-noted"):
            send(register, number, ANN, decision, key=KEY, out=tmp_path / "x", by=BY, now=LATER)


def test_answer_to_a_removal_names_the_bodies(register: Register, tmp_path: Path) -> None:
    """What was done, who was told and what comes next; before it is done there is no answer but a refusal."""
    number = asked(register, "erasure")
    with pytest.raises(Refusal, match="request-not-carried-out"):
        draft(register, find_request(register, number), ANN, WHOLE, key=KEY, today=TODAY)
    with pytest.raises((Refusal, Refusals), match="rights-section"):
        no_ground = RequestDecision(refused="s.48(3)(b)", why=REASONS)
        draft(register, find_request(register, number), ANN, no_ground, key=KEY, today=TODAY)
    refusal = RequestDecision(refused="s.47(1)", why="The inquiry into the fight is still open.")
    said_no = draft(register, find_request(register, number), ANN, refusal, key=KEY, today=TODAY)
    assert "We have refused your request because" in said(said_no)
    assert "This is what we still hold: entry E1." in said(said_no)
    assert "Our reasons: The inquiry into the fight is still open." in said(said_no)
    for section in ("section 47(1)", "Section 51", "section 165", "section 167"):
        assert section in said(said_no)
    assert said_no.outcome == "refused"
    begin(register)
    now = LATER + dt.timedelta(minutes=1)
    remove(register, number, ["E1"], "DPA 2018 s.47(1)", desk(tmp_path / "notices", now))
    made = read_and_sent(register, number, WHOLE, tmp_path / "letter", now=now)
    assert "We deleted it on 2 September 2021." in said(made)
    assert "Organisation: Example Neighbouring Force" in said(made)
    assert "certificate of removal" in said(made)
    jsonschema.validate(json.loads(made.files["answer.json"]), SCHEMA)


@pytest.mark.parametrize("day", [dt.date(2026, 6, 18), dt.date(2026, 6, 19)])
def test_register_knows_what_the_letter_told(register: Register, tmp_path: Path, day: dt.date) -> None:
    """The day on which the person was told of a restriction, and whether the letter names the complaint to us."""
    now = dt.datetime.combine(day, dt.time(9), dt.UTC)
    number = asked(register, received_on=day - dt.timedelta(days=10), now=now)
    decision = RequestDecision((Restriction("sources", "s.45(4)(b)", REASONS),))
    made = read_and_sent(register, number, decision, tmp_path / "letter", now=now)
    assert ("right to complain to us" in said(made)) is (day >= dt.date(2026, 6, 19))
    (kept,) = (each.values for each in register.versions("request", "x.closed_seq is null"))
    assert (kept["told_on"], kept["names_complaint"]) == (str(day), day >= dt.date(2026, 6, 19))
    later = now + dt.timedelta(days=60)
    snapshot(register, later, tmp_path / "snapshot")
    source = SourceOptions(str(tmp_path / "snapshot"))
    audit(Request(source, ("rights",), later.date(), out=tmp_path / "audit"), Silent())
    found = json.loads((tmp_path / "audit" / "findings.json").read_text(encoding="utf-8"))["findings"]
    verdicts = {each["control"]: each["verdict"] for each in found}
    assert verdicts["RT-12"] == "met"
    assert verdicts["RT-14"] == ("met" if day >= dt.date(2026, 6, 19) else "not applicable")
