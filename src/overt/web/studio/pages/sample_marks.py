"""Marking a sample: each reviewer on a page of their own, where nobody's marks are shown, and handing in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from overt.audits import sample as samples
from overt.private import write_private
from overt.refusals import Refusal, Refusals, raise_all
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._samples import DECIDES, REVIEWERS, KeptSample, drafted, find_sample, handed_in
from overt.web.studio.pages.sample_result import ONE, places_of

_REVIEWER = f"{ONE}/reviewer/{{reviewer}}"
_ROWS_A_PAGE = 10
_AGAIN = FormField("row", "Row", optional=True, longest=5)
_MARKS = (("adequate", "Yes"), ("inadequate", "No"), ("cannot tell", "Cannot tell"))
_SHEETS = (".csv", ".xlsx", ".ods")
_NO_REVIEWER = Page("studio/refused.html", {"heading": "There is no such page of a reviewer"}, 404)


def _kept(ask: StudioAsk) -> KeptSample:
    """The sample whose page is asked for by one of its reviewers."""
    kept = find_sample(ask.project, ask.path["number"])
    if kept is None or ask.path["reviewer"] not in (*REVIEWERS, DECIDES):
        raise NotTaken()
    return kept


def _may_mark(ask: StudioAsk) -> KeptSample:
    """The sample, if the reviewer may mark it now. Refuses marks after handing in."""
    kept, reviewer = _kept(ask), ask.path["reviewer"]
    if not kept.may_mark(reviewer):
        raise Refusal(
            "marked-already",
            f"reviewer {reviewer}",
            "this reviewer's marks have already been recorded",
            remedy="undo the handing in on the page History to mark rows again",
        )
    return kept


def _places(kept: KeptSample) -> dict[str, int]:
    """The number of each row in the sample, from 1, by key."""
    return {row.key: place for place, row in enumerate(kept.sample.rows, 1)}


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    return tuple(map(_field, _places(_kept(ask)).values()))


def _field(place: int) -> FormField:
    return FormField(f"mark-{place}", f"Row {place} of the sample", Input.CHOICE, choices=_MARKS, optional=True)


def _show(ask: StudioAsk) -> StudioAnswer:
    kept, reviewer = _kept(ask), ask.path["reviewer"]
    data: dict[str, Any] = {
        "number": kept.number,
        "reviewer": reviewer,
        "decides": reviewer == DECIDES,
        "question": kept.sample.question,
        "table": kept.sample.table.replace("_", " "),
        "address": f"{ask.home}sample/{kept.number}/reviewer/{reviewer}",
        "fields": (),
        "rows": (),
        "may_mark": kept.may_mark(reviewer),
    }
    if not data["may_mark"]:
        return Page("studio/sample-marks.html", data)
    places, marked, keys = _places(kept), kept.marked(reviewer), kept.keys_for(reviewer)
    open_keys = [key for key in keys if key not in marked]
    again = [key for key in keys if str(places[key]) == ask.query.get("row")]
    shown = again or [key for key in open_keys if f"mark-{places[key]}" in ask.form] or open_keys
    shown = shown[:_ROWS_A_PAGE]
    lying = places_of(ask, kept, shown)
    data |= {
        "rows": [(places[key], key, lying["rows"].get(key, ())) for key in shown],
        "origin": lying["origin"],
        "fields": tuple(_field(places[key]) for key in shown),
        "done": [places[key] for key in keys if key in marked],
        "of": len(keys),
        "left": len(open_keys),
        "again": bool(again),
    }
    return Page("studio/sample-marks.html", data)


def _mark(ask: StudioAsk) -> StudioAnswer:
    kept, reviewer = _may_mark(ask), ask.path["reviewer"]
    places = _places(kept)
    own = kept.keys_for(reviewer)
    marks = {key: ask.form[f"mark-{places[key]}"] for key in own if f"mark-{places[key]}" in ask.form}
    if not marks:
        left = [key for key in own if key not in kept.marked(reviewer)]
        first = f"mark-{places[left[0]]}" if left else ""
        raise NotTaken(FormFault(first, "Mark at least one row"))
    words = f"Reviewer {reviewer} marked {len(marks)} {'row' if len(marks) == 1 else 'rows'} of sample {kept.number}"
    ask.change(words, [_key(kept, reviewer, places[key]) for key in marks], drafted(kept, reviewer, marks))
    return Sent(f"{ask.home}sample/{kept.number}/reviewer/{reviewer}")


def _key(kept: KeptSample, reviewer: str, place: int) -> str:
    """What history calls the mark of one row."""
    return f"sample.{kept.number}.{reviewer}.{place}"


def _hand_in(ask: StudioAsk) -> StudioAnswer:
    """Takes the draft as a worksheet is taken: the file of marks is what the command would make of it."""
    kept, reviewer = _may_mark(ask), ask.path["reviewer"]
    marked, keys = kept.marked(reviewer), kept.keys_for(reviewer)
    left = sum(key not in marked for key in keys)
    if left or not keys:
        says = f"{left:,} {'row has' if left == 1 else 'rows have'} no mark yet. “Cannot tell” is also a mark"
        raise NotTaken(FormFault("hand-in", says, anchor="hand-in"))
    content = samples.filled_sheet(kept.folder, kept.sample, {key: marked[key] for key in keys}, {})
    return _take(ask, kept, content, "worksheet.csv")


def _upload(ask: StudioAsk) -> StudioAnswer:
    """Takes a worksheet that a reviewer filled in elsewhere. Notes in it are left out: they may describe a person."""
    kept = _may_mark(ask)
    if len(ask.uploads) != 1 or Path(ask.uploads[0].name).suffix.lower() not in _SHEETS:
        raise NotTaken(FormFault("worksheet", "Choose the filled worksheet, an Excel or CSV file"))
    upload = ask.uploads[0]
    return _take(ask, kept, upload.part.read_bytes(), upload.name)


def _take(ask: StudioAsk, kept: KeptSample, content: bytes, name: str) -> Sent:
    reviewer = ask.path["reviewer"]
    sheet = ask.project.work / f"handed-in-{kept.number}-{reviewer}{Path(name).suffix.lower()}"
    write_private(sheet, content)
    try:
        with _named(sheet, name):
            taken, digest = samples.read_worksheet(kept.folder, reviewer, sheet, settles=reviewer == DECIDES)
    finally:
        sheet.unlink(missing_ok=True)
    notes = len(taken.notes)
    words = f"Reviewer {reviewer} handed in {len(taken.marks):,} marks of sample {kept.number}"
    words += f"; {notes} {'note was' if notes == 1 else 'notes were'} left out" if notes else ""
    texts = handed_in(kept, replace(taken, notes={}), digest)
    keys = [_key(kept, reviewer, place) for place in _places(kept).values()]
    ask.change(words, keys, lambda _: texts)
    return Sent(f"{ask.home}sample/{kept.number}")


@contextmanager
def _named(path: Path, name: str) -> Iterator[None]:
    """Refusals name the worksheet as the reviewer does, and no folder."""
    try:
        yield
    except (Refusal, Refusals) as error:
        every = error.refusals if isinstance(error, Refusals) else [error]
        raise_all([replace(refusal, where=refusal.where.replace(str(path), name)) for refusal in every])


ACTIONS = (
    StudioAction(_REVIEWER, _show, query=(_AGAIN,)),
    StudioAction(_REVIEWER, _mark, "POST", _fields),
    StudioAction(f"{_REVIEWER}/hand-in", _hand_in, "POST", page=_REVIEWER),
    StudioAction(f"{_REVIEWER}/worksheet", _upload, "POST", uploads=True, page=_REVIEWER),
)
