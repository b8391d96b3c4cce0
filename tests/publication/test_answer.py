"""Answers: from a release and nothing else, the same each time, refused only with reasons."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.ledger import ED25519, PublicLeaf, make_signer, publish, read_leaf
from overt.publication import (
    EXEMPTIONS,
    Answer,
    Declined,
    DraftRequest,
    decline,
    folder_of_answer,
    needed_release,
    new_answer,
    read_answer,
    reply_files,
    send,
    write_reply,
)
from overt.publication._answer import SHORTEST_REASON
from overt.refusals import Refusal, Refusals
from overt.register import Register, RegisterLog
from tests.gate.conftest import ORIGIN, Template, open_register
from tests.publication.conftest import EARLIER, FIRST, SECOND, approve, fill, publish_release, release

# The two days of the article that asked first.
SIXTEEN, THIRTY_FOUR = dt.date(2020, 9, 3), dt.date(2021, 7, 28)
LOG_KEY = make_signer(ORIGIN, ED25519, bytes(range(32)))
ASKED_ON = dt.date(2021, 9, 2)
REASONS = "It would show where methods are used, which outweighs the interest in the number."
CATEGORIES = "How many categories of data are recorded, and which ones?"


def ask(register: Register, *questions: str, day: dt.date = ASKED_ON) -> Answer:
    """A request that came in on the day of the first release."""
    return new_answer(register, questions, day, max(day, ASKED_ON), by="P1001", now=SECOND)


def text(register: Register, answer: Answer) -> str:
    """The plain text of an answer."""
    return reply_files(register, answer)["answer.txt"].decode()


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The replay of Project Alpha: people listed by the first day, and more by the second. All are invented."""
    made = open_register(tmp_path_factory.mktemp("replay") / "alpha")
    fill(made, range(1, 51), EARLIER, "2020-09-01")
    fill(made, range(51, 121), EARLIER, "2021-07-01")
    return Template.of(made)


@pytest.fixture
def alpha(replay: Template, tmp_path: Path) -> Iterator[Register]:
    """A copy of it."""
    with replay.open_copy(tmp_path / "alpha") as made:
        yield made


def test_answers_reproduce_the_articles_questions(alpha: Register) -> None:
    """16 categories, then 34, by name; 50 people, then 120; each day from a release of its own."""
    found = {}
    for day in (SIXTEEN, THIRTY_FOUR):
        answer = ask(alpha, "categories", "people", "changes", day=day)
        waits = needed_release(alpha, answer, "P1001", SECOND)
        assert waits is not None
        for by in ("P2001", "P2002"):
            approve(alpha, waits[0], by, SECOND)
        publish_release(alpha, waits[0], "P1001", SECOND)
        found[day] = text(alpha, answer)
    for day, categories, people in ((SIXTEEN, "16", "50"), (THIRTY_FOUR, "34", "120")):
        lines = [line.split() for line in found[day].splitlines()]
        assert ["all", categories] in lines
        assert ["all", people] in lines
    assert "Account handle" in found[SIXTEEN]
    assert found[THIRTY_FOUR].count("  1\n") - found[SIXTEEN].count("  1\n") == 18
    assert ["all", "70", "0"] in [line.split() for line in found[THIRTY_FOUR].splitlines()]


def test_answer_needs_a_release_about_the_day(register: Register) -> None:
    """It is drafted once, and the answer waits until it is published."""
    answer = ask(register, "people")
    with pytest.raises(Refusal, match="answer-not-covered"):
        reply_files(register, answer)
    assert needed_release(register, answer, "P1001", SECOND) == ("0001", True)
    assert needed_release(register, answer, "P1001", SECOND) == ("0001", False)


def test_same_figure_asked_again_is_the_same(register: Register) -> None:
    """What was recorded since changes nothing: a published figure is that of its release."""
    release(register, FIRST)
    first = text(register, ask(register, "people", "sex"))
    fill(register, range(61, 91), SECOND, "2021-09-01")
    again = text(register, ask(register, "people", "sex"))
    assert again.replace("Response 0002", "Response 0001") == first


def test_answer_after_a_correction_gives_the_corrected_figure(register: Register) -> None:
    """The newest release about the day answers."""
    release(register, FIRST)
    fill(register, range(61, 91), SECOND - dt.timedelta(hours=1), "2021-09-01")
    release(register, SECOND, DraftRequest(ASKED_ON, "0001", "30 entries were recorded late"))
    assert "90" in text(register, ask(register, "people"))


