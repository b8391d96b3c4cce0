"""Reading, mapping and asking in a process of its own, which is held to the memory that it was allowed.

The texts of mappings and packs are other people's. What they may name is checked before they run; what they take is
not known until they do: `repeat` and `regexp_replace` can ask for any amount, which the engine does not count as its
own. So they never run in the process that writes the results.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from overt.audits import place
from overt.audits._elsewhere import engine_for
from overt.audits._opened import Opened, SourceOptions, draft_here, is_prepared, open_prepared, prepare
from overt.audits._partition import Ground
from overt.audits._parts import Parts, PartsAsked, open_parts
from overt.audits._prepared import Prepared
from overt.audits._work import finding_of, kept
from overt.audits.source import Progress, shown_url
from overt.audits.source._sandbox import memory_bytes
from overt.controls import MEMORY_LIMIT, Control, Finding, Settings, Together, Verdict, rows_together, run_control
from overt.controls.engines import NO_TABLE, Engine, Note
from overt.machine import Apart, Ended, PeakLimits, ProcessFault, unlimited
from overt.refusals import Refusal

MIB = 2**20
# What the program itself needs beside the engine: its code, a batch of rows, the evidence of one control.
_PROGRAM = 512 * MIB
# The stack that each thread of the engine reserves, and what the allocator keeps for it.
_THREAD = 16 * MIB
# How much longer than its own time limit a control or mapping may be silent: the engine looks at the clock only between
# two pieces of work, and some engines ask a control's text six times.
_ASKED_AT_MOST, _GRACE = 6, 60.0
# The share of the memory allowed that an engine is given which took too much.
_SPARED = 0.6
_MODULE = __name__

Say = Callable[[dict[str, Any]], None]
Hear = Callable[[], dict[str, Any]]


def limits_of(options: SourceOptions) -> PeakLimits:
    """The most that the process may take: the share of the engine, and what the program and its threads need."""
    threads = options.threads or os.cpu_count() or 1
    return PeakLimits(memory_bytes(options.memory) + _PROGRAM + threads * _THREAD)


# --- loading and mapping --------------------------------------------------------------------------------------------


def prepare_apart(options: SourceOptions, database: Path, progress: Progress | None, *, profile: bool) -> None:
    """Does what `prepare` does, unless it was done before. A source or mapping that takes too much is refused."""
    if is_prepared(options, database, profile=profile):
        return
    with Apart(f"{_MODULE}:_prepare", (options, database, profile), limits_of(options)) as apart:
        for _ in _until(apart, "answer", options, progress):
            pass


@contextmanager
def open_source(
    options: SourceOptions, database: Path, progress: Progress | None = None, *, profile: bool = True
) -> Iterator[Opened]:
    """Loads a source into `database`, maps and profiles it, and opens it; what was done before is not done again.

    Loading and mapping are done in a process of its own, which is held to the memory that `options` allow.
    `profile` is for controls that ask about the source's columns: without it only filled rows are counted.
    """
    prepare_apart(options, database, progress, profile=profile)
    with open_prepared(options, database) as opened:
        yield opened


@contextmanager
def read_source(options: SourceOptions, database: Path) -> Iterator[Prepared]:
    """What a mapping makes of a source: on a server by questions to it, from files by loading them into `database`."""
    if not options.in_place:
        with open_source(options, database) as opened:
            yield opened
        return
    with place.open_in_place(
        options.location, options.server, options.read_mapping(), profile=False, timeout=options.limits.mapping_seconds
    ) as register:
        register.check_unchanged()
        yield register.placed.prepared


def draft(
    options: SourceOptions,
    database: Path,
    progress: Progress | None = None,
    timezone: str | None = None,
    *,
    tables: Sequence[str] = (),
    statements: Path | None = None,
) -> str:
    """A mapping drafted from the columns and values of a source, its guesses marked.

    `timezone` is the place whose day is taken of times with an offset; refuses one that is not known. `tables` are
    those of a server that are looked at, all by default; what the server is asked is written to `statements`.
    """
    if timezone is not None and timezone not in available_timezones():
        wanted = "a name of the time zone database, as in Europe/London"
        raise Refusal("timezone-unknown", "--timezone", timezone, wanted)
    if options.in_place:
        seconds = options.limits.mapping_seconds
        return place.draft_in_place(options.location, options.server, tables, timezone, statements, timeout=seconds)
    if tables or statements:
        found = "no server is asked: the source is read here"
        raise Refusal("not-on-a-server", "--table or --statements", found, "a source on a server, without --copy")
    with Apart(f"{_MODULE}:_draft", (options, database, timezone), limits_of(options)) as apart:
        return str([*_until(apart, "answer", options, progress)][-1]["answer"])


def _until(apart: Apart, last: str, options: SourceOptions, progress: Progress | None) -> Iterator[dict[str, Any]]:
    """What the process says while it loads and maps, up to the word `last`. Refuses what it takes too much for."""
    stage, patience = "the source", None
    while True:
        try:
            said = apart.hear(patience)
        except Ended as ended:
            raise _refusal(ended, stage, options) from ended
        if "reading" in said and progress is not None:
            progress(*said["reading"])
        if "mapping" in said:
            stage = options.mapping.name if options.mapping else stage
            patience = options.limits.mapping_seconds + _GRACE
        yield said
        if last in said:
            return


def _refusal(ended: Ended, stage: str, options: SourceOptions) -> Exception:
    if ended.fault is ProcessFault.TIME:
        found = f"it takes more than {options.limits.mapping_seconds:g} seconds"
        remedy = "check for an expression that works on very long text, or raise the limit"
        return Refusal("mapping-too-slow", stage, found, "a mapping that finishes", remedy)
    if ended.fault is not ProcessFault.MEMORY:
        return ended
    return Refusal(
        "memory-full",
        stage,
        f"reading or mapping it takes more than {_shown(limits_of(options))} of memory: {options.memory} for the "
        "engine, and what the program itself needs",
        "a source and a mapping that fit into the memory allowed",
        "check for a function that makes long text, for example repeat; or allow more with --memory",
    )


def _shown(limits: PeakLimits) -> str:
    return f"{(limits.memory or 0) / MIB:,.0f} MiB"


def _prepare(argument: tuple[SourceOptions, Path, bool], say: Say, hear: Hear) -> None:
    options, database, profile = argument
    _prepare_saying(options, database, profile, say)


def _prepare_saying(options: SourceOptions, database: Path, profile: bool, say: Say) -> None:
    prepare(
        options,
        database,
        lambda table, rows: say({"reading": [table, rows]}),
        profile=profile,
        mapping_begins=lambda: say({"mapping": True}),
    )


def _draft(argument: tuple[SourceOptions, Path, str | None], say: Say, hear: Hear) -> str:
    options, database, timezone = argument
    return draft_here(options, database, lambda table, rows: say({"reading": [table, rows]}), timezone)


# --- asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Questions:
    """Controls, each with the name of its pack, to be asked of a source on the engine `on`.

    `profile` is as for `open_source`; `elsewhere` is a folder through which the tables reach another engine, and
    `hold` a descriptor that stays open as long as somebody works in the folder. Of a source that is asked in place,
    `state` is the file of what is known of it, and `statements` that of what its server was asked. With `parts`, the
    controls that can be are asked part by part.
    """

    source: SourceOptions
    database: Path
    controls: tuple[tuple[str, Control], ...]
    settings: Settings
    on: str
    elsewhere: Path
    profile: bool
    hold: int
    parts: PartsAsked | None = None

    @property
    def state(self) -> Path:
        return self.database.with_name("in-place.json")

    @property
    def statements(self) -> Path:
        return self.database.with_name("statements.jsonl")


def ask_apart(
    questions: Questions, progress: Progress, begin: Callable[[str, place.Snapshot | None], Mapping[str, Finding]]
) -> Iterator[Finding]:
    """The finding of each control that is not answered yet, in their order.

    `begin` is told the engine's name and version and, in place, the state of the source when it is ready, and says what
    is answered. A control that takes more than the memory allowed is asked once more, alone and in smaller pieces; if
    that is too much as well, or it ends its process in another way, it has failed. The rest are asked in a new process.
    Refuses what `prepare_apart` refuses, and a source in place of which the rest would be asked in another state.
    """
    left: list[str] | None = None
    snapshot: place.Snapshot | None = None
    again = False
    while left is None or left:
        asked = _sparing(questions) if again else questions
        with Apart(f"{_MODULE}:_ask", asked, limits_of(questions.source), (questions.hold,)) as apart:
            ready = list(_until(apart, "engine", questions.source, progress))[-1]
            now = place.Snapshot(**ready["snapshot"]) if "snapshot" in ready else None
            if left is None:
                snapshot = now
                answered = begin(ready["engine"], snapshot)
                left = [control.id for _, control in questions.controls if control.id not in answered]
            elif now != snapshot:
                raise _another_state(questions)
            wanted = left[:1] if again else left
            apart.tell({"ask": wanted})
            may_again, again = not again and not questions.source.in_place, False
            for finding in _answers(apart, questions, wanted):
                if finding.lacked_memory and may_again:
                    again = True
                    break
                left.remove(finding.control.id)
                yield finding
            if now and not left:
                # It looks at the source once more, which nothing may have changed.
                list(_until(apart, "answer", questions.source, progress))


def _sparing(questions: Questions) -> Questions:
    """The same, with one thread and a part of the memory: an engine takes more than it counts, and more with each."""
    memory = f"{int(_SPARED * memory_bytes(questions.source.memory))}B"
    return replace(questions, source=replace(questions.source, memory=memory, threads=1))


def _another_state(questions: Questions) -> Refusal:
    found = "the connection was lost, and the tables are not as they were when the audit began"
    where, wanted = shown_url(questions.source.location), "one state of the source for all controls"
    return Refusal("source-changed", where, found, wanted, "run the command again, which starts the audit again")


def _answers(apart: Apart, questions: Questions, left: Sequence[str]) -> Iterator[Finding]:
    """What one process answers until it has answered all, or has to be begun anew."""
    by_id = {control.id: (pack, control) for pack, control in questions.controls}
    timeout = questions.settings.timeout
    for name in list(left):
        pack, control = by_id[name]
        try:
            said = apart.hear(None if timeout is None else timeout * _ASKED_AT_MOST + _GRACE)
        except Ended as ended:
            if ended.fault is ProcessFault.ERROR:
                raise
            yield Finding(control, pack, Verdict.FAILED, reason=_reason(ended.fault, questions))
            return
        if "answer" in said:
            return
        yield finding_of(said["finding"], control)


def _reason(fault: ProcessFault, questions: Questions) -> str:
    if fault is ProcessFault.MEMORY:
        return f"{MEMORY_LIMIT}: it takes more than {_shown(limits_of(questions.source))}; allow more with --memory"
    if fault is ProcessFault.TIME:
        return f"time limit: it did not stop after {questions.settings.timeout:g} seconds"
    return "the engine ended"


def _ask(questions: Questions, say: Say, hear: Hear) -> None:
    if questions.source.in_place:
        # The work is done on the server, and the drivers have limits of their own.
        with unlimited():
            _ask_in_place(questions, say, hear)
        return
    _prepare_saying(questions.source, questions.database, questions.profile, say)
    with open_prepared(questions.source, questions.database) as opened:
        with unlimited():
            engine = engine_for(questions.on, opened.connection, questions.elsewhere)
        say({"engine": engine.name})
        wanted = set(hear()["ask"])
        if questions.parts is None:
            _ask_each(questions, engine, opened, wanted, say)
            return
        with open_parts(questions.parts, Ground(engine, {}), opened.filled) as parts:
            _ask_each(questions, engine, opened, wanted, say, parts=parts)


def _ask_in_place(questions: Questions, say: Say, hear: Hear) -> None:
    source, timeout = questions.source, questions.settings.timeout
    with place.open_in_place(
        source.location, source.server, source.read_mapping(), profile=questions.profile, timeout=timeout
    ) as register:
        questions.state.write_text(register.as_json(), encoding="utf-8")
        say({"engine": register.engine.name, "snapshot": asdict(register.snapshot)})
        wanted = set(hear()["ask"])
        try:
            # What is left is asked in another session, which looks in its end; where nothing is, this one does.
            if not _ask_register(questions, register, wanted, say):
                register.check_unchanged()
        finally:
            with questions.statements.open("a", encoding="utf-8") as stream:
                stream.write(register.statements())


def _ask_register(questions: Questions, register: place.InPlaceRegister, wanted: Collection[str], say: Say) -> set[str]:
    """As `_ask_each`, on the server of the register."""
    engine, prepared = register.engine, register.placed.prepared
    if questions.parts is None:
        return _ask_each(questions, engine, prepared, wanted, say)
    ground = Ground(engine, register.placed.views, questions.settings.timeout)
    with open_parts(questions.parts, ground, prepared.filled) as parts:
        return _ask_each(questions, engine, prepared, wanted, say, parts=parts)


def _ask_each(
    questions: Questions,
    engine: Engine,
    prepared: Prepared,
    wanted: Collection[str],
    say: Say,
    *,
    parts: Parts | None = None,
) -> set[str]:
    """Says the finding of each wanted control; which are left, since the engine does not work any more."""
    left = set(wanted)
    for pack, control in questions.controls:
        if control.id not in wanted:
            continue
        left.discard(control.id)
        ask = partial(parts.summarise, pack, control) if parts else None
        finding = run_control(control, pack, engine, questions.settings, prepared.filled.columns, summarise=ask)
        say({"finding": kept(finding)})
        if finding.verdict is Verdict.FAILED and not _works(engine):
            return left
    return set()


def _works(engine: Engine) -> bool:
    """Whether the engine still answers: one that was refused memory in the wrong moment gives nothing but errors."""
    try:
        note = Note("whether the server still answers", NO_TABLE, "1")
        return engine.fetch("select 1", note=note) == [(1,)]
    except Exception:
        return False


# --- how rows of controls lie over one another ------------------------------------------------------------------------


def together_apart(questions: Questions, findings: Sequence[Finding]) -> tuple[Together, ...]:
    """What `rows_together` gives. Refuses where it takes too much, or the engine does not answer."""
    made: list[Together] = []
    timeout = questions.settings.timeout
    patience = None if timeout is None else timeout * _ASKED_AT_MOST + _GRACE
    argument = questions, tuple(findings)
    try:
        with Apart(f"{_MODULE}:_together", argument, limits_of(questions.source), (questions.hold,)) as apart:
            while "answer" not in (said := apart.hear(patience)):
                made.append(Together.of(said["together"]))
    except Ended as ended:
        # Whatever an engine raises, nothing is published whose figures could not be held against one another.
        remedy = "give more time (--timeout) or memory (--memory), or ask for fewer controls (--control)"
        found = ended.kind or ended.fault.value
        raise Refusal("publishable-not-linked", questions.source.location, found, "rows by control", remedy) from ended
    return tuple(made)


def _together(argument: tuple[Questions, tuple[Finding, ...]], say: Say, hear: Hear) -> None:
    questions, findings = argument
    with open_prepared(questions.source, questions.database) as opened:
        with unlimited():
            engine = engine_for(questions.on, opened.connection, questions.elsewhere)
        for each in rows_together(findings, engine, questions.settings, opened.filled.columns, opened.filled.rows):
            say({"together": each.as_json()})
