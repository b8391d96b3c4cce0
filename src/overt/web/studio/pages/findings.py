"""Findings: the answers of one audit, by filter and in order; each with its law, its counts and its lowest keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from overt.audits import Acceptance, Run, accepted_text, read_accepted
from overt.audits.results import (
    ShownFinding,
    ShownRun,
    charts_of,
    gaps,
    gravest_first,
    month,
    period,
    sentence,
    show,
    verdict_sentence,
)
from overt.controls import Severity, Verdict
from overt.model import TABLES, Role
from overt.pages import day
from overt.periods import add_months
from overt.refusals import Refusal, Refusals
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web.studio._action import NotTaken, StudioAction, StudioAnswer, StudioAsk, Texts
from overt.web.studio._audits import NO_AUDIT, finished, newest, run_of, step_after_audit, write_results_of
from overt.web.studio._engine import EngineBusy
from overt.web.studio._kept import ACCEPTED
from overt.web.studio._source import loaded_tables

_ALL, _RUN = "/p/{project}/findings", "/p/{project}/findings/{number}"
_ONE, _ACCEPT = f"{_RUN}/{{control}}", f"{_RUN}/{{control}}/accept"
_MOST_KEYS = 20
# The table whose key has a name.
_KEYED = {table.key.name: name for name, table in TABLES.items() if table.kept and table.has_own_key}
# Rows that may be drawn for people to judge; people themselves are not.
_DRAWN = frozenset(name for name, table in _KEYED.items() if TABLES[table].key.role is Role.KEY)
_MONTHS = 36
_ORDERS = (("severity", "By severity"), ("breached", "Most breaches first"), ("name", "By number"))


def _choice(name: str, label: str, values: tuple[str, ...], first: str) -> FormField:
    choices = (("", first), *((value, value.capitalize()) for value in values))
    return FormField(name, label, Input.CHOICE, choices=choices, optional=True)


# A unit is asked for by its place in the list: no address holds a value.
_QUERY = (
    FormField("words", "Words in the duty", optional=True, longest=100),
    _choice("severity", "Severity", tuple(level.value for level in reversed(Severity)), "Any severity"),
    _choice("verdict", "Verdict", tuple(verdict.value for verdict in Verdict), "Any verdict"),
    FormField("pack", "Pack", optional=True, longest=80),
    FormField("unit", "Unit", optional=True, longest=6),
    FormField("order", "Order", Input.CHOICE, choices=_ORDERS, optional=True),
)


def _show(ask: StudioAsk) -> StudioAnswer:
    run = run_of(ask.project, ask.path["number"])
    if run is None:
        return NO_AUDIT
    shown = show(run)
    units = _units(shown)
    fitting = [finding for finding in shown.findings if _fits(finding, ask.query, units)]
    missing = [finding for finding in fitting if finding.missing]
    answered = sorted((finding for finding in fitting if not finding.missing), key=_order(ask.query.get("order", "")))
    return Page(
        "studio/findings.html",
        {
            "number": int(ask.path["number"]),
            "run": shown,
            "says": verdict_sentence(shown),
            "counts": shown.verdicts(),
            "verdicts": list(Verdict),
            "most_serious": _most_serious(shown),
            "answered": answered,
            "gaps": gaps(missing),
            "shown": len(fitting),
            "has_others": len(finished(ask.project)) > 1,
            "filters": _filters(ask, shown, units),
            "sentence_of": sentence,
        },
    )


def _units(run: ShownRun) -> list[str]:
    return sorted({cell.label for finding in run.findings for cell in finding.by_unit})


def _fits(finding: ShownFinding, asked: Any, units: list[str]) -> bool:
    words = asked.get("words", "").casefold().split()
    title = f"{finding.name} {finding.control.title}".casefold()
    unit = asked.get("unit", "")
    wanted = units[int(unit)] if unit.isdecimal() and int(unit) < len(units) else None
    return (
        all(word in title for word in words)
        and asked.get("severity", "") in ("", finding.control.severity.value)
        and asked.get("verdict", "") in ("", finding.verdict.value)
        and asked.get("pack", "") in ("", finding.pack)
        and (wanted is None or any(cell.label == wanted for cell in finding.by_unit))
    )


def _order(order: str) -> Any:
    if order == "breached":
        return lambda finding: (-finding.breached.order, finding.name)
    if order == "name":
        return lambda finding: finding.name
    verdicts = (Verdict.BREACHED, Verdict.FAILED, Verdict.CANNOT_BE_SHOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
    return lambda finding: (verdicts.index(finding.verdict), *gravest_first(finding))


def _most_serious(run: ShownRun) -> list[ShownFinding]:
    breached = [finding for finding in run.findings if finding.verdict is Verdict.BREACHED]
    return sorted(breached, key=gravest_first)[:3]


def _filters(ask: StudioAsk, run: ShownRun, units: list[str]) -> list[dict[str, Any]]:
    """The filters that the page offers, as selects."""
    packs = [(pack.name, pack.name) for pack in run.packs]
    named = [(str(place), unit or "(no unit recorded)") for place, unit in enumerate(units)]
    choices = {field.name: field.choices for field in _QUERY if field.kind is Input.CHOICE}
    choices["pack"] = (("", "Any pack"), *packs) if len(packs) > 1 else ()
    choices["unit"] = (("", "Any unit"), *named) if named else ()
    labels = {field.name: field.label for field in _QUERY}
    return [
        {"name": name, "label": labels[name], "value": ask.query.get(name, ""), "choices": offered}
        for name, offered in choices.items()
        if offered
    ]


# --- one finding ------------------------------------------------------------------------------------------------------


def _named(ask: StudioAsk) -> tuple[Run, ShownRun, ShownFinding] | None:
    run = run_of(ask.project, ask.path["number"])
    if run is None:
        return None
    shown = show(run)
    finding = next((finding for finding in shown.findings if finding.name == ask.path["control"]), None)
    return (run, shown, finding) if finding else None


def _finding(ask: StudioAsk) -> StudioAnswer:
    named = _named(ask)
    if named is None:
        return NO_AUDIT
    run, shown, finding = named
    keys = finding.keys[:_MOST_KEYS]
    found = _rows_of(ask, run, finding, keys)
    return Page(
        "studio/finding.html",
        {
            "number": int(ask.path["number"]),
            "run": shown,
            "finding": finding,
            "says": sentence(finding),
            "law": [(law, period(law.basis)) for law in finding.law],
            "months": [(month(cell.label), cell.breached) for cell in finding.by_month],
            "units": [(cell.label or "(no unit recorded)", cell.breached) for cell in finding.by_unit],
            "drawn": {chart.ident: chart.drawings for chart in charts_of(shown, finding)},
            "keys": [(key, found["rows"].get(key, ())) for key in keys],
            "origin": found["origin"],
            "accepting": shown.accepting(finding.control.id),
            "may_accept": finding.verdict is Verdict.BREACHED,
            "may_sample": not finding.missing and finding.control.key in _DRAWN,
        },
    )


def _rows_of(ask: StudioAsk, run: Run, finding: ShownFinding, keys: Sequence[str]) -> dict[str, Any]:
    """Where in the file the rows of some keys are, if what was audited is loaded and the engine is free to look."""
    table = _KEYED.get(finding.control.key)
    nothing: dict[str, Any] = {"origin": "", "rows": {}}
    if table not in finding.control.reads or not keys or loaded_tables(ask.project) is None:
        return nothing
    try:
        return ask.engine.ask(
            "key_rows", mapping=run.mapping_text, digest=run.source_digest, table=table, keys=list(keys)
        )
    except (EngineBusy, Refusal, Refusals):
        return nothing


_FIELDS = (
    FormField("owner", "Who answers for this?", hint="A role, not a name", longest=100, noun="who answers for this"),
    FormField("reason", "Why is it accepted?", Input.WORDS, "At least 10 characters", longest=1_000, noun="the reason"),
    FormField(
        "expires", "Until when?", Input.DATE, "On the day after, it is an open breach again", noun="the last day"
    ),
    FormField(
        "keys",
        "Which rows?",
        Input.WORDS,
        "Leave this empty to accept all of them, or enter one key a line",
        optional=True,
    ),
)


def _accept_page(ask: StudioAsk) -> StudioAnswer:
    named = _named(ask)
    if named is None or named[2].verdict is not Verdict.BREACHED:
        return NO_AUDIT
    here = f"{ask.home}findings/{ask.path['number']}/{ask.path['control']}"
    lead = [
        f"{named[2].control.title}. {sentence(named[2])}",
        "An accepted breach is not hidden: it is counted, and shown with who accepted it, why and until when.",
    ]
    return Page.of_form("Accept a breach", f"{here}/accept", here, "Accept the breach", _FIELDS, lead=lead)


def _accept(ask: StudioAsk) -> StudioAnswer:
    named = _named(ask)
    if named is None:
        return NO_AUDIT
    run, _, finding = named
    expires, as_of = dt.date.fromisoformat(ask.form["expires"]), run.recipe.as_of
    reason = " ".join(ask.form["reason"].split())
    if not as_of < expires <= add_months(as_of, _MONTHS):
        says = f"The date must be after {day(as_of)}, and within three years"
        raise NotTaken(FormFault("expires", says))
    if len(reason) < 10:
        raise NotTaken(FormFault("reason", "The reason must be at least 10 characters"))
    keys = tuple(sorted({line.strip() for line in ask.form.get("keys", "").splitlines() if line.strip()})) or None
    control = finding.control.id
    acceptance = Acceptance(control, ask.form["owner"], reason, expires, keys)
    path = ask.project.folder / ACCEPTED
    before = read_accepted(path if path.is_file() else None, as_of)
    others = (other for other in before.both if other.control != control)
    text = accepted_text([*others, acceptance], before.intended)

    def edit(_: Texts) -> Texts:
        return {ACCEPTED: text}

    ask.project.change(f"Accepted {control} until {day(expires)}", [f"accepted.{control}"], edit, seen=ask.seen)
    write_results_of(ask.project, int(ask.path["number"]), accepted=True)
    return Sent(f"{ask.home}findings/{ask.path['number']}/{ask.path['control']}")


STEP = step_after_audit("Findings", "findings")
ACTIONS = (
    StudioAction(_ALL, newest(STEP)),
    StudioAction(_RUN, _show, query=_QUERY),
    StudioAction(_ONE, _finding),
    StudioAction(_ACCEPT, _accept_page),
    StudioAction(_ACCEPT, _accept, "POST", _FIELDS),
)
