"""`overt pack`: lists, shows, tests, checks and starts packs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.controls import (
    Control,
    Pack,
    cases_path,
    check_complete,
    check_control,
    check_law,
    check_pack,
    find_pack,
    mutants,
    new_control,
    read_cases,
    read_pack,
    shipped_packs,
    text_of,
)
from overt.controls.engines import open_for_cases
from overt.law import shipped_law
from overt.periods import read_day
from overt.refusals import Exit, Refusal, Refusals

app = typer.Typer(
    help="List, show, test, lint and start packs of controls.\n\n"
    "Examples:\n"
    "  overt pack show core OV-38\n"
    "  overt pack new my-pack --id AB-01\n"
    "  overt pack test my-pack --mutate",
    no_args_is_help=True,
)

PackArgument = Annotated[str, typer.Argument(help="A shipped pack's name, or a folder with pack.toml.")]
_COLUMNS = ["id", "severity", "kind", "gate", "title"]
_LAW = ["provision", "from", "to", "identifier", "amended_by"]


class Engines(StrEnum):
    """The engines that need no address."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    SPARK = "spark"


@app.command("list")
def list_packs(output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List the packs that come with Overt."""
    rows: list[dict[str, object]] = []
    for folder in shipped_packs().values():
        pack = read_pack(folder)
        rows.append(
            {
                "pack": pack.name,
                "version": pack.version,
                "jurisdiction": pack.jurisdiction,
                "controls": len(pack.controls),
                "title": pack.title,
            }
        )
    say_rows(rows, ["pack", "version", "jurisdiction", "controls", "title"], chosen(output, as_json))


@app.command()
def show(
    pack: PackArgument,
    control: Annotated[str | None, typer.Argument(help="One control, by its id.")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show a pack's controls, or one control whole: its law, its text, its limits, its cases.

    Examples:
      overt pack show core
      overt pack show core OV-38
    """
    read = read_pack(find_pack(pack))
    form = chosen(output, as_json)
    if control is None:
        rows = [_as_dict(each, read) for each in read.controls]
        say_rows(rows, _COLUMNS if form is not Output.JSON else list(rows[0]), form)
        return
    found = next((each for each in read.controls if each.id == control), None)
    if found is None:
        raise Refusal("control-not-found", control, f"not in {read.name}", ", ".join(each.id for each in read.controls))
    if form is Output.JSON:
        say_json(_as_dict(found, read) | {"sql": found.sql})
    else:
        say(text_of(found, read))
        say(cases_path(found).read_text(encoding="utf-8"))


@app.command("test")
def run_cases(
    pack: PackArgument,
    on: Annotated[list[str] | None, typer.Option(help="duckdb, sqlite, spark or postgresql://… (repeatable).")] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Also break each control, and see that its cases notice.")
    ] = False,
) -> None:
    """Run every case of a pack on the engines; refuse a control without a breach, a quiet row and an unknown.

    Examples:
      overt pack test my-pack --mutate
      overt pack test core --on duckdb --on postgresql://host/database

    Exits with status 1 when a case does not come out as expected.
    """
    read = read_pack(find_pack(pack))
    failures = [str(refusal) for refusal in check_complete(read)]
    for name in on or [Engines.DUCKDB.value, Engines.SQLITE.value]:
        engine = open_for_cases(name)
        results = list(check_pack(read, engine))
        failed = [f"{each.control}, {each.case}: {each.difference}" for each in results if each.difference]
        talk.print(f"{engine.name}: {len(results) - len(failed)} of {len(results)} cases as expected")
        failures += [f"{engine.name}: {text}" for text in failed]
        engine.close()
    if mutate:
        survivors, count = _survivors(read)
        talk.print(f"{count - len(survivors)} of {count} broken controls noticed by their cases")
        failures += survivors
    for text in failures:
        say(text)
    if failures:
        raise typer.Exit(Exit.BREACHES)


@app.command()
def lint(pack: PackArgument) -> None:
    """Check a pack without running it: its fields, its law, the portability of each text.

    Example:
      overt pack lint my-pack
    """
    read = read_pack(find_pack(pack))
    refusals = [*check_complete(read), *check_law(read)]
    if refusals:
        raise Refusals(refusals)
    talk.print(f"{read.name} {read.version}: {len(read.controls)} controls, nothing to fix")


@app.command("law")
def list_law(
    pack: Annotated[
        str | None, typer.Argument(help="Only what this pack cites: a shipped pack's name, or a folder with pack.toml.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Only the texts that stood on this day, as yyyy-mm-dd.")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List the law that controls cite: each provision's texts with their days, identifiers and links.

    Nothing is fetched. A day that is not known is left empty; what was not read in an official text is said.

    Examples:
      overt pack law
      overt pack law core --on 2025-09-04
    """
    on_day = read_day(on, "--on") if on else None
    provisions = tuple(shipped_law())
    if pack:
        read = read_pack(find_pack(pack))
        cited = [each for control in read.controls for each in control.basis]
        provisions = tuple(dict.fromkeys(found for each in cited for found in read.law.cited(each.citation)))
    rows: list[dict[str, object]] = [
        {
            "provision": each.title,
            "jurisdiction": each.jurisdiction,
            "not_in": ", ".join(each.not_in) or None,
            "from": text.starts_on,
            "to": text.ends_on,
            "identifier": text.identifier,
            "link": text.link or None,
            "amended_by": text.by or None,
            "ended_by": each.ended_by or None,
            "by_day_of": each.by_day_of or None,
            "not_seen": each.unseen or None,
        }
        for each in provisions
        for text in each.texts
        if on_day is None or text.covers(on_day)
    ]
    form = chosen(output, as_json)
    if not rows:
        raise Refusal("law-not-found", str(on), "no provision had a text on that day", "a later day")
    say_rows(rows, _LAW if form is not Output.JSON else list(rows[0]), form)


@app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="The folder of the pack; made if it is not there.")],
    control: Annotated[str, typer.Option("--id", help="The id of the first control.")] = "XX-01",
) -> None:
    """Start a pack, or a further control in one, with a text and cases that pass.

    Example:
      overt pack new my-pack --id AB-01
    """
    for path in new_control(folder, control):
        say(str(path))


def _survivors(pack: Pack) -> tuple[list[str], int]:
    engine = open_for_cases("duckdb")
    thresholds = {name: threshold.value for name, threshold in pack.thresholds.items()}
    survivors, count = [], 0
    for control in pack.controls:
        cases = read_cases(cases_path(control))
        for what, mutant in mutants(control):
            count += 1
            if not any(result.difference for result in check_control(mutant, cases, thresholds, engine)):
                survivors.append(f"{control.id}: no case notices when it is broken so: {what}")
    return survivors, count


def _as_dict(control: Control, pack: Pack) -> dict[str, object]:
    return {
        "id": control.id,
        "pack": pack.name,
        "title": control.title,
        "asks": control.asks,
        "kind": control.kind.value,
        "severity": control.severity.value,
        "gate": control.gate.value,
        "basis": [
            {"citation": basis.citation, "from": basis.starts_on, "to": basis.ends_on} for basis in control.basis
        ],
        "found_in": list(control.found_in),
        "limits": control.limits,
        "remedy": control.remedy,
        "needs": {table: list(columns) for table, columns in control.needs.items()},
        "optional": {table: list(columns) for table, columns in control.optional.items()},
        "thresholds": {name: pack.thresholds[name].value for name in control.thresholds},
    }
