"""Report: its head, whole or for publication, every file of it, and one ZIP that repeats the audit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from overt.audits import Heading, Run, bundle, parts_of
from overt.audits.results import SCRIPT_HASH, check_results
from overt.encoding import read_json
from overt.refusals import Refusal
from overt.web._answers import Page, Plain, Sent
from overt.web._forms import FormField, Input
from overt.web.studio._action import StudioAction, StudioAnswer, StudioAsk
from overt.web.studio._audits import (
    NO_AUDIT,
    newest,
    result_of,
    results_of,
    run_of,
    step_after_audit,
    write_results_of,
)
from overt.web.studio._kept import SAMPLES
from overt.web.studio._samples import parts_of_samples

_ALL, _ONE = "/p/{project}/report", "/p/{project}/report/{number}"
_KINDS = {
    ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml",
    ".sarif": "application/json", ".html": "text/html; charset=utf-8", ".parquet": "application/octet-stream",
    ".sql": "text/plain; charset=utf-8", ".toml": "text/plain; charset=utf-8",
}  # fmt: skip
_REPORT = "report.html"
# The report is read in an origin of its own, from which nothing of Studio can be reached. No browser shows a page that
# is sandboxed and also cuts off what opened it.
_SANDBOX = {
    "content-security-policy": (
        f"sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        f" script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "unsafe-none",
    "referrer-policy": "no-referrer",
}
_FULL, _PUBLISHABLE = "full", "publishable"
_WORDS = {
    _REPORT: "The report, to read and to print",
    "findings.csv": "Findings for a spreadsheet (CSV)",
    "findings.json": "Findings for a program (JSON)",
    "findings.sarif": "Findings for code scanners (SARIF)",
    "oscal-assessment-results.json": "Findings for assessors (OSCAL)",
    "junit.xml": "Findings for builds (JUnit)",
    "mapping.sql": "The mapping",
    "run.json": "What went in, and the digest of every file",
}
_FIELDS = (
    FormField("title", "Title of the report", longest=100, noun="a title"),
    FormField("author", "Author", longest=100, optional=True),
    FormField("organisation", "Organisation", longest=100, noun="the organisation that makes this report"),
    FormField("date", "Date of the report", Input.DATE, optional=True, noun="the date of the report"),
    FormField(
        "kind",
        "Which report?",
        Input.CHOICE,
        choices=(
            (_FULL, "Full: every count as it is, and the keys of breaching rows. For those who may see the register"),
            (_PUBLISHABLE, "For publication: small counts withheld, no keys, no mapping, no account of the source"),
        ),
        noun="which report to make",
    ),
)


def _show(ask: StudioAsk) -> StudioAnswer:
    run = run_of(ask.project, ask.path["number"])
    if run is None:
        return NO_AUDIT
    settings, number = ask.project.settings, int(ask.path["number"])
    heading = run.recipe.heading
    given = {
        "title": heading.title or settings.title,
        "author": heading.author or settings.author,
        "organisation": heading.organisation or settings.organisation,
        "date": (heading.date or ask.now.date()).isoformat(),
        "kind": _FULL,
    }
    results = results_of(ask.project)
    made = [(kind, result_of(results, number, publishable=kind == _PUBLISHABLE)) for kind in (_FULL, _PUBLISHABLE)]
    recipe = run.recipe.shown(run.register, [pack.name for pack in run.packs])
    return Page(
        "studio/report.html",
        {
            "heading": "Report",
            "number": number,
            "target": f"{ask.home}report/{number}",
            "back": f"{ask.home}findings/{number}",
            "button": "Make the report",
            "fields": _FIELDS,
            "given": given,
            "made": [(kind, _files(folder)) for kind, folder in made if (folder / "run.json").is_file()],
            "command": recipe.command,
            "source_digest": run.source_digest,
            "copies": [source.name for source in settings.source if source.copied],
        },
    )


def _files(folder: Path) -> list[tuple[str, str]]:
    """The files of a result folder, each with what it is; evidence last."""
    listed = read_json((folder / "run.json").read_bytes())["files"]
    return [(name, _WORDS.get(name, name)) for name in (*_in_order(listed), "run.json")]


def _in_order(names: dict[str, str]) -> list[str]:
    known = list(_WORDS)
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def _make(ask: StudioAsk) -> StudioAnswer:
    number = int(ask.path["number"]) if run_of(ask.project, ask.path["number"]) else None
    if number is None:
        return NO_AUDIT
    form = ask.form
    date = dt.date.fromisoformat(form["date"]) if form.get("date") else None
    author = form.get("author", "")
    ask.project.set(
        "Head of the report", ["author", "organisation"], seen=ask.seen, author=author,
        organisation=form["organisation"],
    )  # fmt: skip
    heading = Heading(form["title"], author, form["organisation"], date)
    accepted = (ask.project.folder / "accepted.toml").is_file()
    write_results_of(ask.project, number, publishable=form["kind"] == _PUBLISHABLE, heading=heading, accepted=accepted)
    return Sent(f"{ask.home}report/{number}")


def _folder(ask: StudioAsk) -> tuple[Run, Path] | None:
    """The run and the result folder that an address names. Refuses a folder that is not whole."""
    publishable = ask.path["kind"] == _PUBLISHABLE
    run = run_of(ask.project, ask.path["number"], publishable=publishable)
    if run is None or ask.path["kind"] not in (_FULL, _PUBLISHABLE):
        return None
    folder = result_of(results_of(ask.project), int(ask.path["number"]), publishable=publishable)
    check_results(folder)
    return run, folder


def _file(ask: StudioAsk) -> StudioAnswer:
    named = _folder(ask)
    if named is None:
        return NO_AUDIT
    name = ask.path["name"]
    if name not in [known for known, _ in _files(named[1])]:
        return NO_AUDIT
    path = named[1] / name
    media_type = _KINDS.get(path.suffix, "application/octet-stream")
    return Plain(path.read_bytes(), media_type, f"{ask.path['kind']}-{path.name}")


def _read(ask: StudioAsk) -> StudioAnswer:
    """The report itself, as a page."""
    named = _folder(ask)
    return Plain((named[1] / _REPORT).read_bytes(), _KINDS[".html"], headers=_SANDBOX) if named else NO_AUDIT


def _everything(ask: StudioAsk) -> StudioAnswer:
    named = _folder(ask)
    if named is None:
        return NO_AUDIT
    run, folder = named
    # A sample holds keys, which no publication has.
    published = ask.path["kind"] == _PUBLISHABLE
    sampled = [] if published else parts_of_samples(ask.project, run.source_digest)
    beside = {f"{SAMPLES}/": "rows that people judged: what was drawn, their marks, the estimate"} if sampled else {}
    whole = b"".join(bundle(f"audit-{folder.name}", [*parts_of(run, folder, beside), *sampled]))
    return Plain(whole, "application/zip", f"audit-{folder.name}.zip")


def _delete_copy(ask: StudioAsk) -> Sent:
    copies = [source for source in ask.project.settings.source if source.copied]
    if not copies:
        remedy = "nothing was copied, so there is nothing to delete"
        raise Refusal("studio-no-copy", "the project", "it holds no copy of a source", "", remedy)
    for source in copies:
        (ask.project.folder / source.copied).unlink(missing_ok=True)
    for loaded in (*ask.project.work.glob("loaded.duckdb*"), *results_of(ask.project).glob("*.partial/loaded.duckdb*")):
        loaded.unlink(missing_ok=True)
    return Sent(f"{ask.home}report/{ask.path['number']}")


STEP = step_after_audit("Report", "report")
ACTIONS = (
    StudioAction(_ALL, newest(STEP)),
    StudioAction(_ONE, _show),
    StudioAction(_ONE, _make, "POST", _FIELDS),
    StudioAction(f"{_ONE}/{{kind}}/files/{{name:path}}", _file),
    StudioAction(f"{_ONE}/{{kind}}/read", _read),
    StudioAction(f"{_ONE}/{{kind}}/everything.zip", _everything),
    StudioAction(f"{_ONE}/delete-copy", _delete_copy, "POST", page=_ONE),
)
