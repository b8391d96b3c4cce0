"""What an answer may rest on is the law of the day that decides, at every door: library, commands, gate, page and API.

The last days and the first days of each text: 4 and 5 September 2025, 4 and 5 February 2026, 18 and 19 June 2026, 29
and 30 September 2026. Dates and sections were written down from SI 2025/996, SI 2026/82 and SI 2026/1015.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from overt.gate import Admitted, Gate, Held, Proposed, Refused
from overt.pages import complains_to_controller, regulator
from overt.refusals import Refusal, Refusals
from overt.register import Register
from overt.reliance import not_law_on, only_withholds
from overt.rights import RequestDecision, Restriction, choices, draft, exempt, find_request, sections
from overt.web.gate_api import gate_app
from tests.rights.conftest import ANN, BY, KEY, PERSON, asked, overt, reopened

D = dt.date
OLD, NEW = D(2025, 9, 4), D(2025, 9, 5)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
WHY = "a decision that was taken for all requests of this kind"
TOKEN = "a-token-of-enough-letters"  # noqa: S105  of a test

# --- 4 and 5 September 2025: the aim of national security, the two exemptions ---------------------------------------

SECTIONS = [
    ("s.44(4)(d)", True, False),
    ("s.45(4)(d)", True, False),
    ("s.48(3)(d)", True, False),
    ("s.45A", False, True),
    ("s.78A", False, True),
    ("s.44(4)(a)", True, True),
    ("s.45(4)(b)", True, True),
    ("s.48(3)(e)", True, True),
    ("s.53(1)(b)", True, True),
]


@pytest.mark.parametrize(("section", "before", "after"), SECTIONS)
@pytest.mark.parametrize(
    "spelt",
    ["{}", "DPA 2018 {}", "section {} of the Data Protection Act 2018", "  {}, for reasons that stand beside it"],
)
def test_sections_have_their_days(section: str, before: bool, after: bool, spelt: str) -> None:
    """However the section is written: with s., with section, in capitals, with blanks."""
    for number in (section, section.removeprefix("s."), section.replace("(", " ("), section.upper()):
        words = spelt.format(number)
        assert (not_law_on(words, OLD) == ()) is before, words
        assert (not_law_on(words, NEW) == ()) is after, words


def test_other_numbers_are_no_sections_of_these() -> None:
    """A longer number or letter, and another paragraph."""
    for words in ("s.145(4)(d)", "s.178A", "s.45AB", "s.45(4)(dd)", "45 Abbey Road", "", "s.44(5)"):
        assert not_law_on(words, OLD) == () == not_law_on(words, NEW), words


def test_what_withholds_is_told_from_what_refuses() -> None:
    """Section 48(3) alone is no ground."""
    for words in ("DPA 2018 s.48(3)(b)", "s. 48 (3)", "section 48(3)(a) and 48(3)(e)"):
        assert only_withholds(words), words
    for words in ("DPA 2018 s.47(1), DPA 2018 s.48(3)(b)", "s.46(4)", "", "s.53(1)(b), s.48(3)(a)", "s.148(3)"):
        assert not only_withholds(words), words


@pytest.mark.parametrize("kind", ["access", "rectification", "erasure", "restriction", "objection"])
@pytest.mark.parametrize("day", [OLD, NEW])
def test_nothing_is_offered_that_would_be_refused(kind: str, day: D) -> None:
    """Each choice was law on the day, and no choice of a day is missing."""
    offered = list(choices(kind, day))
    assert offered
    for use, section, words in offered:
        assert not_law_on(section, day) == (), (use, section)
        assert words
    named = {section for _, section, _ in offered}
    assert ("s.78A" in named) is (day == NEW)
    assert ("s.45A" in named) is (day == NEW and kind == "access")
    assert bool(named & {"s.45(4)(d)", "s.48(3)(d)"}) is (day == OLD)
    refusing = {section for use, section, _ in offered if use.startswith("refuse")}
    assert not any("48(3)" in each or "45" in each for each in refusing)


@pytest.mark.parametrize(("received", "section", "law"), [
    (OLD, "s.45(4)(d)", True), (NEW, "s.45(4)(d)", False), (OLD, "s.78A", False), (NEW, "s.78A", True),
    (OLD, "s.45A", False), (NEW, "s.45A", True),
])  # fmt: skip
def test_the_library_takes_what_was_law(register: Register, received: D, section: str, law: bool) -> None:
    """Received on the 4th and answered in March: the day of the letter decides nothing."""
    number = asked(register, received_on=received, now=NOW)
    decision = RequestDecision((Restriction("sources", section, WHY),))
    request = find_request(register, number)
    if law:
        made = draft(register, request, ANN, decision, key=KEY, today=NOW.date())
        text = " ".join(made.files["answer.txt"].decode().split())
        assert f"section {section.removeprefix('s.')} of the Data Protection Act 2018" in text
        assert "Section 51 of the Act" in text
        assert "(section 165 of the Act)" in text
        assert "(section 167 of the Act)" in text
    else:
        with pytest.raises(Refusal, match="rights-section"):
            draft(register, request, ANN, decision, key=KEY, today=NOW.date())


@pytest.fixture
def folder(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register that lists Ann, with a request for access and one for erasure of each of two days."""
    with reopened(base, tmp_path / "alpha") as register:
        for kind in ("access", "erasure"):
            for day in (OLD, NEW):
                asked(register, kind, received_on=day, now=NOW)
    monkeypatch.setenv("OVERT_PSEUDONYM_KEY", KEY.text())
    return tmp_path / "alpha"


