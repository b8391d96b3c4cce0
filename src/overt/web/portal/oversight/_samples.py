"""Samples for review: rows drawn at random, two reviewers who are blind to each other, and the results.

A sample contains numbers and dates. What a reviewer has to read is shown from the register as it was when the sample
was drawn. Each view is a consultation, which the gate logs with the reason that was given for the sample. If a record
is erased in the meantime, reviewers cannot see it either.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overt.audits import sample as samples
from overt.gate import Admitted, outcome_as_json
from overt.model import ACCESS, DISCLOSURE, ENTRY, ITEM, REVIEW, Column
from overt.refusals import Refusal
from overt.register import Register
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import State, read, write
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.oversight._audits import asker, unfinished
from overt.web.portal.oversight._runs import OversightRun, What, begin, find_run, runs
from overt.web.portal.staff._gate_says import logged, propose

_REVIEWER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_SHORTEST_REASON, _LARGEST = 10, 500
_TURN = threading.Lock()


@dataclass(frozen=True)
class Reviewable:
    """A kind of record that can be judged: how it is called, which columns the reviewers read, and which rows count."""

    words: str
    columns: tuple[Column, ...]
    by: tuple[Column, ...]
    where: str | None = None


KINDS = {
    "entry": Reviewable(
        "Entries in use: their grounds",
        (ENTRY.role, ENTRY.purpose, ENTRY.grounds),
        (ENTRY.unit, ENTRY.role, ENTRY.retention_group),
        "status = 'active'",
    ),
    "review": Reviewable("Reviews: their rationale", (REVIEW.outcome, REVIEW.rationale), (REVIEW.outcome,)),
    "item": Reviewable(
        "Items: their grading and source",
        (
            ITEM.category, ITEM.basis, ITEM.origin, ITEM.platform, ITEM.source_grade, ITEM.information_grade,
            ITEM.visibility, ITEM.authority_id,
        ),
        (ITEM.category, ITEM.origin),
    ),
    "disclosure": Reviewable(
        "Disclosures: recipient and purpose",
        (DISCLOSURE.recipient, DISCLOSURE.purpose, DISCLOSURE.agreement_id, DISCLOSURE.redacted),
        (DISCLOSURE.recipient,),
    ),
}  # fmt: skip
_BY = {
    ENTRY.unit: "Unit (entries)", ENTRY.role: "Role (entries)", ENTRY.retention_group: "Retention group (entries)",
    REVIEW.outcome: "Outcome (reviews)", ITEM.category: "Category (items)", ITEM.origin: "Type of source (items)",
    DISCLOSURE.recipient: "Recipient (disclosures)",
}  # fmt: skip
_WHAT = tuple((name, kind.words) for name, kind in KINDS.items())
_DRAW = (
    FormField("table", "What should reviewers judge?", Input.CHOICE, choices=_WHAT, noun="what reviewers should judge"),
    FormField("question", "What question should reviewers answer?", hint="For example: Are these grounds adequate?",
          longest=200, noun="the question"),
    FormField("size", "How many records should be drawn?", hint=f"1 to {_LARGEST}", longest=4,
          noun="the number of records"),
    FormField("seed", "The seed", hint="A number agreed in advance: the same seed draws the same rows", longest=9),
    FormField("by", "Group them by", Input.CHOICE, "This makes sure that small groups are included",
          tuple((column.name, words) for column, words in _BY.items()), optional=True),
    FormField("reason", "Why must reviewers see them?", Input.WORDS, "Your reason is logged with each view",
          noun="the reason"),
)  # fmt: skip
_MARKS = (("adequate", "Adequate"), ("inadequate", "Inadequate"), ("cannot tell", "Cannot tell"))
_NOTE_HINT = "Do not include names or copy anything from the record"
_ROW = (
    FormField("mark", "Your mark", Input.CHOICE, choices=_MARKS),
    FormField("note", "Note", hint=_NOTE_HINT, optional=True, longest=200),
)
_NO_SAMPLE = Page("shared/said.html", {"heading": "There is no such sample"}, 404)


def _samples(ask: Ask) -> Answer:
    every = reversed(runs(ask.desk, What.SAMPLE))
    return Page("oversight/samples.html", {"samples": [{**run.head(), **_described(run)} for run in every]})


def _described(run: OversightRun) -> dict[str, Any]:
    request = {name: run.asked[name] for name in ("table", "question", "size", "seed", "by", "reason")}
    return {**request, "kind": KINDS[run.asked["table"]].words, **run.answer}


# --- drawing one ----------------------------------------------------------------------------------------------------


def _draw_form(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Page:
    lead = ["Rows are selected at random and shown by number. You cannot choose or search for a person."]
    usual = {"size": "30", "seed": ask.now.strftime("%Y%m%d"), "question": "Are these grounds adequate?"}
    target, given = "/oversight/samples/new", usual | dict(ask.form)
    back, button = "/oversight/samples", "Draw the sample"
    return Page.of_form("Draw a sample", target, back, button, _DRAW, faults=faults, lead=lead, given=given)


def _draw(ask: Ask) -> Answer:
    form = ask.form
    faults = list(ask.faults)
    size, seed = _number(form.get("size", "")), _number(form.get("seed", ""))
    if "size" in form and (size is None or not 1 <= size <= _LARGEST):
        faults.append(FormFault("size", f"Enter a number from 1 to {_LARGEST}"))
    if "seed" in form and seed is None:
        faults.append(FormFault("seed", "Enter a whole number for the seed"))
    if "reason" in form and len(form["reason"]) < _SHORTEST_REASON:
        faults.append(
            FormFault("reason", "Enter the reason, in a few words: what must a person judge that figures cannot show?")
        )
    table, by = form.get("table", ""), form.get("by", "")
    if by and table in KINDS and by not in KINDS[table].by:
        known = ", ".join(_BY[column] for column in KINDS[table].by)
        faults.append(FormFault("by", "These records cannot be grouped this way", f"Select one of: {known}"))
    if faults:
        return _draw_form(ask, tuple(faults))
    request = {"table": table, "question": form["question"], "size": size, "seed": seed, "by": [by] if by else []}
    request["where"] = KINDS[table].where
    run = begin(ask.desk, What.SAMPLE, {**request, "reason": form["reason"], **asker(ask)})
    return Sent(f"/oversight/samples/{run.number}", {"number": run.number})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


# --- one sample -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Visit:
    """A sample as one reviewer finds it. `places` are the rows that this person may mark, counted from 1."""

    run: OversightRun
    sample: samples.Sample
    staff: str
    handed_in: tuple[str, ...]
    settles: bool
    places: tuple[int, ...]
    marks: dict[str, str]
    notes: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.run.folder / "sample"

    @property
    def draft(self) -> Path:
        return self.run.folder / f"draft-{self.staff}.json"

    @property
    def done(self) -> bool:
        return self.staff in self.handed_in

    @property
    def left(self) -> list[int]:
        """The places without a mark."""
        return [place for place in self.places if self.sample.rows[place - 1].key not in self.marks]


def _visit(ask: Ask) -> _Visit | OversightRun | None:
    run = find_run(ask.desk, ask.path["number"], What.SAMPLE)
    if run is None or run.state is not State.DONE:
        return run
    staff, folder = ask.who.staff, run.folder / "sample"
    if not _REVIEWER.fullmatch(staff):
        wanted = "1 to 40 letters, digits, full stops or dashes"
        raise Refusal("reviewer-name", "your staff reference", "this cannot be used as a file name", wanted)
    sample = samples.read_sample(folder)
    handed_in = tuple(sorted(path.stem.removeprefix("marks-") for path in folder.glob("marks-*.json")))
    blind = [reviewer for reviewer in handed_in if not read(folder / f"marks-{reviewer}.json")["settles"]]
    settles = len(blind) >= 2 and staff not in blind
    keys = set(samples.estimate(folder).unsettled) if settles else {row.key for row in sample.rows}
    places = tuple(place for place, row in enumerate(sample.rows, start=1) if row.key in keys)
    draft = read(run.folder / f"draft-{staff}.json") or {"marks": {}, "notes": {}}
    return _Visit(run, sample, staff, handed_in, settles, places, draft["marks"], draft["notes"])


def _sample(ask: Ask) -> Answer:
    visit = _visit(ask)
    if visit is None:
        return _NO_SAMPLE
    if isinstance(visit, OversightRun):
        return unfinished(visit, f"/oversight/samples/{visit.number}", "/oversight/samples/new")
    blind = [reviewer for reviewer in visit.handed_in if not read(visit.folder / f"marks-{reviewer}.json")["settles"]]
    estimate = samples.estimate(visit.folder) if len(blind) >= 2 else None
    data = {
        **visit.run.head(),
        **_described(visit.run),
        "columns": KINDS[visit.sample.table].columns,
        "handed_in": list(visit.handed_in),
        "settles": visit.settles,
        "done": visit.done,
        "marked": len(visit.places) - len(visit.left),
        "to_mark": len(visit.places),
        "next": visit.left[0] if visit.left else None,
        "rows": _rows(visit) if not visit.done else [],
        "estimate": estimate.as_json() if estimate else None,
        "sentences": estimate.as_text().split("\n\n") if estimate else [],
    }
    return Page("oversight/sample.html", data)


def _rows(visit: _Visit) -> list[dict[str, Any]]:
    keys = [(place, visit.sample.rows[place - 1].key) for place in visit.places]
    return [{"place": place, "key": key, "mark": visit.marks.get(key)} for place, key in keys]


# --- marking --------------------------------------------------------------------------------------------------------


def _row(ask: Ask, faults: tuple[FormFault, ...] = ()) -> Answer:
    visit = _visit(ask)
    place = _place(ask, visit)
    if not isinstance(visit, _Visit) or place is None:
        return _NO_SAMPLE
    key = visit.sample.rows[place - 1].key
    shown = _consult(ask, visit, key)
    if isinstance(shown, Page):
        return shown
    data = {
        "number": visit.run.number,
        "place": place,
        "of": len(visit.sample.rows),
        "left": len(visit.left),
        "question": visit.sample.question,
        "reason": visit.run.asked["reason"],
        "key": key,
        "drawn": dict(zip(visit.sample.columns, _original(visit, place), strict=True)),
        "shown": shown,
        "fields": _ROW,
        "given": {"mark": visit.marks.get(key, ""), "note": visit.notes.get(key, ""), **ask.form},
        "target": f"/oversight/samples/{visit.run.number}/rows/{place}",
        "back": f"/oversight/samples/{visit.run.number}",
    }
    return Page("oversight/row.html", data, faults=faults)


def _place(ask: Ask, visit: _Visit | OversightRun | None) -> int | None:
    """The row that the address names, if this person may mark it now."""
    place = _number(ask.path["place"])
    return place if isinstance(visit, _Visit) and not visit.done and place in visit.places else None


def _consult(ask: Ask, visit: _Visit, key: str) -> Page | list[tuple[str, str]]:
    """What has to be read of a row, once the gate has entered the look; nothing if the row was erased."""
    columns = KINDS[visit.sample.table].columns
    with ask.desk.reading() as register:
        values = _as_drawn(register, visit, key)
    if values is None:
        return []
    reason = f"sample {visit.run.number}, drawn to judge: {visit.run.asked['reason']}"
    outcome = propose(ask, [logged(ask, "consult", values.get(ACCESS.entry_id), reason)])
    if not isinstance(outcome, Admitted):
        reasons = outcome_as_json(outcome)["reasons"]
        refused = [
            {"code": reason["code"], "found": reason.get("says", ""), "wanted": "", "remedy": reason.get("remedy", "")}
            for reason in reasons
        ]
        return Page("shared/said.html", {"heading": "The gate did not log your access", "refusals": refused}, 422)
    return [(name, _text(values[name])) for name in columns if values.get(name) is not None]


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _as_drawn(register: Register, visit: _Visit, key: str) -> Mapping[str, Any] | None:
    moment = dt.datetime.fromisoformat(visit.run.asked["asked_at"]).isoformat(sep=" ")
    stood = f"x.{visit.sample.key} = ? and x.recorded_at <= ? and (x.closed_at is null or x.closed_at > ?)"
    version = next(iter(register.versions(visit.sample.table, stood, (key, moment, moment))), None)
    return version.values if version else None


def _original(visit: _Visit, place: int) -> Sequence[str]:
    """The numbers and days of a row as they were drawn."""
    return _worksheet(visit)[place][: len(visit.sample.columns)]


def _worksheet(visit: _Visit) -> list[list[str]]:
    text = (visit.folder / "sample.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def _mark(ask: Ask) -> Answer:
    if ask.faults:
        return _row(ask, ask.faults)
    with _TURN:
        visit = _visit(ask)
        place = _place(ask, visit)
        if not isinstance(visit, _Visit) or place is None:
            return _NO_SAMPLE
        key = visit.sample.rows[place - 1].key
        marks, notes = visit.marks | {key: ask.form["mark"]}, {**visit.notes}
        notes.pop(key, None)
        if "note" in ask.form:
            notes[key] = ask.form["note"]
        write(visit.draft, {"marks": marks, "notes": notes})
    left = [place_left for place_left in visit.left if place_left != place]
    after = next((place_left for place_left in left if place_left > place), left[0] if left else None)
    here = f"/oversight/samples/{visit.run.number}"
    return Sent(f"{here}/rows/{after}" if after else here, {"left": len(left)})


def _hand_in(ask: Ask) -> Answer:
    """Takes a reviewer's marks as a worksheet is taken: after that they stand."""
    with _TURN:
        visit = _visit(ask)
        if not isinstance(visit, _Visit) or visit.done or not visit.places:
            return _NO_SAMPLE
        if visit.left:
            lead = [f"{len(visit.left):,} rows have no mark yet. “Cannot tell” is also a mark."]
            onward = {"href": f"/oversight/samples/{visit.run.number}", "text": "Back to the sample"}
            return Page("shared/said.html", {"heading": "Mark every row first", "lead": lead, "onward": onward}, 422)
        filled = visit.run.folder / f"handed-in-{visit.staff}.csv"
        try:
            filled.write_bytes(_filled(visit))
            samples.mark(visit.folder, visit.staff, filled, settles=visit.settles)
        finally:
            filled.unlink(missing_ok=True)
        visit.draft.unlink(missing_ok=True)
    return Sent(f"/oversight/samples/{visit.run.number}", {"handed_in": visit.staff})


