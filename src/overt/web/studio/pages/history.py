"""The history of a project: what was chosen and when, undone by a new entry."""

from __future__ import annotations

from overt.pages import csv_bytes
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormField
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._history import History
from overt.web.studio._kept import KEPT, HistoryEntry

_NUMBER = FormField("number", "Entry", longest=7, noun="the number of an entry")
_PAGE = "/p/{project}/history"


def _show(ask: StudioAsk) -> Page:
    history = ask.project.history
    rows = [
        {
            "entry": entry,
            "can_undo": _can_undo(history, entry),
            "can_return": entry.number < history.last,
        }
        for entry in reversed(history.entries)
    ]
    return Page("studio/history.html", {"entries": rows})


def _can_undo(history: History, entry: HistoryEntry) -> bool:
    """Whether no later entry changed the same files, and the project was there before."""
    later = history.entries[entry.number :]
    return entry.number > 1 and not any(other.after.keys() & entry.after.keys() for other in later)


def _undo(ask: StudioAsk) -> Sent:
    entry = _entry(ask)
    history = ask.project.history
    if not _can_undo(history, entry):
        raise NotTaken()
    before = history.state(entry.number - 1)
    ask.project.change(
        f"Undid {entry.number}: {entry.words}"[:500],
        entry.keys,
        lambda _: {name: before.get(name) for name in entry.after},
        seen=ask.seen,
        undoes=entry.number,
    )
    return Sent(f"{ask.home}history")


def _return(ask: StudioAsk) -> Sent:
    entry = _entry(ask)
    history = ask.project.history
    then = history.state(entry.number)
    keys = {key for later in history.entries[entry.number :] for key in later.keys}
    words = f"Went back to {entry.number}: {entry.words}"[:500]
    ask.project.change(words, sorted(keys), lambda _: {name: then[name] for name in KEPT}, seen=ask.seen)
    return Sent(f"{ask.home}history")


def _entry(ask: StudioAsk) -> HistoryEntry:
    number = ask.form["number"]
    entries = ask.project.history.entries
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= len(entries)):
        raise NotTaken()
    return entries[int(number) - 1]


def _download(ask: StudioAsk) -> Plain:
    lines = [
        (entry.number, entry.at.isoformat(), entry.words, " ".join(entry.keys), entry.undoes)
        for entry in ask.project.history.entries
    ]
    content = csv_bytes(("number", "at", "words", "keys", "undoes"), lines)
    return Plain(content, "text/csv; charset=utf-8", "history.csv")


ACTIONS = (
    StudioAction(_PAGE, _show),
    StudioAction("/p/{project}/history.csv", _download),
    StudioAction("/p/{project}/history/undo", _undo, "POST", (_NUMBER,), page=_PAGE),
    StudioAction("/p/{project}/history/return", _return, "POST", (_NUMBER,), page=_PAGE),
)