def test_the_command_offers_and_takes_what_was_law(folder: Path, tmp_path: Path) -> None:
    """R0001 and R0003 came in on the 4th, R0002 and R0004 on the 5th."""
    offered = {
        number: {row["section"] for row in json.loads(overt("rights", "grounds", folder, number, "--json"))}
        for number in ("R0001", "R0002", "R0003", "R0004")
    }
    assert "s.45(4)(d)" in offered["R0001"]
    assert not offered["R0001"] & {"s.78A", "s.45A"}
    assert {"s.78A", "s.45A"} <= offered["R0002"]
    assert "s.45(4)(d)" not in offered["R0002"]
    assert "s.48(3)(d)" in offered["R0003"]
    assert "s.78A" in offered["R0004"]
    assert not offered["R0004"] & {"s.48(3)(d)", "s.45(4)(d)"}

    def answer(number: str, *more: str, code: int) -> None:
        words = ("--person", "-", "--out", tmp_path / number, "--by", BY, *more)
        overt("rights", "answer", folder, number, *words, given=PERSON, code=code)

    held = ("--restrict", "sources", "--reasons", WHY, "--section")
    answer("R0001", *held, "s.45(4)(d)", code=0)
    answer("R0002", *held, "s.45(4)(d)", code=3)
    answer("R0001", *held, "s.78A", code=3)
    answer("R0002", *held, "s.78A", code=0)
    refused = ("--refuse", "--reasons", WHY, "--section")
    answer("R0003", *refused, "s.48(3)(b)", code=3)
    answer("R0003", *refused, "s.47(1)", "--withhold", "s.48(3)(d)", code=0)
    answer("R0004", *refused, "s.47(1)", "--withhold", "s.48(3)(d)", code=3)
    answer("R0004", *refused, "s.47(1)", "--withhold", "s.48(3)(b)", code=0)


# --- the gate, and the same over HTTP -------------------------------------------------------------------------------


def row(received: D, **values: Any) -> dict[str, Any]:
    given = {
        "request_id": "R0900", "kind": "access", "received_on": str(received), "due_on": "2026-03-30",
        "answered_on": str(NOW.date()), "outcome": "partly", "reasons": WHY,
    }  # fmt: skip
    return {**given, **values}


ROWS = [
    (row(OLD, ground="DPA 2018 s.45(4)(d)"), None),
    (row(NEW, ground="DPA 2018 s.45(4)(d)"), "ground-not-law"),
    (row(OLD, ground="section 78A"), "ground-not-law"),
    (row(NEW, ground="section 78A"), None),
    (row(OLD, ground="s.45A"), "ground-not-law"),
    (row(NEW, ground="s.45A"), None),
    (row(NEW, ground="s.47(1), s.48 (3) (d)", kind="erasure", outcome="refused"), "ground-not-law"),
    (row(NEW, ground="s.48(3)(b)", kind="erasure", outcome="refused"), "ground-withholds-only"),
    (row(NEW, ground="s.48(3)(b)", kind="rectification", outcome="partly"), "ground-withholds-only"),
    (row(NEW, ground="s.47(2), s.48(3)(b)", kind="erasure", outcome="refused"), None),
    (row(NEW, ground="s.48(3)(b)", kind="erasure", outcome="ncnd"), None),
    (row(NEW, ground="FOIA s.45A is no section of it", kind="information", outcome="refused"), None),
]


