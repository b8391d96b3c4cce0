"""A response as it is sent: a self-contained page and plain text; the same answer gives the same bytes."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from overt.charter import in_force
from overt.pages import (
    REGULATOR_PAGE,
    FactList,
    Grid,
    Paper,
    Paragraph,
    as_bytes,
    day,
    opening,
    page_environment,
    paper_pdf,
    regulator,
)
from overt.pages import Part as PaperPart
from overt.publication._answer import ALWAYS, Answer, Declined, covering, date_letter, folder_of_answer, no_question
from overt.publication._document import ReleaseDocument
from overt.publication._drafts import published
from overt.publication._exemptions import EXEMPTIONS, Exemption, ExemptionKind
from overt.publication._questions import QUESTIONS, AnswerQuestion, rows_of
from overt.publication._safe import ALL
from overt.publication._site import TEMPLATES, blocks_of, title_of, words
from overt.publication._table import ReleaseTable
from overt.refusals import Refusal
from overt.register import Register

_WIDTH, _COLUMN = 78, 14
_UNHAPPY = "If you are unhappy with this response"
_NO_FIGURE = "This part of the response is the same whether or not the information is held."


@dataclass(frozen=True)
class Figures:
    """One question with its figures."""

    question: AnswerQuestion
    table: ReleaseTable


@dataclass(frozen=True)
class NoFigures:
    """One question, and why there are no figures."""

    question: AnswerQuestion
    declined: Declined
    exemption: Exemption


Part = Figures | NoFigures


@dataclass(frozen=True)
class Reply:
    """The content of a response. Without figures it has no release, and contains nothing from the register."""

    answer: Answer
    name: str
    controller: str
    contact: str
    parts: tuple[Part, ...]
    release: ReleaseDocument | None
    synthetic: bool


def write_reply(register: Register, answer: Answer, folder: Path, on: dt.date) -> list[Path]:
    """answer.html, answer.txt and, where the typesetter is installed, answer.pdf in the folder; a letter dated `on`."""
    paths = []
    reply_files(register, answer)  # refused before anything is kept
    answer = date_letter(register, answer, on)
    for name, content in reply_files(register, answer).items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths


def reply_files(register: Register, answer: Answer) -> dict[str, bytes]:
    """Name and content of each form; refuses an answer with figures that no published release has."""
    reply = _reply(register, answer)
    environment = page_environment(TEMPLATES)
    environment.filters.update(sentence=opening, words=words, day=day)
    page = environment.get_template("answer.html.j2").render(
        reply=reply,
        blocks_of=blocks_of,
        title_of=title_of,
        ALL=ALL,
        no_figure=_NO_FIGURE,
        exemption_words=exemption_words,
        review=review_words(reply),
    )
    files = {"answer.html": as_bytes(page), "answer.txt": as_bytes("\n".join(_text(reply)) + "\n")}
    # The typesetter is an extra; page and text are whole without it.
    return files | ({"answer.pdf": paper_pdf(_paper(reply))} if find_spec("typst") else {})


def _reply(register: Register, answer: Answer) -> Reply:
    if not answer.questions:
        raise no_question(answer.number)
    declined = {question: answer.declines(question) for question in answer.questions}
    release = None
    if not all(declined.values()):
        release = _release_of(register, answer)
        if release is None:
            remedy = "overt answer draft drafts it; two others approve it, and it is published"
            raise Refusal("answer-not-covered", answer.number, "no release covers that date", answer.day, remedy)
    parts = tuple(_part(QUESTIONS[name], part, release) for name, part in declined.items())
    charters = register.charters()
    details = (in_force(charters, _letter_day(answer)) or charters[-1]).register
    is_synthetic = "synthetic" in details.name.lower()
    return Reply(answer, details.name, details.controller, details.contact, parts, release, is_synthetic)


def _release_of(register: Register, answer: Answer) -> ReleaseDocument | None:
    """The release of an answer: of one that was sent the one in its letter, whatever was published since."""
    number = answer.release
    if number is None and answer.sent_on:
        # A letter of an earlier Overt says it alone.
        text = (folder_of_answer(register, answer.number) / "answer.txt").read_text(encoding="utf-8")
        named = re.search(r"^Release (\S+), SHA-256 of release\.json:$", text, re.MULTILINE)
        number = named[1] if named else None
    if answer.sent_on and number:
        return next((document for document in published(register) if document.release == number), None)
    return covering(register, answer.day)


def reply_paper(register: Register, answer: Answer) -> Paper:
    """A response as a document, with its figures in tables."""
    return _paper(_reply(register, answer))


def _letter_day(answer: Answer) -> dt.date:
    """The day of the letter; that of the request while it has none."""
    return dt.date.fromisoformat(answer.dated or answer.received_on)


def _part(question: AnswerQuestion, declined: Declined | None, release: ReleaseDocument | None) -> Part:
    if release is not None and declined is None:
        return Figures(question, rows_of(question, release)[0])
    exemption = declined or ALWAYS
    return NoFigures(question, exemption, EXEMPTIONS[exemption.exemption])


# --- PDF -------------------------------------------------------------------------------------------------------------


def _paper(reply: Reply) -> Paper:
    answer = reply.answer
    facts = (
        *((("You asked", answer.asks),) if answer.asks else ()),
        ("Register", reply.name),
        ("We received your request on", day(answer.received_on)),
        ("Position on", day(answer.day)),
    )
    parts = [PaperPart(part.question.asks, tuple(_part_blocks(part))) for part in reply.parts]
    if reply.release:
        release = reply.release
        period = period_words(release)
        checked = (
            ("Release", release.release),
            ("SHA-256 of release.json", release.digest),
            ("Ledger", f"{release.origin}, {release.made_from.leaves} entries"),
            ("Ledger root", release.made_from.root),
        )
        how = (Paragraph(f"{period} {release.known} {rule_words(release)}"), FactList(checked))
        parts.append(PaperPart("How to check these figures", how))
    parts.append(PaperPart(_UNHAPPY, tuple(map(Paragraph, review_words(reply)))))
    mark = "SYNTHETIC: every figure here is invented." if reply.synthetic else ""
    title = f"Response {answer.number} to a request for information"
    return Paper(reply.controller, title, _letter_day(answer), (FactList(facts),), tuple(parts), mark)


def period_words(release: ReleaseDocument) -> str:
    """The period in which events are counted."""
    return f"Events are counted after {day(release.since)}." if release.since else _FROM_START


_FROM_START = "Events are counted from the start of the register."


def _part_blocks(part: Part) -> Iterator[Paragraph | Grid]:
    if isinstance(part, NoFigures):
        yield Paragraph(exemption_words(part.exemption))
        yield Paragraph(part.declined.reasons)
        if part.declined.by:
            yield Paragraph(f"Decided by {part.declined.by}.")
        if part.exemption.denies:
            yield Paragraph(_NO_FIGURE)
        return
    for attribute, rows in blocks_of(part.table):
        heading = opening(title_of(part.table.name, attribute)).rstrip(".") if attribute != ALL else "All"
        header = (heading, *(words(column) for column in part.table.columns))
        yield Grid(header, tuple((words(row.group), *map(str, row.figures)) for row in rows))


# --- plain text -----------------------------------------------------------------------------------------------------


def _text(reply: Reply) -> Iterator[str]:
    answer = reply.answer
    yield f"{reply.controller}"
    yield day(answer.dated) if answer.dated else "Draft"
    yield f"Response {answer.number} to the request received on {day(answer.received_on)}"
    yield f"Position on {day(answer.day)}"
    if answer.asks:
        yield from textwrap.wrap(f"You asked: {answer.asks}", _WIDTH)
    if reply.synthetic:
        yield "SYNTHETIC: every figure here is invented."
    for part in reply.parts:
        yield ""
        yield part.question.asks
        yield "-" * len(part.question.asks)
        yield from _figures(part.table) if isinstance(part, Figures) else _declined(part)
    if reply.release:
        yield ""
        yield from _how(reply.release)
    yield ""
    yield _UNHAPPY
    for paragraph in review_words(reply):
        yield from textwrap.wrap(paragraph, _WIDTH)


def _declined(part: NoFigures) -> Iterator[str]:
    yield from textwrap.wrap(exemption_words(part.exemption), _WIDTH)
    yield from textwrap.wrap(part.declined.reasons, _WIDTH)
    if part.declined.by:
        yield f"Decided by {part.declined.by}."
    if part.exemption.denies:
        yield from textwrap.wrap(_NO_FIGURE, _WIDTH)


_KINDS = {
    ExemptionKind.ABSOLUTE: ": the public interest is not weighed (s.2).",
    ExemptionKind.QUALIFIED: ": the public interest test applies (s.2).",
    ExemptionKind.LIMIT: ", not an exemption.",
}


def exemption_words(exemption: Exemption) -> str:
    """What an exemption means for the reader, in sentences (s.17(1)): the fact, the section and its kind."""
    if not exemption.held:
        return f"We do not hold this information. Freedom of Information Act 2000, {exemption.section}."
    fact = (
        "We neither confirm nor deny that we hold this." if exemption.denies else "We are withholding this information."
    )
    kind = f"It is {exemption.kind_words}{_KINDS[exemption.kind]}"
    return f"{fact} Freedom of Information Act 2000, {exemption.section}: {exemption.subject}. {kind}"


def _figures(table: ReleaseTable) -> Iterator[str]:
    longest = max((len(str(figure)) for row in table.rows for figure in row.figures), default=0)
    wide = max(_COLUMN, longest + 2)
    for attribute, rows in blocks_of(table):
        yield ""
        heading = opening(title_of(table.name, attribute)).rstrip(".") if attribute != ALL else ""
        yield f"{heading:<44}" + "".join(f"{words(column):>{wide}}" for column in table.columns)
        for row in rows:
            group = textwrap.shorten(words(row.group), 43, placeholder="…")
            yield f"{group:<44}" + "".join(f"{figure!s:>{wide}}" for figure in row.figures)


def _how(release: ReleaseDocument) -> Iterator[str]:
    yield from textwrap.wrap(f"{period_words(release)} {release.known} {rule_words(release)}", _WIDTH)
    yield ""
    yield "How to check these figures"
    yield f"Release {release.release}, SHA-256 of release.json:"
    yield f"  {release.digest}"
    yield f"Ledger {release.origin}, root at {release.made_from.leaves} entries:"
    yield f"  {release.made_from.root}"
    yield "  overt release verify SITE --ledger LEDGER"


def rule_words(release: ReleaseDocument) -> str:
    """How figures are protected, in sentences."""
    if release.noise:
        return (
            "Random noise is added to counts of people, so that no one can tell whether a particular person was "
            "counted. Each table counts only a fixed number of rows for each person. The range beside each figure "
            "contains the exact count of these in 95 of 100 cases. Where a figure is marked unreliable, its range is "
            "at least as wide as the figure: it does not show that the group has anyone in it, or that one group is "
            "larger than another."
        )
    rule = release.rule
    return (
        f"Counts of 1 to {rule.safe_threshold - 1} of people are withheld (s.40(2)), and others that would reveal "
        f"them; the rest are rounded to the nearest {rule.safe_round_base}. 0 means none."
    )


def review_words(reply: Reply) -> tuple[str, ...]:
    """The particulars that s.17(7) asks for: the review by the controller, and the right of section 50."""
    return (
        f"You can ask {reply.controller} for an internal review of this response: write to {reply.contact}.",
        "If you are still unhappy after the review, you have a right under section 50 of the Freedom of Information "
        f"Act 2000 to apply to the {regulator(_letter_day(reply.answer))} for a decision: {REGULATOR_PAGE}.",
    )
