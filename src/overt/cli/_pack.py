"""`overt pack`: lists, shows, tests, checks and starts packs."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._complete import control_ids, pack_names
from overt.cli._options import JsonOption, Output, OutputOption, day_option
from overt.cli._output import chosen, say, say_json, say_rows, talk
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
from overt.refusals import Exit, Refusal, Refusals, nearest

app = typer.Typer(
    help="Create, list, show, lint and test packs of controls.\n\n"
    "Examples:\n"
    "  overt pack show core OV-38\n"
    "  overt pack new my-pack --id AB-01\n"
    "  overt pack test my-pack --mutate",
    no_args_is_help=True,
)

PackArgument = Annotated[
    str, typer.Argument(autocompletion=pack_names, help="Built-in pack, or folder containing a pack.")
]
_COLUMNS = ["id", "severity", "kind", "gate", "title"]
_LAW = ["provision", "from", "to", "identifier", "amended_by"]


class Engines(StrEnum):
    """The engines that need no address."""

    DUCKDB = "duckdb"
    SQLITE = "sqlite"
    SPARK = "spark"


@app.command("list")
def list_packs(output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List the built-in packs."""
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
    control: Annotated[
        str | None, typer.Argument(autocompletion=control_ids, help="Control to show in full, by its ID.")
    ] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show a pack's controls, or one control in full: legal basis, query, limits and test cases.

    Examples:
      overt pack show core
      overt pack show core OV-38
    """
    read = read_pack(find_pack(pack))
    form = chosen(output, as_json)
    if control is None:
        rows = [_as_dict(control, read) for control in read.controls]
        say_rows(rows, _COLUMNS if form is not Output.JSON else list(rows[0]), form)
        return
    match = next((item for item in read.controls if item.id.casefold() == control.casefold()), None)
    if match is None:
        remedy = nearest(
            control,
            (control.id for control in read.controls),
            f"run `overt pack show {read.name}` to list its controls",
            numbered=True,
        )
        raise Refusal("control-not-found", control, f"the pack {read.name} has no control with this ID", "", remedy)
    if form is Output.JSON:
        say_json(_as_dict(match, read) | {"sql": match.sql})
    else:
        say(text_of(match, read))
        say(cases_path(match).read_text(encoding="utf-8"))


@app.command("test")
def run_cases(
    pack: PackArgument,
    on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENGINE",
            show_default="duckdb and sqlite",
            help="Engine to test on: duckdb, sqlite, spark or postgresql://… (repeatable).",
        ),
    ] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Also run mutation tests: break each control and check that a case fails.")
    ] = False,
) -> None:
    """Run every test case in a pack. Each control needs at least one breach, one compliant row and one unknown.

    Examples:
      overt pack test my-pack --mutate
      overt pack test core --on duckdb --on postgresql://host/database

    Exit status: 1 if any case gives an unexpected result.
    """
    read = read_pack(find_pack(pack))
    failures = [str(refusal) for refusal in check_complete(read)]
    for name in on or [Engines.DUCKDB.value, Engines.SQLITE.value]:
        engine = open_for_cases(name)
        results = list(check_pack(read, engine))
        failed = [f"{result.control}, {result.case}: {result.difference}" for result in results if result.difference]
        talk.print(f"{engine.name}: {len(results) - len(failed)} of {len(results)} cases passed")
        failures += [f"{engine.name}: {text}" for text in failed]
        engine.close()
    if mutate:
        survivors, count = _survivors(read)
        talk.print(f"{count - len(survivors)} of {count} mutants caught")
        failures += survivors
    for text in failures:
        say(text)
    if failures:
        raise typer.Exit(Exit.BREACHES)


@app.command()
def lint(pack: PackArgument) -> None:
    """Check a pack without running it: header fields, legal references and SQL portability.

    Example:
      overt pack lint my-pack
    """
    read = read_pack(find_pack(pack))
    refusals = [*check_complete(read), *check_law(read)]
    if refusals:
        raise Refusals(refusals)
    talk.print(f"{read.name} {read.version}: {len(read.controls)} controls, no errors")


@app.command("law")
def list_law(
    pack: Annotated[
        str | None,
        typer.Argument(
            autocompletion=pack_names,
            help="List only what this pack cites: a built-in pack, or a folder containing one.",
        ),
    ] = None,
    on: Annotated[dt.date | None, day_option("--on", "List only the texts in force on this date.", default="")] = None,
    output: OutputOption = Output.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List the law that controls cite: each provision's texts with their dates, identifiers and links.

    Nothing is fetched. An unknown date is left blank, and anything not checked against an official text is marked.

    Examples:
      overt pack law
      overt pack law core --on 2025-09-04
    """
    provisions = tuple(shipped_law())
    if pack:
        read = read_pack(find_pack(pack))
        cited = [basis for control in read.controls for basis in control.basis]
        provisions = tuple(dict.fromkeys(provision for basis in cited for provision in read.law.cited(basis.citation)))
    rows: list[dict[str, object]] = [
        {
            "provision": provision.title,
            "jurisdiction": provision.jurisdiction,
            "not_in": ", ".join(provision.not_in) or None,
            "from": text.starts_on,
            "to": text.ends_on,
            "identifier": text.identifier,
            "link": text.link or None,
            "amended_by": text.by or None,
            "ended_by": provision.ended_by or None,
            "by_day_of": provision.by_day_of or None,
            "not_seen": provision.unseen or None,
        }
        for provision in provisions
        for text in provision.texts
        if on is None or text.covers(on)
    ]
    form = chosen(output, as_json)
    if not rows:
        raise Refusal("law-not-found", str(on), "no provision had a text in force on that date", "a later date")
    say_rows(rows, _LAW if form is not Output.JSON else list(rows[0]), form)


@app.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="Folder of the pack (created if missing).")],
    control: Annotated[str, typer.Option("--id", help="ID of the control to create.")] = "XX-01",
) -> None:
    """Create a pack, or add a control to one, with a sample query and passing test cases.

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
        list(check_control(control, cases, thresholds, engine))  # refuses one that reads something else than the model
        for what, mutant in mutants(control):
            count += 1
            if not any(result.difference for result in check_control(mutant, cases, thresholds, engine, is_held=True)):
                survivors.append(f"{control.id}: no case fails for this mutation: {what}")
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
