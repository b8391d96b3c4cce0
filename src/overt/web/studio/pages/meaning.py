"""Meaning: what each column of the source says in the words of the model."""

from __future__ import annotations

from typing import Any

from overt.audits.columns import forms_in_words
from overt.model import Column, Kind
from overt.web._answers import Page, Sent
from overt.web.studio._action import StudioAction, StudioAsk
from overt.web.studio._meaning import Place, SourceMeaning, column_named, keep
from overt.web.studio._steps import Progress, Step, StepState, waits

_ALL = "/p/{project}/meaning"


def _overview(ask: StudioAsk) -> Page:
    source = SourceMeaning(ask)
    undecided: list[dict[str, Any]] = []
    decided: list[dict[str, Any]] = []
    unused: list[dict[str, Any]] = []
    for place in source.places:
        means, choice = source.meanings(place), source.choice(place)
        said = [meant(each.name) for each in means]
        if source.numbers_people(place):
            words = "People are numbered in its order; the names are not kept"
            said.append({"name": "", "words": words, "details": ""})
        row = {
            "place": place,
            "means": said,
            "choice": choice,
            "guess": next(iter(guessed(source, place)), None),
        }
        (decided if said else unused if choice.decided else undecided).append(row)
    data = {
        "undecided": undecided, "decided": decided, "unused": unused, "certain": len(source.certain),
        "by_row": source.by_row, "unlinked": source.unlinked,
    }  # fmt: skip
    return Page("studio/meaning.html", data)


def meant(name: str) -> dict[str, Any]:
    """What a column means, in words; `details` is what its page of values is called, if it has one."""
    return {"name": name, "words": column_named(name).in_words, "details": details_of(column_named(name))}


def says_more(column: Column) -> bool:
    """Whether the model says more of a column than the words by which it is chosen."""
    return not column.in_words.casefold().endswith(column.doc.rstrip(".").casefold())


def guessed(source: SourceMeaning, place: Place) -> list[dict[str, str]]:
    """What a column may mean, each with its reason and what is left to decide, in words for people."""
    return [
        {
            "words": column_named(each.name).in_words,
            "why": forms_in_words(each.why),
            "left": forms_in_words(each.left),
        }
        for each in source.proposal.candidates(place.seen.table, place.seen.column)
        if each.why
    ]


def details_of(column: Column) -> str:
    """What the page of a column's values says of it: its codes, its dates, or nothing if it has no such page."""
    if column.codes or column.kind is Kind.BOOLEAN:
        return "codes"
    return "dates" if column.kind in (Kind.DATE, Kind.TIMESTAMP) else ""


def _accept(ask: StudioAsk) -> Sent:
    source = SourceMeaning(ask)
    certain = source.certain
    if certain:
        count = "1 guess" if len(certain) == 1 else f"{len(certain)} guesses"
        names = ", ".join(candidate.name for candidate in certain)
        keep(ask, f"Accepted {count}: {names}", [candidate.name for candidate in certain], source.with_certain)
    return Sent(f"{ask.home}meaning")


def _questions(ask: StudioAsk) -> Page:
    """The open questions, as a text to copy."""
    source = SourceMeaning(ask)
    lines = []
    for place in source.places:
        choice = source.choice(place)
        if choice.asked:
            lines.append(f"- “{place.seen.column}”: {choice.asked}")
        elif not source.meanings(place) and not choice.decided:
            guess = next(iter(source.proposal.candidates(place.seen.table, place.seen.column)), None)
            left = forms_in_words(guess.left or (guess.why if guess.sql is None else "")) if guess else ""
            lines.append(f"- “{place.seen.column}”: {left or 'what does this column mean?'}")
    lines += [f"- {question}" for view in source.proposal.views for question in view.asked]
    text = "\n".join([f"Questions about {source.proposal.name}:", *dict.fromkeys(lines)])
    return Page("studio/questions.html", {"text": text if lines else "", "rows": min(len(lines) + 3, 40)})


def _state(ask: StudioAsk) -> StepState:
    """How far the mapping is, from what is kept alone."""
    waiting = waits(ask)
    if waiting is not None:
        return waiting
    project = ask.project
    asked = sum(1 for choice in project.choices.columns.values() if choice.asked)
    if not project.mapping.strip():
        if waits(ask, mapped=True) is None:
            return StepState(Progress.DONE, "The source has tables of the register model, which need no mapping")
        return StepState(Progress.NOT_STARTED, "Say what each column means")
    return StepState(Progress.NEEDS_DECISION if asked else Progress.DONE, "", asked)


STEP = Step("Meaning", "meaning", _state)
ACTIONS = (
    StudioAction(_ALL, _overview),
    StudioAction(f"{_ALL}/accept", _accept, "POST", page=_ALL),
    StudioAction(f"{_ALL}/questions", _questions),
)