@pytest.mark.parametrize(("values", "code"), ROWS)
def test_no_other_door_takes_what_was_not_law(register: Register, values: dict[str, Any], code: str | None) -> None:
    """A row that somebody proposes as a record, at the gate and over HTTP."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(gate_app(register, {TOKEN: BY}, lambda: NOW))
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
            content = json.dumps({"table": "request", "values": {**values, "request_id": "R0901"}}).encode()
            return await client.post("/records", content=content, headers={"authorization": f"Bearer {TOKEN}"})

    sent = asyncio.run(send()).json()["outcomes"][0]
    (outcome,) = Gate(register).admit([Proposed("request", values)], BY, NOW)
    found = {each.code for each in outcome.reasons}
    told = {each["code"] for each in sent.get("reasons", ())}
    if code is None:
        assert isinstance(outcome, Admitted), outcome
        assert sent["outcome"] == "admitted"
    else:
        assert isinstance(outcome, Refused)
        assert code in found & told


def test_nobody_is_kept_in_the_dark_under_what_is_not_law(register: Register) -> None:
    """No request is there, so that the day of the decision counts; an imported row waits for a human."""
    for day, known, unknown in ((OLD, "s.44(4)(d)", "s.78A"), (NEW, "s.78A", "s.44(4)(d)")):
        then = dt.datetime.combine(day, dt.time(9), dt.UTC)
        with pytest.raises(Refusal, match="notice-exemption"):
            exempt(register, "E1", unknown, WHY, by=BY, now=then)
        exempt(register, "E1", known, WHY, by=BY, now=then)
    values = {"notice_id": "E1-T9", "entry_id": "E1", "exemption": "DPA 2018 s.44(4)(d)", "reasons": WHY}
    (outcome,) = Gate(register).admit([Proposed("notice", {**values, "recorded_by": BY})], BY, NOW)
    assert isinstance(outcome, Held)
    assert "exemption-not-law" in {each.code for each in outcome.reasons}


# --- 4 and 5 February 2026: reasons of a refusal as excessive -------------------------------------------------------


@pytest.mark.parametrize(("day", "may"), [(D(2026, 2, 4), True), (D(2026, 2, 5), False)])
def test_whoever_is_refused_as_excessive_is_told_why(register: Register, day: D, may: bool) -> None:
    """Section 53(6), by the day of the refusal; the reasons of another ground can still be held back."""
    number = asked(register, "erasure", received_on=D(2026, 1, 20), now=NOW)
    request = find_request(register, number)
    excessive = RequestDecision(refused="s.53(1)(b)", reasons=WHY, withheld="s.48(3)(b)")
    if may:
        assert draft(register, request, ANN, excessive, key=KEY, today=day).outcome == "refused"
    else:
        with pytest.raises((Refusal, Refusals), match=r"s\.53\(6\)"):
            draft(register, request, ANN, excessive, key=KEY, today=day)
    told = RequestDecision(refused="s.53(1)(b)", why=WHY)
    assert draft(register, request, ANN, told, key=KEY, today=day).outcome == "refused"
    other = RequestDecision(refused="s.47(1)", reasons=WHY, withheld="s.48(3)(b)")
    assert draft(register, request, ANN, other, key=KEY, today=day).outcome == "refused"


@pytest.mark.parametrize(("received", "code"), [("2026-02-04", 3), ("2026-02-05", 0)])
def test_the_command_extends_and_pauses_by_the_day_of_receipt(folder: Path, received: str, code: int) -> None:
    """SI 2026/82 reg.4(b)."""
    made = overt("rights", "new", folder, "--kind", "access", "--received", received, "--by", BY, "--json")
    number = json.loads(made)["request"]
    on = ("--reason", WHY, "--by", BY, "--on", received)
    with Register.open(folder) as register:
        assert find_request(register, number).clock.can_be_extended is (code == 0)
    if code:
        overt("rights", "extend", folder, number, *on, code=code)
        overt("rights", "pause", folder, number, *on, code=code)


# --- 18 and 19 June, 29 and 30 September 2026: to whom one can complain ---------------------------------------------


@pytest.mark.parametrize("decision", [
    RequestDecision(), RequestDecision(denies="s.45(4)(b)", reasons=WHY),
    RequestDecision((Restriction("sources", "s.45A", WHY),)),
])  # fmt: skip
@pytest.mark.parametrize("day", [D(2026, 6, 18), D(2026, 6, 19), D(2026, 9, 29), D(2026, 9, 30)])
def test_every_letter_names_those_of_its_day(register: Register, decision: RequestDecision, day: D) -> None:
    """Answers, restrictions and neither confirming nor denying, by the day of the letter."""
    number = asked(register, received_on=D(2026, 3, 2), now=NOW)
    made = draft(register, find_request(register, number), ANN, decision, key=KEY, today=day)
    text = " ".join(made.files["answer.txt"].decode().split())
    assert ("Section 164A of the Act gives you the right to complain to us" in text) is (day >= D(2026, 6, 19))
    assert complains_to_controller(day) is (day >= D(2026, 6, 19))
    name = "Information Commission" if day >= D(2026, 9, 30) else "Information Commissioner"
    assert regulator(day) == name
    assert f"complain to the {name} at any time" in text
    assert json.loads(made.files["answer.json"])["complain"]["commissioner"].startswith(f"{name},")


def test_sections_that_are_offered_are_those_of_the_day() -> None:
    """The function that the letters ask."""
    assert "s.45(4)(d)" in sections("access", OLD)
    assert "s.45(4)(d)" not in sections("access", NEW)
