"""Audits a register: source, mapping and packs in; findings and a result folder out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from overt import __version__
from overt.audits import place
from overt.audits._accepted import Accepted, read_accepted
from overt.audits._apart import Questions, ask_apart, together_apart
from overt.audits._elsewhere import check_engine
from overt.audits._kept import keep_run
from overt.audits._opened import SourceOptions, open_prepared, take_loaded
from overt.audits._own import as_stood, charter_thresholds, is_own
from overt.audits._packs import packs_for
from overt.audits._parts import PartsAsked, whole_note
from overt.audits._prepared import Prepared
from overt.audits._published import record_beside, remember, why_verdicts_only
from overt.audits._recipe import Recipe, without_password
from overt.audits._room import check_room
from overt.audits._run import InPlace, PackUsed, Run
from overt.audits._work import Work, working_folder
from overt.audits.results import has_solver, need_solver, write_results
from overt.controls import (
    Control,
    Evidence,
    Finding,
    Pack,
    Settings,
    Threshold,
    Value,
    Verdict,
    find_pack,
    read_pack,
)
from overt.law import JURISDICTIONS, place_of, speaks_for
from overt.refusals import Refusal, nearest, raise_all

_MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Request(Recipe):
    """A recipe to be followed now, and where the results go.

    `timeout` is in seconds for one control. `record` is where it is kept of which sources figures were published: see
    `_published`. `keep` is the file in which the finished run is kept: see `_kept`.
    """

    out: Path
    timeout: float | None = 300
    record: Path | None = None
    keep: Path | None = None


class Observer(Protocol):
    """Who is told how an audit is going."""

    def reading(self, table: str, rows: int) -> None:
        """So many rows of a source table have been read."""

    def planned(self, controls: int, resumed: int) -> None:
        """Report how many controls will run, and how many an earlier attempt completed."""

    def finished(self, finding: Finding) -> None:
        """A control has been answered."""

    def writing(self) -> None:
        """The result folder is being written."""


def audit(request: Request, observer: Observer, *, loaded: Path | None = None) -> Run:
    """Runs every control on the source and puts the result folder in its place.

    Interrupted, it goes on where it stopped when it is called again with the same request. Refuses,
    before anything is read, packs, thresholds or an acceptance file that have a fault. Where `loaded` is a database
    into which `load` loaded this source, it is copied, and the source is not read again.
    """
    if request.evidence is Evidence.ROWS and not request.evidence_reason.strip():
        found = "you must give a reason for keeping every breaching row"
        remedy = 'add --reason "..." (it is recorded with the results), or use the default --evidence keys'
        raise Refusal("evidence-without-reason", "--evidence rows", found, "", remedy)
    if request.publishable:
        need_solver()
    if request.source.in_place:
        _check_in_place(request)
    if request.parts:
        _check_in_parts(request)
    plan = _plan(request if request.packs else replace(request, packs=packs_for(request.source)))
    with working_folder(request.out, request.source.source_key()) as work:
        source = as_stood(request.source, request.as_of, work.folder)
        if not source.in_place:
            check_room(source, work.folder, loaded=work.database.exists())
        if loaded is not None:
            take_loaded(source, loaded, work.database)
        findings, engine = _ask_all(plan, source, work, observer)
        if source.in_place:
            run = _run_in_place(plan, work, engine, findings)
        else:
            with open_prepared(source, work.database) as opened:
                run = _run(plan, opened, engine, findings)
        run = _publishable(run, request, _questions(plan, source, work))
        if request.keep:
            keep_run(run, request.keep)
        observer.writing()
        write_results(run, work.result)
        if request.publishable and not run.verdicts_only:
            remember(_record(request), run)
        work.publish(request.out)
    return run


def plan_audit(request: Request) -> list[dict[str, object]]:
    """Every statement that the audit of a source on a server would send, in its order; no table is read.

    Each has `what` it is for, the tables that it `reads`, what it `returns`, and its `sql`.
    """
    source = request.source
    if not source.in_place:
        wanted = "postgresql://host/database or sc://host:port, without --copy"
        raise Refusal("not-on-a-server", "--plan", "the source is copied, and no server is asked", wanted)
    _check_in_place(request)
    if request.parts:
        found = "with --partition-by, what is asked depends on the values that are found"
        raise Refusal("not-in-parts", "--plan", found, "the plan of the whole register", "leave out --partition-by")
    plan = _plan(request if request.packs else replace(request, packs=packs_for(source)))
    controls = [(pack.name, control) for pack, control in plan.controls]
    return place.plan_in_place(
        source.location, source.server, source.read_mapping(), controls, plan.settings, profile=plan.asks_about_columns
    )


def _check_in_place(request: Request) -> None:
    """Refuses what an audit in place cannot do."""
    for asked, option, found in (
        (request.on != "duckdb", "--on", "a source on a server is asked by that server itself"),
        # What was published of the same rows is known by their content, which stays on the server.
        (request.publishable, "--publishable", "a source that is not copied has no digest of its content"),
    ):
        if asked:
            raise Refusal("not-in-place", option, found, "a copied source", "add --copy to copy the source first")


def _check_in_parts(request: Request) -> None:
    """Refuses what an audit part by part cannot do."""
    for asked, option, found, remedy in (
        (_keeps_no_state(request.source), request.source.location, "the server keeps no state of it", "add --copy"),
        (request.on != "duckdb", "--on", "parts are asked of DuckDB", "leave out --on or --partition-by"),
        # The parts that are kept would hold what a publishable result must not, and every row that breaches.
        (request.publishable, "--publishable", "figures are checked against one another", "leave out --partition-by"),
        (request.evidence is Evidence.ROWS, "--evidence rows", "each part is kept", "use --evidence keys"),
    ):
        if asked:
            where = without_password(option)
            raise Refusal("not-in-parts", where, f"with --partition-by, {found}", "files, counts or keys", remedy)


def _keeps_no_state(source: SourceOptions) -> bool:
    """Whether the source is on a server on which parts could be of different states."""
    return source.in_place and not source.location.startswith(("postgres://", "postgresql://"))


@dataclass(frozen=True)
class _Plan:
    """A request with everything it names read and checked."""

    request: Request
    packs: list[Pack]
    controls: list[tuple[Pack, Control]]
    thresholds: dict[str, Threshold]
    accepted: Accepted

    @property
    def settings(self) -> Settings:
        return Settings(
            self.request.as_of,
            {name: threshold.value for name, threshold in self.thresholds.items()},
            self.request.evidence,
            self.request.limit,
            self.request.timeout,
            self.accepted.keys_by_control(),
        )

    @property
    def asks_about_columns(self) -> bool:
        return any("source_column" in control.reads for _, control in self.controls)

    def key(self, engine: str) -> str:
        """What tells this run from another on the same source."""
        return self.request.run_digest(engine, [pack.digest for pack in self.packs], self.settings)


def _plan(request: Request) -> _Plan:
    check_engine(request.on)
    if not _MEMORY.fullmatch(request.source.memory):
        raise Refusal(
            "memory-size", "--memory", request.source.memory, "a number and a unit, for example 2GiB or 800MB"
        )
    packs = [read_pack(folder) for folder in dict.fromkeys(map(find_pack, request.packs))]
    if not request.across_jurisdictions:
        _one_jurisdiction(packs)
    every = [control.id for pack in packs for control in pack.controls]
    accepted = read_accepted(request.accepted, request.as_of, every)
    own = charter_thresholds(request.source, request.as_of)
    return _Plan(request, packs, _controls(packs, request.only), _thresholds(packs, request.thresholds, own), accepted)


def _one_jurisdiction(packs: Iterable[Pack]) -> None:
    """Refuses packs of which neither holds where the other does. Of a code that nobody knows, nothing is said."""
    known = [pack for pack in packs if pack.jurisdiction in JURISDICTIONS]
    for one, other in combinations(known, 2):
        codes = one.jurisdiction, other.jurisdiction
        if not speaks_for(*codes) and not speaks_for(*reversed(codes)):
            places = [f"{each.name} ({place_of(each.jurisdiction)})" for each in (one, other)]
            remedy = "audit with each in turn, or give --across-jurisdictions to measure by other law as well"
            raise Refusal("jurisdictions-mixed", "--pack", " and ".join(places), "packs of one jurisdiction", remedy)


def _controls(packs: Iterable[Pack], only: tuple[str, ...]) -> list[tuple[Pack, Control]]:
    every = [(pack, control) for pack in packs for control in pack.controls]
    ids = [control.id for _, control in every]
    asked = {each.casefold(): each for each in only}
    refusals = [
        Refusal("control-in-two-packs", each, " and ".join(p.name for p, c in every if c.id == each), "one pack")
        for each in sorted({each for each in ids if ids.count(each) > 1})
    ]
    refusals += [
        Refusal(
            "control-not-found",
            each,
            "none of the packs contains this control",
            "",
            nearest(
                each,
                ids,
                "run `overt pack show` with a pack to list its controls, or add a pack with --pack",
                numbered=True,
            ),
        )
        for folded, each in asked.items()
        if folded not in {known.casefold() for known in ids}
    ]
    raise_all(refusals)
    return [(pack, control) for pack, control in every if not asked or control.id.casefold() in asked]


def _thresholds(
    packs: Iterable[Pack], given: Mapping[str, Value], own: Mapping[str, Value] = MappingProxyType({})
) -> dict[str, Threshold]:
    """The packs' thresholds, in place of which stand those of a register's `own` charter, and those `given`."""
    thresholds = {name: each for pack in packs for name, each in pack.thresholds.items()}
    for name, value in own.items():
        if name in thresholds and _kind(value) == _kind(thresholds[name].value) and value != thresholds[name].value:
            thresholds[name] = replace(thresholds[name], value=value, reason="as the register's charter says")
    refusals = []
    for name, value in given.items():
        if name not in thresholds:
            remedy = nearest(name, thresholds, "run `overt pack show` with a pack and a control to see its thresholds")
            refusals.append(Refusal("threshold-unknown", name, "no control uses this threshold", "", remedy))
        elif _kind(value) != _kind(thresholds[name].value):
            wanted = _kind(thresholds[name].value)
            refusals.append(Refusal("threshold-kind", name, f"a {_kind(value)} was given", f"a {wanted}"))
        else:
            thresholds[name] = replace(thresholds[name], value=value, reason="given for this audit")
    raise_all(refusals)
    return thresholds


def _kind(value: Value) -> str:
    return "number" if isinstance(value, int | float) else "date" if isinstance(value, dt.date) else "text"


def _questions(plan: _Plan, source: SourceOptions, work: Work) -> Questions:
    return Questions(
        source,
        work.database,
        tuple((pack.name, control) for pack, control in plan.controls),
        plan.settings,
        plan.request.on,
        work.folder / "elsewhere",
        profile=plan.asks_about_columns,
        hold=work.lock,
        parts=PartsAsked(plan.request.parts, plan.request.out.with_name(f"{plan.request.out.name}.parts"))
        if plan.request.parts
        else None,
    )


def _ask_all(plan: _Plan, source: SourceOptions, work: Work, observer: Observer) -> tuple[list[Finding], str]:
    """The findings in the order of the controls, and the engine that gave them."""
    questions = _questions(plan, source, work)
    controls = questions.controls
    answered: dict[str, Finding] = {}
    engines: list[str] = []
    keys: list[str] = []

    def begin(engine: str, snapshot: place.Snapshot | None) -> Mapping[str, Finding]:
        engines.append(engine)
        keys.append(plan.key(", ".join(filter(None, (engine, snapshot.name, snapshot.rows))) if snapshot else engine))
        # Of a server that keeps no state, nothing tells whether its rows are those of the earlier attempt.
        if snapshot is None or snapshot.fixed:
            answered.update(work.finished({control.id: control for _, control in controls}, keys[0]))
        if snapshot and not answered:
            questions.statements.unlink(missing_ok=True)
        observer.planned(len(controls), len(answered))
        for _, control in controls:
            if control.id in answered:
                observer.finished(answered[control.id])
        return dict(answered)

    for finding in ask_apart(questions, observer.reading, begin):
        # A control that failed is tried again by the next attempt.
        if finding.verdict is not Verdict.FAILED:
            with work.keeping(keys[0]) as keeper:
                keeper.keep(finding)
        answered[finding.control.id] = finding
        observer.finished(finding)
    timed = plan.request.timing
    findings = [answered[control.id] for _, control in controls]
    return [each if timed else replace(each, seconds=None) for each in findings], engines[0]


def _run_in_place(plan: _Plan, work: Work, engine: str, findings: list[Finding]) -> Run:
    questions = _questions(plan, plan.request.source, work)
    state = place.read_state(questions.state.read_text(encoding="utf-8"), plan.request.source.read_mapping())
    in_place = InPlace(state.snapshot, state.proof, questions.statements.read_text(encoding="utf-8"))
    return replace(_run(plan, state.prepared, engine, findings), in_place=in_place)


def _run(plan: _Plan, opened: Prepared, engine: str, findings: list[Finding]) -> Run:
    request, account, mapping = plan.request, opened.account, opened.mapping
    ran = [finding.control for finding in findings if finding.examined is not None]
    return Run(
        register=account.name,
        source_digest=account.digest,
        source_kind=account.kind,
        mapping_digest=mapping.digest if mapping else None,
        recipe=request.without_passwords(),
        packs=tuple(
            PackUsed(p.name, p.version, p.title, p.digest, dict(p.left_out), p.jurisdiction) for p in plan.packs
        ),
        thresholds=plan.thresholds,
        engine=engine,
        version=__version__,
        rows=dict(opened.filled.rows),
        absent=opened.absent,
        fills=opened.fills,
        findings=tuple(findings),
        synthetic=account.synthetic,
        notes=(*opened.notes, *([whole_note(request.parts, ran)] if request.parts else [])),
        read=opened.filled.read,
        repeats=opened.filled.repeats,
        numbered=opened.filled.numbered,
        mapping_text=mapping.text if mapping else "",
        own=is_own(request.source),
        acceptances=plan.accepted.both,
        intended=plan.accepted.intended,
    )


def _publishable(run: Run, request: Request, questions: Questions) -> Run:
    """The run with all that disclosure control must know of it, or the reason why only verdicts may be published."""
    if request.publishable:
        reason = why_verdicts_only(run, _record(request))
        return replace(run, verdicts_only=reason) if reason else _with_together(run, questions)
    # A run that is kept may be published later, for which its source may be gone.
    if request.keep and not run.own and not request.source.in_place and has_solver():
        with suppress(Refusal):
            return _with_together(run, questions)
    return run


def _with_together(run: Run, questions: Questions) -> Run:
    return replace(run, together=together_apart(questions, run.findings))


def _record(request: Request) -> Path:
    return request.record or record_beside(request.out)
