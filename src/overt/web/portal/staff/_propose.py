"""Proposes an entry with its items: one question per page, with the gate's objections shown as they arise.

A draft is held in the session, sealed with a key that only its cookie gives, and nowhere else. After each answer the
gate weighs the draft without writing anything, and its objections to that answer are shown with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from overt.controls import Effect
from overt.gate import Gate, Proposed, Reason
from overt.model import ENTRY, ITEM, REVIEW, SUBJECT
from overt.register import moment_text
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.portal._action import Action, Answer, Ask, Face
from overt.web.portal.staff._gate_says import faults, logged, number, page_after, propose
from overt.web.portal.staff._steps import ABOUT, PER_ITEM, STEPS, Draft, ProposalStep, chartered, is_child, is_new

_MORE = FormField("more", "Do you want to add another item?", Input.YES_OR_NO)
_ITEM_ID = FormField.of(ITEM.item_id, "The item", longest=40)
_MOST_ITEMS = 40
_PARTS = {"subject": "subject", "entry": "entry", "review": "safeguarding", "": "person"}


def _draft(ask: Ask) -> Draft | None:
    return ask.session.kept.get("draft") if ask.session else None


def _start_page(ask: Ask) -> Answer:
    return Page("staff/propose.html", {"there_is_a_draft": _draft(ask) is not None, "target": "/staff/propose"})


def _start(ask: Ask) -> Answer:
    if ask.session is not None:
        ask.session.kept["draft"] = {
            ENTRY.entry_id: number("E"), ENTRY.opened_on: str(ask.today), "person": {}, "subject": {}, "entry": {},
            "safeguarding": {}, "items": [], "item": {}, "answered": set(),
        }  # fmt: skip
    return Sent("/staff/propose/person")


def _step_page(ask: Ask, step: ProposalStep) -> Answer:
    draft = _draft(ask)
    return Sent("/staff/propose") if draft is None else _shown(ask, draft, step)


def _shown(ask: Ask, draft: Draft, step: ProposalStep, wrong: tuple[FormFault, ...] = ()) -> Page:
    offered = chartered(ask.desk.charter(), ask.today)
    fields = tuple(replace(field, choices=offered.get(field.name, field.choices)) for field in step.fields)
    filled = {name: str(value) for name, value in _part(draft, step).items()} | dict(ask.form)
    data = {
        "step": step.name, "title": step.title, "fields": fields, "given": filled,
        "target": f"/staff/propose/{step.name}", "back": _before(draft, step),
        "number": len(draft["items"]) + 1 if step in PER_ITEM else 0,
    }  # fmt: skip
    return Page("staff/step.html", data, faults=wrong)


def _part(draft: Draft, step: ProposalStep) -> dict[str, Any]:
    part = draft["item"] if step.table == "item" else draft[_PARTS[step.table]]
    return part if isinstance(part, dict) else {}


def _answer(ask: Ask, step: ProposalStep) -> Answer:
    draft = _draft(ask)
    if draft is None:
        return Sent("/staff/propose")
    if ask.faults:
        return _shown(ask, draft, step, ask.faults)
    part = _part(draft, step)
    for field in step.fields:
        part.pop(field.name, None)
    part.update(ask.form)
    wrong = _arising(ask, draft, step)
    if wrong:
        # A refused answer may contain a name: it is shown again on the page, and not kept.
        for field in step.fields:
            part.pop(field.name, None)
        draft["answered"].discard(step.name)
        return _shown(ask, draft, step, wrong)
    draft["answered"].add(step.name)
    if step is PER_ITEM[-1]:
        _keep_item(draft)
        draft["answered"] -= {item_step.name for item_step in PER_ITEM}
    return Sent(_next(draft, step), {"step": step.name})


def _keep_item(draft: Draft) -> None:
    """Puts the item that was answered among the items: in its old place if it was changed, or last."""
    item = {ITEM.item_id: number("I"), **draft["item"]}
    numbers = [known[ITEM.item_id] for known in draft["items"]]
    if item[ITEM.item_id] in numbers:
        draft["items"][numbers.index(item[ITEM.item_id])] = item
    else:
        draft["items"].append(item)
    draft["item"] = {}


def _arising(ask: Ask, draft: Draft, step: ProposalStep) -> tuple[FormFault, ...]:
    """What the gate would refuse for these answers: a fault of a field, or a control that has all it needs."""
    with ask.desk.writing() as gate:
        reasons = gate.weigh(_records(ask, draft, with_item=step in PER_ITEM), ask.who.staff, ask.now)
        told_here = [reason for reason in reasons if _is_about(gate, ask, draft, step, reason)]
    return faults(told_here, step.fields, step.fields[0].name)


def _is_about(gate: Gate, ask: Ask, draft: Draft, step: ProposalStep, reason: Reason) -> bool:
    if reason.effect is not Effect.REFUSE or reason.unknown or reason.code == "value-missing":
        return False
    if "." in reason.where:
        return reason.where in step.columns and reason.where.partition(".")[2] in ask.form
    if step in PER_ITEM and reason.where != "item":
        return False
    day = gate.day(ask.now.isoformat(sep=" "))
    control = next((rule for rule in day.controls if rule.id == reason.code), None)
    if control is None:
        return False
    needed = {f"{table}.{column}" for table, columns in control.reads.items() for column in columns}
    still_open = [open_step for open_step in (*_way(draft), *PER_ITEM) if open_step.name not in draft["answered"]]
    unanswered = set().union(*(open_step.columns for open_step in still_open))
    return bool(needed & step.columns) and not needed & (unanswered - step.columns)


def _records(ask: Ask, draft: Draft, *, with_item: bool = False) -> list[Proposed]:
    return [Proposed(table, values, bundle="draft") for table, values in _rows(ask, draft, with_item=with_item)]


def _rows(ask: Ask, draft: Draft, *, with_item: bool = False) -> list[tuple[str, dict[str, Any]]]:
    """The rows that the draft would be, in the order in which they refer to each other."""
    entry_id, subject_id = draft[ENTRY.entry_id], draft["subject"].get(SUBJECT.subject_id)
    entry = {
        ENTRY.entry_id: entry_id, ENTRY.subject_id: subject_id, ENTRY.status: "active",
        ENTRY.opened_on: draft[ENTRY.opened_on], ENTRY.opened_by: ask.who.staff, ENTRY.decided_by: "human",
        **draft["entry"],
    }  # fmt: skip
    if ENTRY.significant in entry:
        entry[ENTRY.significant] = entry[ENTRY.significant] == "yes"
    items = list(draft["items"])
    if with_item:
        changed = draft["item"].get(ITEM.item_id)
        items = [item for item in items if item[ITEM.item_id] != changed]
        items.append({ITEM.item_id: number("I"), **draft["item"]})
    rows: list[tuple[str, dict[str, Any]]] = [("subject", dict(draft["subject"]))] if is_new(draft) else []
    rows.append(("entry", entry))
    rows += [("item", {**item, ITEM.entry_id: entry_id, ITEM.recorded_by: ask.who.staff}) for item in items]
    if is_child(draft) and draft["safeguarding"]:
        review = {
            REVIEW.review_id: number("R"), REVIEW.entry_id: entry_id, REVIEW.done_at: moment_text(ask.now),
            REVIEW.outcome: "safeguarding", **draft["safeguarding"],
        }  # fmt: skip
        rows.append(("review", review))
    rows.append(logged(ask, "collect", entry_id, "an entry was proposed"))
    return rows


# --- the way through ------------------------------------------------------------------------------------------------


def _way(draft: Draft) -> list[ProposalStep]:
    return [step for step in ABOUT if step.needed(draft)]


def _next(draft: Draft, step: ProposalStep) -> str:
    """The first question without an answer; then the items, of which there must be one at least."""
    if step in PER_ITEM[:-1]:
        return f"/staff/propose/{PER_ITEM[PER_ITEM.index(step) + 1].name}"
    open_steps = [open_step.name for open_step in _way(draft) if open_step.name not in draft["answered"]]
    return f"/staff/propose/{open_steps[0]}" if open_steps else "/staff/propose/items"


def _before(draft: Draft, step: ProposalStep) -> str:
    way = list(PER_ITEM) if step in PER_ITEM else _way(draft)
    place = way.index(step) if step in way else 0
    if place:
        return f"/staff/propose/{way[place - 1].name}"
    if step not in PER_ITEM:
        return "/staff/propose"
    return "/staff/propose/items" if draft["items"] else f"/staff/propose/{_way(draft)[-1].name}"


def _items_page(ask: Ask, wrong: tuple[FormFault, ...] = ()) -> Answer:
    draft = _draft(ask)
    if draft is None:
        return Sent("/staff/propose")
    open_steps = [step.name for step in _way(draft) if step.name not in draft["answered"]]
    if open_steps:
        return Sent(f"/staff/propose/{open_steps[0]}")
    if not draft["items"]:
        return Sent("/staff/propose/item-what")
    titles = dict(chartered(ask.desk.charter(), ask.today).get(ITEM.category, ()))
    data = {
        "items": [{**item, "title": titles.get(item[ITEM.category], item[ITEM.category])} for item in draft["items"]],
        "fields": (_MORE,), "target": "/staff/propose/items", "back": f"/staff/propose/{_way(draft)[-1].name}",
    }  # fmt: skip
    return Page("staff/items.html", data, faults=wrong)


def _items(ask: Ask) -> Answer:
    draft = _draft(ask)
    if draft is None:
        return Sent("/staff/propose")
    if ask.faults:
        return _items_page(ask, ask.faults)
    if ask.form["more"] == "no":
        return Sent("/staff/propose/check")
    if len(draft["items"]) >= _MOST_ITEMS:
        return _items_page(ask, (FormFault("more", f"You can add up to {_MOST_ITEMS} items"),))
    # An item that was to be changed is left as it was.
    draft["item"] = {}
    return Sent("/staff/propose/item-what")


def _drop_item(ask: Ask) -> Answer:
    draft = _draft(ask)
    if draft is not None and not ask.faults:
        draft["items"] = [item for item in draft["items"] if item[ITEM.item_id] != ask.form[ITEM.item_id]]
    return Sent("/staff/propose/items")


def _change_item(ask: Ask) -> Answer:
    """Asks the questions of an item again, with its answers."""
    draft = _draft(ask)
    if draft is None:
        return Sent("/staff/propose")
    chosen = [item for item in draft["items"] if item[ITEM.item_id] == ask.form.get(ITEM.item_id)]
    if not chosen:
        return Sent("/staff/propose/items")
    draft["item"] = dict(chosen[0])
    return Sent(f"/staff/propose/{PER_ITEM[0].name}")


def _discard(ask: Ask) -> Answer:
    """Forgets the draft. Nothing of it was stored."""
    if ask.session is not None:
        ask.session.kept.pop("draft", None)
    return Sent("/staff/propose")


def _check_page(ask: Ask) -> Answer:
    draft = _draft(ask)
    if draft is None:
        return Sent("/staff/propose")
    if any(step.name not in draft["answered"] for step in _way(draft)) or not draft["items"]:
        return Sent("/staff/propose/items")
    with ask.desk.writing() as gate:
        reasons = gate.weigh(_records(ask, draft), ask.who.staff, ask.now)
    return _check(ask, draft, reasons)


def _check(ask: Ask, draft: Draft, reasons: Iterable[Reason]) -> Page:
    listed = list(reasons)
    refusing = [reason for reason in listed if reason.effect is Effect.REFUSE]
    where = {column: step.name for step in STEPS.values() for column in step.columns}
    answers = [{"step": step.name, "title": step.title, "answers": _answers(ask, draft, step)} for step in _way(draft)]
    data = {
        ENTRY.entry_id: draft[ENTRY.entry_id], "answers": answers, "items": draft["items"],
        "reasons": [
            {"code": reason.code, "effect": reason.effect.value, "says": reason.says, "remedy": reason.remedy,
             "law": list(reason.law),
             "step": where.get(reason.where, "items" if reason.where.startswith("item") else "")}
            for reason in listed
        ],
        "fields": (), "target": "/staff/propose/check",
    }  # fmt: skip
    wrong = tuple(
        FormFault("", f"{why.code}: {why.says}", anchor=f"reason-{place}")
        for place, why in enumerate(refusing, start=1)
    )
    return Page("staff/check.html", data, 200, wrong)


def _answers(ask: Ask, draft: Draft, step: ProposalStep) -> list[str]:
    offered = chartered(ask.desk.charter(), ask.today)
    answers = []
    for field in step.fields:
        value = str(_part(draft, step).get(field.name, ""))
        answers.append(dict(offered.get(field.name, field.choices)).get(value, value) or "not answered")
    return answers


def _propose(ask: Ask) -> Answer:
    """Proposes it. Admitted or held, the draft is gone; refused, it is still there to be fixed."""
    draft = _draft(ask)
    if draft is None or ask.session is None:
        return Sent("/staff/propose")
    outcome = propose(ask, _rows(ask, draft))
    answer = page_after(outcome, "proposed", replace(_check(ask, draft, outcome.reasons), status=422))
    if isinstance(answer, Sent):
        del ask.session.kept["draft"]
    return answer


def _actions_of(step: ProposalStep) -> tuple[Action, Action]:
    path, what = f"/staff/propose/{step.name}", step.title.rstrip("?")
    return (
        Action(f"staff.propose.{step.name}-page", Face.STAFF, path, f"Question: {what}",
               lambda ask: _step_page(ask, step)),
        Action(f"staff.propose.{step.name}", Face.STAFF, path, f"Answer: {what}",
               lambda ask: _answer(ask, step), method="POST", fields=step.fields),
    )  # fmt: skip


ACTIONS = (
    Action("staff.propose.start-page", Face.STAFF, "/staff/propose", "How to propose an entry", _start_page,
           nav="Propose an entry"),
    Action("staff.propose.start", Face.STAFF, "/staff/propose", "Start a proposal", _start, method="POST"),
    *(action for step in STEPS.values() for action in _actions_of(step)),
    Action("staff.propose.items-page", Face.STAFF, "/staff/propose/items", "The items added so far", _items_page),
    Action("staff.propose.items", Face.STAFF, "/staff/propose/items", "Add another item or continue", _items,
           method="POST", fields=(_MORE,)),
    Action("staff.propose.drop", Face.STAFF, "/staff/propose/items/drop", "Remove an item", _drop_item,
           method="POST", fields=(_ITEM_ID,)),
    Action("staff.propose.change", Face.STAFF, "/staff/propose/items/change", "Change an item", _change_item,
           method="POST", fields=(_ITEM_ID,)),
    Action("staff.propose.discard", Face.STAFF, "/staff/propose/discard", "Delete the draft", _discard, method="POST"),
    Action("staff.propose.check-page", Face.STAFF, "/staff/propose/check", "Check the answers", _check_page),
    Action("staff.propose.check", Face.STAFF, "/staff/propose/check", "Submit the proposal", _propose,
           method="POST"),
)  # fmt: skip
