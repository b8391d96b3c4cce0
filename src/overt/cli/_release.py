"""`overt release`: drafts the public record of a register, has it approved, publishes it, and verifies one."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._admit import ByOption, RegisterArgument
from overt.cli._output import JsonOption, Output, OutputOption, chosen, say, say_json, say_rows, talk
from overt.cli._register import AsOfOption, moment_of
from overt.files import given_bytes
from overt.periods import read_day
from overt.refusals import Exit, Refusal
from overt.register import Register

app = typer.Typer(
    help="Publish what anybody may know of a register, without naming anybody: draft it, have it approved, publish it."
    "\n\nExamples:\n"
    "  overt release draft register/ --by P1042\n"
    "  overt release approve register/ 0001 --by P2001\n"
    "  overt release publish register/ 0001 --by P1042\n"
    "  overt release verify register/releases/0001/site --snapshot register/snapshots/release-0001\n"
    "  overt release record s61 register/ --out records/",
    no_args_is_help=True,
)
ReleaseArgument = Annotated[str, typer.Argument(metavar="RELEASE", help="The number of the release: 0001.")]
DayOption = Annotated[
    str | None, typer.Option("--day", help="The day it is about, yyyy-mm-dd; that of --as-of if not given.")
]


@app.command("draft")
def draft_command(
    register: RegisterArgument,
    by: ByOption,
    as_of: AsOfOption = None,
    day: DayOption = None,
    corrects: Annotated[
        str | None, typer.Option(help="The published release that this one corrects; it is about the same day.")
    ] = None,
    cause: Annotated[str | None, typer.Option(help="Why the published figures change; it is published.")] = None,
    findings: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="The result folder of an audit of this register, or its findings.json."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave out what cannot be made safe: disclosures, people/removed (repeatable)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a release from the register as it was known at a moment; small figures are withheld.

    About a day in the past, it counts the register as it stood at the end of that day. With --as-of, and in a
    correction, it uses what was learned up to that moment.

    Examples:
      overt release draft register/ --by P1042
      overt release draft register/ --by P1042 --corrects 0001 --day 2026-06-30 --cause "entries recorded late"
    """
    need_publication()
    from overt.publication import Asked, draft  # noqa: PLC0415  statistics take a second to load

    now = dt.datetime.now(dt.UTC)
    asked = Asked(
        day_of(day, "--day"),
        corrects,
        cause,
        _findings(findings),
        tuple(without or ()),
        as_of is not None,
    )
    with Register.open(register) as opened:
        made = draft(opened, moment_of(as_of) if as_of else now, asked, by, now)
    if as_json:
        say_json({"release": made.release, "day": made.day, "since": made.since, "digest": made.digest})
        return
    say(f"release {made.release} about {made.day}: {len(made.cells)} figures")
    if made.begun_on:
        talk.print(made.known, markup=False)
    if findings:
        talk.print(made.table("audit").note, markup=False)
    if made.noise:
        spent = f"with noise: {made.noise.total:.3f} of {made.noise.rule.budget} will be spent"
        talk.print(f"{spent}, {made.noise.before.total(made.noise.rule.delta):.3f} before this release", markup=False)
        if made.unreliable:
            found = f"{made.unreliable} of {made.noisy} figures with noise are unreliable: their range is as wide"
            talk.print(f"{found}; for a small register, withholding tells more: docs/guides/noise.md", markup=False)
        if made.noise.not_covered:
            releases = ", ".join(made.noise.not_covered)
            talk.print(f"not covered by these numbers, since published by another rule: {releases}", markup=False)
    look = register / "releases" / made.release / "draft" / "index.html"
    talk.print(f"Two others look at {look} and approve it next: overt release approve", markup=False)


@app.command("list")
def list_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """Show every release: its day, who approved it, and whether it is published.

    Example:
      overt release list register/
    """
    need_publication()
    from overt.publication import document_of, drafts  # noqa: PLC0415  statistics take a second to load

    with Register.open(register) as opened:
        rows = [
            {
                "release": each.release,
                "day": document_of(opened, each.release).day,
                "author": each.author,
                "approved_by": [approval.by for approval in each.approvals],
                "published_at": each.published_at,
            }
            for each in drafts(opened)
        ]
    say_rows(rows, ["release", "day", "author", "approved_by", "published_at"], chosen(output, as_json))


@app.command()
def approve(register: RegisterArgument, release: ReleaseArgument, by: ByOption) -> None:
    """Agree to a draft as it is now. Its author cannot; two others must.

    Example:
      overt release approve register/ 0001 --by P2001
    """
    need_publication()
    from overt.publication import approve as agree  # noqa: PLC0415  statistics take a second to load

    with Register.open(register) as opened:
        made = agree(opened, release, by, dt.datetime.now(dt.UTC))
    say(f"release {release}: approved by {', '.join(dict.fromkeys(each.by for each in made.approvals))}")


