"""Sample: what people can judge of the source, and drawing rows at random for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from overt.audits import sample as samples
from overt.audits.columns import holds_categories
from overt.audits.results import show
from overt.model import ENTRY, TABLES, Column, Role, Table
from overt.refusals import Refusal, Refusals
from overt.statistics import FEWEST_ROWS
from overt.web._answers import Page, Sent
from overt.web._forms import FormFault, FormField, Input
from overt.web._work import Job, begin, jobs
from overt.web.studio._action import NotTaken, StudioAction, StudioAsk
from overt.web.studio._audits import finished, run_of
from overt.web.studio._job_source import asked_source
from overt.web.studio._kept import SAMPLES, AskedSample
from overt.web.studio._numbered import WORKER, home_of, next_out, number_of
from overt.web.studio._samples import find_sample, sample_numbers
from overt.web.studio._source import loaded_tables
from overt.web.studio._steps import Progress, Step, StepState, waits

_PAGE = "/p/{project}/sample"
_ABOUT = FormField("about", "What should people judge?", optional=True, longest=80)
_SIZES = (30, 50, 100, 200, 400, 1_000, 2_000)
_FEWEST, _MOST, _USUAL, _SHORTEST_QUESTION = 30, 2_000, 100, 10
_SEEDS = 1_000_000
_ACTIVE = "status = 'active'"
# What a person can judge: not keys, people and numbers that stand for others.
_NOT_JUDGED = frozenset((Role.KEY, Role.REFERENCE, Role.PSEUDONYM, Role.PSEUDONYMS, Role.ACTOR, Role.DIGEST))


def columns_filled(ask: StudioAsk) -> Mapping[str, Sequence[str]]:
    """By table of the model, the columns that the source fills, by its mapping or as its own."""
    if ask.project.mapping.strip():
        filled: Mapping[str, Sequence[str]] = ask.engine.ask("mapped", text=ask.project.mapping)["columns"]
        return filled
    loaded = loaded_tables(ask.project)
    tables = loaded["tables"] if loaded else ()
    return {table["name"]: [name for name, _ in table["columns"]] for table in tables if table["name"] in TABLES}


def _tables(filled: Mapping[str, Sequence[str]]) -> dict[str, Table]:
    """The tables whose rows can be drawn: those with a number of their own. People are not drawn."""
    return {
        name: TABLES[name]
        for name, columns in filled.items()
        if TABLES[name].key.role is Role.KEY and TABLES[name].key.name in columns
    }


def _options(ask: StudioAsk, filled: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """What can be judged, in groups: the duties of the newest audit, and the columns of each table."""
    tables = _tables(filled)
    by_key = {table.key.name: name for name, table in tables.items()}
    numbers = finished(ask.project)
    run = run_of(ask.project, str(numbers[0])) if numbers else None
    if run is not None:
        yield (
            "Duties of the newest audit",
            [
                {
                    "value": finding.name,
                    "text": f"{finding.name}: {finding.control.title}",
                    "table": by_key[finding.control.key],
                    "question": finding.control.asks,
                }
                for finding in show(run).findings
                if finding.control.key in by_key and not finding.missing
            ],
        )
    for name, table in tables.items():
        known = [column for column in table.columns if column.name in filled[name] and _is_judged(column)]
        yield (
            f"Columns of {name.replace('_', ' ')}",
            [{"value": column.path, "text": column.in_words, "table": name, "question": _ask(column)}
             for column in known],
        )  # fmt: skip


def _is_judged(column: Column) -> bool:
    return column.role not in _NOT_JUDGED and not column.personal


def _ask(column: Column) -> str:
    words = column.in_words.partition(": ")[2]
    return f"Is what is recorded here adequate: {words}?"


def _by(filled: Mapping[str, Sequence[str]], table: str) -> list[Column]:
    """The columns by which the rows of a table can be divided. Monitoring data cannot."""
    return [
        column
        for column in TABLES[table].columns
        if column.name in filled[table] and holds_categories(column) and not column.personal
    ]


def _fields(ask: StudioAsk) -> tuple[FormField, ...]:
    filled = columns_filled(ask)
    tables = _tables(filled)
    by = tuple(dict.fromkeys((column.name, _small(column)) for table in tables for column in _by(filled, table)))
    return (
        FormField("table", "Table", Input.CHOICE, choices=tuple((name, name) for name in tables), noun="the table"),
        FormField(
            "question",
            "What question should reviewers answer?",
            hint="“Yes” means that the row is adequate",
            longest=300,
            noun="the question",
        ),
        FormField(
            "size",
            "How many rows should be drawn?",
            hint=f"From {FEWEST_ROWS} rows, the agreement of the reviewers has an interval too",
            longest=5,
            noun="the number of rows",
        ),
        FormField("seed", "Seed", hint="The same seed draws the same rows. It is on every result", longest=9),
        FormField("by_1", "Divide the rows by", Input.CHOICE, _EVEN_SMALL, by, optional=True),
        FormField("by_2", "Divide them further by", Input.CHOICE, choices=by, optional=True),
        FormField("active", "Leave out closed entries", Input.TICK, optional=True),
    )


_EVEN_SMALL = "Each part has at least one row in the sample, so that small parts are not missed"


def _small(column: Column) -> str:
    words = column.in_words.partition(": ")[2]
    return words[:1].upper() + words[1:]


def _show(ask: StudioAsk) -> Page:
    filled = columns_filled(ask) if waits(ask, mapped=True) is None else {}
    groups = list(_options(ask, filled)) if filled else []
    every = {option["value"]: option for _, options in groups for option in options}
    about = every.get(ask.query.get("about", ""))
    if "about" in ask.query and about is None:
        raise NotTaken()
    table = ask.form.get("table") or (about["table"] if about else "")
    data = {
        "samples": [_listed(ask, number) for number in sample_numbers(ask.project)],
        "unfinished": [_about_job(job) for job in reversed(_open_jobs(ask))],
        "groups": [(title, options) for title, options in groups if options],
        "about": ask.query.get("about", ""),
        "table": None,
        "lacks": waits(ask, mapped=True),
    }
    if table in _tables(filled):
        data |= _draw_form(ask, filled, table, about["question"] if about else "")
    return Page("studio/samples.html", data)


def _draw_form(ask: StudioAsk, filled: Mapping[str, Sequence[str]], table: str, question: str) -> dict[str, Any]:
    rows = _rows_of(ask, table)
    loaded = loaded_tables(ask.project)
    seed = int(loaded["digest"][:8], 16) % _SEEDS if loaded else 1
    by = tuple((column.name, _small(column)) for column in _by(filled, table))
    hidden = {"table"} if by else {"table", "by_1", "by_2"}
    if table != ENTRY.name or ENTRY.status not in filled[table]:
        hidden.add("active")
    return {
        "table": table,
        "rows": rows,
        "sizes": [_foreseen(rows, size) for size in _SIZES if size < rows],
        "fields": tuple(
            replace(field, choices=by) if field.name in ("by_1", "by_2") else field
            for field in _fields(ask)
            if field.name not in hidden
        ),
        "given": {"question": question[:300], "size": str(min(_USUAL, rows)), "seed": str(seed)},
    }


def _rows_of(ask: StudioAsk, table: str) -> int:
    return int(ask.engine.ask("table_rows", mapping=ask.project.mapping, table=table)["rows"] or 0)


def _foreseen(rows: int, size: int) -> dict[str, Any]:
    low, high = samples.foreseen(rows, size)
    return {"size": size, "low": low, "high": high}


def _draw(ask: StudioAsk) -> Sent:
    form, filled = ask.form, columns_filled(ask)
    table = form["table"]
    rows = _rows_of(ask, table)
    size, seed = _number(form["size"]), _number(form["seed"])
    by = tuple(dict.fromkeys(form[name] for name in ("by_1", "by_2") if name in form))
    faults = _faults(form, rows, size, seed)
    known = {column.name for column in _by(filled, table)}
    faults += [FormFault("by_1", "Monitoring data cannot divide a sample, nor can columns of other tables")] * (
        not known.issuperset(by)
    )
    if faults:
        raise NotTaken(*faults)
    active = form.get("active") == "yes" and table == ENTRY.name and ENTRY.status in filled[table]
    wanted = AskedSample(
        table=table, question=form["question"], size=int(size or 0), seed=int(seed or 0), by=by, active=active
    )
    words = f"Sample of {wanted.size:,} rows of {table}, seed {wanted.seed}"
    ask.project.set(words, ["sample"], seen=ask.seen, sample=wanted.model_dump())
    out = next_out(ask.project, SAMPLES)
    asked = {
        "what": "sample",
        **asked_source(ask.project),
        "where": _ACTIVE if active else None,
        "as_of": ask.now.date().isoformat(),
        "out": str(out),
        **wanted.model_dump(mode="json"),
    }
    begin(home_of(ask.project, SAMPLES), WORKER, asked, secrets={"password": ask.password})
    return Sent(f"{ask.home}sample/{int(out.name)}")


def _faults(form: Mapping[str, str], rows: int, size: int | None, seed: int | None) -> list[FormFault]:
    faults = []
    if len(form["question"]) < _SHORTEST_QUESTION:
        faults.append(FormFault("question", f"The question must be at least {_SHORTEST_QUESTION} characters"))
    if size is None or not 1 <= size <= _MOST:
        faults.append(FormFault("size", f"Enter a number from 1 to {_MOST:,}"))
    elif size < min(_FEWEST, rows):
        faults.append(FormFault("size", f"Choose at least {_FEWEST}, or read all {rows:,}"))
    if seed is None:
        faults.append(FormFault("seed", "Enter a whole number for the seed"))
    return faults


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _open_jobs(ask: StudioAsk) -> list[Job]:
    """The jobs that have not drawn their sample."""
    drawn = set(sample_numbers(ask.project))
    return [job for job in jobs(home_of(ask.project, SAMPLES)) if number_of(job) not in drawn]


def _about_job(job: Job) -> dict[str, Any]:
    return {"number": number_of(job), "state": job.state, "question": job.asked["question"]}


def _listed(ask: StudioAsk, number: int) -> dict[str, Any]:
    try:
        kept = find_sample(ask.project, str(number))
    except (Refusal, Refusals):
        kept = None
    if kept is None:
        return {"number": number, "question": "", "state": "cannot be read"}
    state = "marked by two reviewers" if kept.is_marked else f"{len(kept.handed_in)} of 2 reviewers have handed in"
    return {"number": number, "question": kept.sample.question, "state": state}


def _state(ask: StudioAsk) -> StepState:
    numbers = sample_numbers(ask.project)
    if numbers:
        return StepState(Progress.DONE, f"{len(numbers)} drawn")
    return waits(ask, mapped=True) or StepState(Progress.NOT_STARTED, "For what only a person can judge")


STEP = Step("Sample", "sample", _state, further=True)
ACTIONS = (
    StudioAction(_PAGE, _show, query=(_ABOUT,)),
    StudioAction(_PAGE, _draw, "POST", _fields),
)