def test_answer_gives_the_digest_and_the_ledger(register: Register) -> None:
    """The reader can look up what was said."""
    made = release(register, FIRST)
    said = text(register, ask(register, "people"))
    assert made.digest in said
    assert made.made_from.root in said


def test_page_of_an_answer_is_valid_html(register: Register) -> None:
    """It stands alone: no link to anywhere."""
    release(register, FIRST)
    page = reply_files(register, ask(register, "people", "ethnicity", "is-listed"))["answer.html"].decode()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "http" not in page.replace("http-equiv", "")


def test_sent_answer_is_a_row_and_a_leaf(register: Register) -> None:
    """The request's outcome is in the register, the text's digest in the ledger, once."""
    release(register, FIRST)
    answer = ask(register, "people", "is-listed")
    with pytest.raises(Refusal, match="answer-not-drafted"):
        send(register, answer.number, by="P1001", now=SECOND)
    write_reply(register, answer, folder_of_answer(register, answer.number), SECOND.date())
    send(register, answer.number, by="P1001", now=SECOND)
    rows = list(register.versions("request", "x.closed_seq is null"))
    assert [(row.values["outcome"], row.values["ground"]) for row in rows] == [("partly", "s.40(5B)")]
    leaves = [leaf for leaf in map(read_leaf, register.read(0, register.size())) if isinstance(leaf, PublicLeaf)]
    assert [leaf.name for leaf in leaves if leaf.kind == "answer"] == ["answer-0001.txt"]
    with pytest.raises(Refusal, match="answer-sent"):
        send(register, answer.number, by="P1001", now=SECOND)


def test_refusal_without_reasons_or_exemption_is_refused(register: Register) -> None:
    """All at once; a section that does not exist is none."""
    answer = ask(register, "authorities")
    with pytest.raises(Refusal, match="answer-reasons"):
        decline(register, answer.number, Declined("authorities", "s.31(1)", "no"), by="P1001", now=SECOND)
    with pytest.raises(Refusal, match="exemption-unknown"):
        decline(register, answer.number, Declined("authorities", "s.99", REASONS), by="P1001", now=SECOND)
    with pytest.raises(Refusal, match="question-not-asked"):
        decline(register, answer.number, Declined("people", "s.31(1)", REASONS), by="P1001", now=SECOND)


def test_refusal_of_what_was_published_is_refused(register: Register) -> None:
    """Nobody is refused what everybody can read."""
    answer = ask(register, "people")
    decline(register, answer.number, Declined("people", "s.31(1)", REASONS), by="P1001", now=SECOND)
    release(register, SECOND, DraftRequest(ASKED_ON))
    with pytest.raises(Refusal, match="answer-published"):
        decline(register, answer.number, Declined("people", "s.31(1)", REASONS), by="P1001", now=SECOND)


def test_denial_is_refused_where_any_day_was_published(register: Register) -> None:
    """Who published the kind of figure once has confirmed that it is held."""
    release(register, FIRST)
    answer = ask(register, "authorities", day=dt.date(2021, 8, 1))
    decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="P1001", now=SECOND)
    with pytest.raises(Refusal, match="answer-published"):
        decline(register, answer.number, Declined("authorities", "s.31(3)", REASONS), by="P1001", now=SECOND)


def test_refused_answer_says_its_exemption_and_reasons(register: Register) -> None:
    """And needs no release."""
    answer = ask(register, "authorities")
    made = decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="P1001", now=SECOND)
    assert needed_release(register, made, "P1001", SECOND) is None
    said = text(register, read_answer(register, made.number))
    assert "s.31(1)" in said
    assert " ".join(REASONS.split()[:5]) in said


def test_neither_confirm_nor_deny_does_not_tell(tmp_path: Path) -> None:
    """A register that holds the person and one that holds nobody give the same bytes, row and outcome."""
    replies = []
    for name, people in (("holds", 30), ("empty", 0)):
        with open_register(tmp_path / name) as register:
            if people:
                fill(register, range(1, people), EARLIER)
            answer = ask(register, "is-listed")
            files = reply_files(register, answer)
            write_reply(register, answer, folder_of_answer(register, answer.number), SECOND.date())
            send(register, answer.number, by="P1001", now=SECOND)
            row = next(iter(register.versions("request", "x.closed_seq is null")))
            replies.append((files, dict(row.values)))
    assert replies[0] == replies[1]
    assert replies[0][1]["outcome"] == "ncnd"


