"""The clock of a request for information: what it waits for, counted by hand, and what cannot bend it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.publication import (
    Answer,
    Extension,
    ask_clarification,
    extend_answer,
    folder_of_answer,
    is_long,
    new_answer,
    note_clarification,
    read_answer,
    write_wait_letter,
)
from overt.refusals import Refusal, Refusals
from overt.register import Register
from tests.gate.conftest import open_register

UNCLEAR = "Do you mean the people who are listed on that day, or at any time in that year?"
WHY = "The harm to work in progress has to be weighed with the officers who do that work."


def at(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(10), dt.UTC)


@pytest.fixture
def alpha(tmp_path: Path) -> Iterator[Register]:
    with open_register(tmp_path / "alpha") as made:
        yield made


def asked(register: Register, received: str, *questions: str) -> Answer:
    day = dt.date.fromisoformat(received)
    return new_answer(register, questions or ("authorities",), day, day, by="P1001", now=at(received))


def row(register: Register, answer: Answer) -> dict[str, object]:
    (found,) = register.versions("request", "x.request_id = ? and x.closed_seq is null", (answer.request,))
    return dict(found.values)


def extend(register: Register, answer: Answer, on: str, until: str, exemption: str = "s.31(1)") -> Answer:
    wanted = Extension(answer.questions, exemption, WHY, until, on)
    return extend_answer(register, answer.number, wanted, by="P1042", now=at(on))


@pytest.mark.parametrize(
    ("received", "asked_on", "said_on", "due"),
    [
        ("2026-11-02", "2026-11-04", "2026-11-09", "2026-12-08"),  # St Andrew's Day in between
        ("2026-11-02", "2026-11-04", "2026-11-04", "2026-12-03"),  # said on the same day
        ("2026-11-02", "2026-12-01", "2026-12-24", "2027-01-27"),  # asked on the last day; Christmas to 4 January
        ("2026-03-20", "2026-04-21", "2026-05-01", "2026-06-02"),  # two bank holidays in May
        ("2026-06-01", "2026-06-29", "2026-07-04", "2026-08-04"),  # said on a Saturday; 13 July and 3 August
        ("2022-05-20", "2022-05-23", "2022-05-31", "2022-06-30"),  # the Jubilee
    ],
)
def test_the_days_begin_again_when_it_is_said(
    alpha: Register, received: str, asked_on: str, said_on: str, due: str
) -> None:
    """Counted by hand (s.10(6)); while it is not said there is no last day."""
    answer = asked(alpha, received)
    day = dt.date.fromisoformat
    made = ask_clarification(alpha, answer.number, UNCLEAR, day(asked_on), by="P1042", now=at(asked_on))
    assert made.waits
    assert row(alpha, made)["due_on"] is None
    made = note_clarification(alpha, answer.number, day(said_on), by="P1042", now=at(said_on))
    assert made.due_on == due == row(alpha, made)["due_on"]
    assert made == read_answer(alpha, answer.number)
    steps = [each.values["kind"] for each in alpha.versions("request_step", "x.closed_seq is null")]
    assert steps == ["paused", "resumed"]


def test_a_day_that_is_past_is_not_moved(alpha: Register) -> None:
    """Neither by a step after it, nor by one that is written down only then."""
    answer = asked(alpha, "2026-11-02")
    for on, now in (("2026-12-02", "2026-12-02"), ("2026-11-05", "2026-12-02")):
        with pytest.raises(Refusal, match="clock-over"):
            ask_clarification(alpha, answer.number, UNCLEAR, dt.date.fromisoformat(on), by="P1042", now=at(now))
        wanted = Extension(answer.questions, "s.31(1)", WHY, "2026-12-20", on)
        with pytest.raises(Refusal, match="clock-over"):
            extend_answer(alpha, answer.number, wanted, by="P1042", now=at(now))
    assert row(alpha, answer)["due_on"] == "2026-12-01"


def test_what_was_not_asked_is_not_said(alpha: Register) -> None:
    """Nor asked twice, nor without words, nor said before it was asked."""
    answer = asked(alpha, "2026-11-02")
    day = dt.date(2026, 11, 4)
    with pytest.raises(Refusal, match="answer-not-waiting"):
        note_clarification(alpha, answer.number, day, by="P1042", now=at("2026-11-04"))
    with pytest.raises(Refusal, match="answer-reasons"):
        ask_clarification(alpha, answer.number, "unclear", day, by="P1042", now=at("2026-11-04"))
    ask_clarification(alpha, answer.number, UNCLEAR, day, by="P1042", now=at("2026-11-04"))
    with pytest.raises(Refusal, match="clock-stopped"):
        ask_clarification(alpha, answer.number, UNCLEAR, day, by="P1042", now=at("2026-11-04"))
    with pytest.raises(Refusal, match="request-day"):
        note_clarification(alpha, answer.number, dt.date(2026, 11, 3), by="P1042", now=at("2026-11-05"))


def test_weighing_the_public_interest_takes_longer_once_and_with_a_reason(alpha: Register) -> None:
    """Of a qualified exemption alone, for what is weighed alone, and until a day that the letter names."""
    answer = asked(alpha, "2026-11-02")
    for exemption in ("s.40(2)", "s.21", "s.99"):
        with pytest.raises((Refusal, Refusals), match="exemption-not-weighed"):
            extend(alpha, answer, "2026-11-20", "2026-12-15", exemption)
    with pytest.raises((Refusal, Refusals), match="request-day"):
        extend(alpha, answer, "2026-11-20", "2026-12-01")
    made = extend(alpha, answer, "2026-11-20", "2026-12-15")
    assert made.due_on == "2026-12-15" == row(alpha, made)["due_on"]
    assert not is_long(made)
    with pytest.raises((Refusal, Refusals), match="answer-extended"):
        extend(alpha, answer, "2026-11-23", "2027-06-01")
    two = asked(alpha, "2026-11-24", "authorities", "people")
    wanted = Extension(("authorities",), "s.31(1)", WHY, "2027-01-15", "2026-11-24")
    with pytest.raises((Refusal, Refusals), match="answer-extends-part"):
        extend_answer(alpha, two.number, wanted, by="P1042", now=at("2026-11-24"))


def test_letters_are_dated_and_say_what_the_law_wants_said(alpha: Register) -> None:
    """The section, its kind, the reason, the day, the review and section 50; and nothing of the register."""
    answer = asked(alpha, "2026-11-02")
    ask_clarification(alpha, answer.number, UNCLEAR, dt.date(2026, 11, 4), by="P1042", now=at("2026-11-04"))
    write_wait_letter(alpha, read_answer(alpha, answer.number))
    note_clarification(alpha, answer.number, dt.date(2026, 11, 9), by="P1042", now=at("2026-11-09"))
    write_wait_letter(alpha, extend(alpha, answer, "2026-11-20", "2027-01-05"))
    folder = folder_of_answer(alpha, answer.number)
    first = " ".join((folder / "clarification-1.txt").read_text().split())
    for wanted in ("4 November 2026", "section 1(3)", UNCLEAR, "section 10(6)", "section 50", "review"):
        assert wanted in first
    second = " ".join((folder / "more-time.txt").read_text().split())
    for wanted in ("20 November 2026", "s.31(1)", "qualified", WHY, "5 January 2027", "section 50", "P1042"):
        assert wanted in second
    for name in ("clarification-1", "more-time"):
        assert (
            UNCLEAR[:20] in (folder / f"{name}.html").read_text() or WHY[:20] in (folder / f"{name}.html").read_text()
        )