@app.command()
def publish(register: RegisterArgument, release: ReleaseArgument, by: ByOption) -> None:
    """Write the site of an approved release, and enter its digest in the ledger.

    Example:
      overt release publish register/ 0001 --by P1042

    The site is REGISTER/releases/RELEASE/site: plain files that any host can serve.
    """
    need_publication()
    from overt.publication import folder_of, publish_release  # noqa: PLC0415  statistics take a second to load

    with Register.open(register) as opened:
        made, _ = publish_release(opened, release, by, dt.datetime.now(dt.UTC))
        say(f"release {made.release}: {folder_of(opened, made.release) / 'site'}")


@app.command()
def verify(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="The folder of a published release.")],
    snapshot: Annotated[Path | None, typer.Option(help="The snapshot that it counts.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="The folder of the published ledger, as REGISTER/public.")] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option(help="With noise: the site of a release before it; again for each of them.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Check a published release: its files, every figure against the snapshot, and its digest in the ledger.

    Example:
      overt release verify register/releases/0001/site --ledger register/public

    Exits with status 1 when anything does not agree. The ledger itself is checked by overt ledger check.
    A figure with noise is held to its noise, its error and the budget: docs/guides/noise.md.
    """
    need_publication()
    from overt.publication import verify_release  # noqa: PLC0415  statistics take a second to load

    found = verify_release(site, snapshot, ledger, earlier)
    if as_json:
        say_json(
            {
                "release": found.document.release,
                "digest": found.document.digest,
                "files": found.files,
                "figures": found.figures,
                "noisy": found.noisy,
                "leaf": found.leaf,
                "mismatches": [asdict(each) for each in found.mismatches],
            }
        )
    else:
        for each in found.mismatches:
            say(f"{each.where}: {each.found}")
        counted = f"{found.figures} figures counted again" if snapshot else "no snapshot, so that no figure was counted"
        entered = "no ledger looked at: give --ledger, the folder of the published ledger"
        if ledger:
            entered = f"leaf {found.leaf} of the ledger" if found.leaf is not None else "not in that ledger"
        if found.noisy:
            held = "they follow from the noisy numbers" + (", which lie within their noise" if snapshot else "")
            talk.print(f"{found.noisy} figures have noise and cannot be counted again: {held}", markup=False)
        say(f"release {found.document.release}: {found.files} files; {counted}; {entered}")
    return Exit.BREACHES if found.mismatches else Exit.CLEAR


@app.command()
def record(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="atrs, s61, catalogue or dpia.")],
    register: RegisterArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for its files.")],
    release: Annotated[
        str | None, typer.Option(help="The published release that gives the figures; the newest if not given.")
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The result folder of the audit made for that release, or its findings.json: the dpia then names its "
            "verdicts.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write what the law asks to be written of a register, as far as its charter and a release say it.

    Examples:
      overt release record s61 register/ --out records/
      overt release record dpia register/ --release 0002 --out records/

    atrs: an algorithmic transparency record. s61: the record of processing (DPA 2018). catalogue: the categories of
    data and their history, as JSON-LD too. dpia: a draft that states what the data shows, with the measures
    against each risk. What neither says the controller must write, and it is never invented.
    """
    need_publication()
    from overt.publication.records import RECORDS, gather, write_record  # noqa: PLC0415  statistics take a second to load
    from overt.publication.records import as_json as shown  # noqa: PLC0415

    with Register.open(register) as opened:
        sources = gather(opened, release, dt.datetime.now(dt.UTC).date(), _findings(findings))
    paths = write_record(kind, sources, out)
    made = RECORDS[kind](sources)
    if as_json:
        say_json(shown(made))
        return
    for path in paths:
        say(str(path))
    talk.print(f"{len(made.open)} of {len(list(made.fields()))} fields are still to be written", markup=False)


def need_publication() -> None:
    """Refuses where the packages that releases and answers need are not installed."""
    try:
        import_module("overt.publication")
    except ModuleNotFoundError as error:
        remedy = "pip install 'overt[publication]'"
        raise Refusal("publication-needs-extra", "overt", f"{error.name} is not installed", "", remedy) from None


def _findings(given: Path | None) -> bytes | None:
    """The findings.json that was named, by itself or by the result folder that it is in."""
    if given is None:
        return None
    path = given / "findings.json" if given.is_dir() else given
    return given_bytes(path, wanted="the result folder of overt audit, or the findings.json in it")


def day_of(text: str | None, option: str) -> dt.date | None:
    """A day on the command line, where one is given."""
    return read_day(text, option) if text else None