def test_question_about_what_was_left_out_is_refused(register: Register) -> None:
    """The keeper is told to refuse it; the figure can still be refused, since nobody published it."""
    release(register, FIRST, DraftRequest(without=("people/sex",)))
    answer = ask(register, "sex")
    with pytest.raises(Refusal, match="answer-left-out"):
        reply_files(register, answer)
    made = decline(register, answer.number, Declined("sex", "s.40(2)", REASONS), by="P1001", now=SECOND)
    assert "s.40(2)" in text(register, made)


def refused(register: Register, on: dt.date) -> str:
    """The text of a letter that refuses one question, dated `on`."""
    answer = ask(register, "authorities")
    decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="P1001", now=SECOND)
    folder = folder_of_answer(register, answer.number)
    write_reply(register, read_answer(register, answer.number), folder, on)
    return " ".join((folder / "answer.txt").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("on", "name"),
    [(dt.date(2026, 9, 29), "Information Commissioner"), (dt.date(2026, 9, 30), "Information Commission")],
)
def test_letter_has_the_particulars_of_section_17(on: dt.date, name: str, register: Register) -> None:
    """Day, fact, section and kind, reasons, who decided, review, section 50 and the regulator's name."""
    said = refused(register, on)
    assert f"{on.day} September 2026" in said
    assert "Freedom of Information Act 2000, s.31(1): law enforcement. It is a qualified exemption" in said
    assert REASONS in said
    assert "Decided by P1001." in said
    assert "for an internal review of this response: write to" in said
    assert f"a right under section 50 of the Freedom of Information Act 2000 to apply to the {name} for a" in said


def test_a_letter_is_sent_on_the_day_that_stands_on_it(register: Register) -> None:
    """A letter of an earlier day is drafted again; a refusal after the draft asks for a new draft too."""
    answer = ask(register, "is-listed", "authorities")
    decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="P1001", now=SECOND)
    folder, day = folder_of_answer(register, answer.number), SECOND.date()
    write_reply(register, read_answer(register, answer.number), folder, day - dt.timedelta(days=1))
    with pytest.raises(Refusal, match="answer-not-drafted"):
        send(register, answer.number, by="P1001", now=SECOND)
    write_reply(register, read_answer(register, answer.number), folder, day)
    decline(register, answer.number, Declined("authorities", "s.24(1)", REASONS), by="P1001", now=SECOND)
    with pytest.raises(Refusal, match="answer-not-drafted"):
        send(register, answer.number, by="P1001", now=SECOND)
    write_reply(register, read_answer(register, answer.number), folder, day)
    assert send(register, answer.number, by="P1001", now=SECOND).sent_on == str(day)


def test_refusal_keeps_who_decided_it(register: Register) -> None:
    """In the answer; and who is no member of staff decides nothing."""
    answer = ask(register, "authorities")
    with pytest.raises(Refusal):
        decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="not a reference!", now=SECOND)
    decline(register, answer.number, Declined("authorities", "s.31(1)", REASONS), by="P1001", now=SECOND)
    assert [each.by for each in read_answer(register, answer.number).declined] == ["P1001"]


def test_exemptions_have_their_kinds() -> None:
    """Section 23 is absolute (s.2(3)), 22 and 24 are not: those are the ones whose text was seen."""
    kinds = {name: each.kind for name, each in EXEMPTIONS.items() if each.confirmed}
    assert kinds == {
        "s.22(1)": "qualified", "s.22(2)": "qualified", "s.23(1)": "absolute", "s.23(5)": "absolute",
        "s.24(1)": "qualified", "s.24(2)": "qualified",
    }  # fmt: skip
    assert {name for name, each in EXEMPTIONS.items() if each.denies} == {
        "s.22(2)", "s.23(5)", "s.24(2)", "s.30(3)", "s.31(3)", "s.40(5B)",
    }  # fmt: skip


def test_exemption_that_is_not_in_force_is_refused(register: Register) -> None:
    """Section 40(5B) came with the Data Protection Act 2018: the day before it cannot be chosen."""
    answer = ask(register, "authorities")
    before = dt.datetime(2018, 5, 24, 12, tzinfo=dt.UTC)
    with pytest.raises(Refusal, match="exemption-unknown"):
        decline(register, answer.number, Declined("authorities", "s.40(5B)", REASONS), by="P1001", now=before)
    decline(register, answer.number, Declined("authorities", "s.40(5B)", REASONS), by="P1001", now=SECOND)