def _filled(visit: _Visit) -> bytes:
    """The worksheet of the sample with this reviewer's marks, to the letter as it was drawn otherwise."""
    head, *rows = _worksheet(visit)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(head)
    for place in visit.places:
        key = visit.sample.rows[place - 1].key
        writer.writerow([*rows[place - 1][: len(visit.sample.columns)], visit.marks[key], visit.notes.get(key, "")])
    return target.getvalue().encode("utf-8-sig")


_FACE = Face.OVERSIGHT
_ONE = "/oversight/samples/{number}"
ACTIONS = (
    Action("oversight.samples", _FACE, "/oversight/samples", "Samples for review", _samples, nav="Samples"),
    Action("oversight.draw-page", _FACE, "/oversight/samples/new", "The form to draw a sample", _draw_form),
    Action("oversight.draw", _FACE, "/oversight/samples/new", "Draw a sample", _draw, method="POST", fields=_DRAW),
    Action("oversight.sample", _FACE, _ONE, "One sample", _sample),
    Action("oversight.row", _FACE, f"{_ONE}/rows/{{place}}", "One row to mark", _row),
    Action("oversight.mark", _FACE, f"{_ONE}/rows/{{place}}", "Mark a row", _mark, method="POST", fields=_ROW),
    Action("oversight.hand-in", _FACE, f"{_ONE}/hand-in", "Submit marks", _hand_in, method="POST"),
)