def test_question_that_nobody_asks_is_refused(register: Register) -> None:
    """The questions are a list; a day to come has no answer."""
    with pytest.raises(Refusal, match="question-unknown"):
        ask(register, "shoe-size")
    with pytest.raises(Refusal, match="answer-day"):
        new_answer(register, ["people"], dt.date(2021, 9, 3), ASKED_ON, by="P1001", now=SECOND)


def test_answer_that_is_not_there_is_refused(register: Register) -> None:
    """A number that none has."""
    with pytest.raises(Refusal, match="answer-absent"):
        read_answer(register, "0009")


def test_a_day_before_the_register_is_not_answered_with_nobody(alpha: Register) -> None:
    """Neither the day asked about nor, where none was said, the day of receipt; nor a request that is still to come."""
    early = dt.date(2020, 7, 31)
    with pytest.raises(Refusal, match=r"(?s)register-not-begun: --day: 2020-07-31.*2020-08-01 or later"):
        new_answer(alpha, ["people"], early, early, by="P1001", now=SECOND)
    assert new_answer(alpha, ["is-listed"], early, early, by="P1001", now=SECOND).day == "2020-07-31"
    with pytest.raises(Refusal, match="answer-day: --received"):
        new_answer(alpha, ["people"], SIXTEEN, dt.date(2022, 1, 1), by="P1001", now=SECOND)


def test_all_that_is_wrong_with_a_request_is_said_at_once(alpha: Register) -> None:
    """When it is taken in, refused in part, and extended."""
    with pytest.raises(Refusals) as caught:
        new_answer(alpha, ["peple"], SECOND.date(), ASKED_ON, by="a name", now=SECOND)
    assert [each.code for each in caught.value.refusals] == ["staff-reference", "question-unknown", "answer-day"]
    answer = ask(alpha, "authorities")
    with pytest.raises(Refusals) as caught:
        decline(alpha, answer.number, Declined("people", "s.99", "no"), by="P1001", now=SECOND)
    found = [each.code for each in caught.value.refusals]
    assert found == ["question-not-asked", "exemption-unknown", "answer-reasons"]
    assert caught.value.refusals[1].remedy == "overt answer exemptions"


def test_a_letter_names_no_root_that_nobody_can_look_up(alpha: Register) -> None:
    """Where the register has a log of its own, the letter waits until what it names is published."""
    log = RegisterLog(alpha, SECOND)
    log.write_policy([LOG_KEY.key])
    first = publish(log.leaves(), log.store, [LOG_KEY], now=1_638_435_600, state=log.state, documents=log.document)
    fill(alpha, range(121, 131), FIRST - dt.timedelta(minutes=1), "2021-09-01")
    release(alpha, FIRST)
    answer = ask(alpha, "people")
    write_reply(alpha, answer, folder_of_answer(alpha, answer.number), SECOND.date())
    fewer = f"and {first.checkpoint.size} are published"
    with pytest.raises(Refusal, match=f"(?s)answer-root-unpublished.*{fewer}.*overt ledger publish"):
        send(alpha, answer.number, by="P1001", now=SECOND)
    publish(log.leaves(), log.store, [LOG_KEY], now=1_638_435_600, state=log.state, documents=log.document)
    assert send(alpha, answer.number, by="P1001", now=SECOND).sent_on == "2021-12-02"


@pytest.mark.parametrize("command", ["refuse", "clarify", "extend"])
def test_the_help_says_how_long_a_reason_must_be(command: str) -> None:
    """Nobody learns it from a refusal."""
    said = CliRunner().invoke(command_line("answer"), ["answer", command, "--help"], env={"COLUMNS": "200"}).output
    assert f"At least {SHORTEST_REASON} characters" in " ".join(said.split())


def test_exemptions_are_listed_with_their_kind() -> None:
    """What --exemption takes."""
    done = CliRunner().invoke(command_line("answer"), ["answer", "exemptions", "--output", "json"])
    rows = {each["exemption"]: each["kind"] for each in json.loads(done.output)}
    assert rows["s.31(1)"] == "a qualified exemption"
    assert rows["s.12"] == "a limit on the duty to answer"
