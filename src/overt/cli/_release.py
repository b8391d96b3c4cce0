"""`overt release`: drafts the public record of a register, has it approved, publishes it, and verifies one."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import publication, records, verification
from overt.cli._options import (
    AsOfMomentOption,
    ByOption,
    JsonOption,
    Output,
    OutputOption,
    RegisterArgument,
    day_option,
    now,
)
from overt.cli._output import chosen, say, say_json, say_rows, talk
from overt.files import given_bytes
from overt.ledger import LogFolder
from overt.refusals import Exit
from overt.register import Register

app = typer.Typer(
    help="Draft, approve and publish safe figures about a register."
    "\n\nExamples:\n"
    "  overt release draft register/ --by P1042\n"
    "  overt release approve register/ 0001 --by P2001\n"
    "  overt release publish register/ 0001 --by P1042\n"
    "  overt release verify register/releases/0001/site --snapshot register/snapshots/release-0001\n"
    "  overt release record s61 register/ --out records/",
    no_args_is_help=True,
)
ReleaseArgument = Annotated[str, typer.Argument(metavar="RELEASE", help="Number of the release, such as 0001.")]
DayOption = Annotated[dt.date | None, day_option("--day", "Reference date of the release.", "the date of --as-of")]


@app.command("draft")
def draft_command(
    register: RegisterArgument,
    by: ByOption,
    as_of: AsOfMomentOption = None,
    day: DayOption = None,
    corrects: Annotated[
        str | None,
        typer.Option(
            metavar="RELEASE", help="Published release that this one corrects. It has the same reference date."
        ),
    ] = None,
    cause: Annotated[
        str | None, typer.Option(help="Why the published figures were wrong. This explanation is published.")
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Result folder of an audit of this register, or its findings.json."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TABLE[/COLUMN]",
            help="Leave out a table or column that cannot be made safe, such as disclosures or people/removed "
            "(repeatable).",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a release from the register as known at a given time. Small figures are withheld.

    For a date in the past, it counts the register as it was at the end of that date. With --as-of, and in a correction,
    it uses what was known at that time.

    Examples:
      overt release draft register/ --by P1042
      overt release draft register/ --by P1042 --corrects 0001 --day 2026-06-30 --cause "entries recorded late"
    """
    moment = now()
    options = publication.DraftRequest(
        day,
        corrects,
        cause,
        _findings(findings),
        tuple(without or ()),
        as_of is not None,
    )
    with Register.open(register) as opened:
        draft = publication.draft(opened, as_of or moment, options, by, moment)
    if as_json:
        say_json({"release": draft.release, "day": draft.day, "since": draft.since, "digest": draft.digest})
        return
    say(f"Drafted release {draft.release} for {draft.day}: {len(draft.cells)} figures")
    if draft.begun_on:
        talk.print(draft.known, markup=False)
    if findings:
        talk.print(draft.table("audit").note, markup=False)
    if draft.noise:
        spent = f"With noise: this release spends {draft.noise.total:.3f} of the budget of {draft.noise.rule.budget}"
        talk.print(f"{spent}; {draft.noise.before.total(draft.noise.rule.delta):.3f} was spent before", markup=False)
        if draft.unreliable:
            unreliable = (
                f"{draft.unreliable} of {draft.noisy} figures with noise are unreliable: their range is as wide "
                "as the figure"
            )
            talk.print(
                f"{unreliable}. For a small register, withholding small figures shows more: see docs/guides/noise.md",
                markup=False,
            )
        if draft.noise.not_covered:
            releases = ", ".join(draft.noise.not_covered)
            talk.print(
                f"Not covered by these numbers, because they were published under another rule: {releases}",
                markup=False,
            )
    look = register / "releases" / draft.release / "draft" / "index.html"
    talk.print(f"Next: two other people must review {look} and approve it with `overt release approve`", markup=False)


@app.command("list")
def list_command(register: RegisterArgument, output: OutputOption = Output.TEXT, as_json: JsonOption = False) -> None:
    """List every release: its reference date, who approved it, and whether it is published.

    Example:
      overt release list register/
    """
    with Register.open(register) as opened:
        rows = [
            {
                "release": draft.release,
                "day": publication.document_of(opened, draft.release).day,
                "author": draft.author,
                "approved_by": [approval.by for approval in draft.approvals],
                "published_at": draft.published_at,
            }
            for draft in publication.drafts(opened)
        ]
    say_rows(rows, ["release", "day", "author", "approved_by", "published_at"], chosen(output, as_json))


@app.command()
def approve(register: RegisterArgument, release: ReleaseArgument, by: ByOption) -> None:
    """Approve a draft. Two people other than the author must approve it.

    Example:
      overt release approve register/ 0001 --by P2001
    """
    with Register.open(register) as opened:
        approved = publication.approve(opened, release, by, now())
    say(f"Release {release}: approved by {', '.join(dict.fromkeys(approval.by for approval in approved.approvals))}")


@app.command()
def publish(register: RegisterArgument, release: ReleaseArgument, by: ByOption) -> None:
    """Publish an approved release: write its web pages and record its digest in the ledger.

    Example:
      overt release publish register/ 0001 --by P1042

    The web pages are in REGISTER/releases/RELEASE/site: plain files that any web server can serve.
    """
    with Register.open(register) as opened:
        published, _ = publication.publish_release(opened, release, by, now())
        say(f"Release {published.release}: {publication.folder_of(opened, published.release) / 'site'}")


@app.command()
def verify(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="Folder of a published release.")],
    snapshot: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Snapshot that the release was counted from.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder of the published ledger, such as REGISTER/public.")
    ] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(metavar="SITE", help="For releases with noise: folder of an earlier release (repeatable)."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Verify a published release: its files, its figures against the snapshot, and its digest in the ledger.

    Example:
      overt release verify register/releases/0001/site --ledger register/public

    A figure with noise is checked against its noise, its error and the budget: see docs/guides/noise.md. To check the
    ledger itself, use `overt ledger check`.

    Exit status: 1 if anything does not match.
    """
    check = publication.verify_release(site, snapshot, ledger, earlier)
    if as_json:
        say_json(
            {
                "release": check.document.release,
                "digest": check.document.digest,
                "files": check.files,
                "figures": check.figures,
                "noisy": check.noisy,
                "leaf": check.leaf,
                "mismatches": [asdict(mismatch) for mismatch in check.mismatches],
            }
        )
    else:
        for mismatch in check.mismatches:
            say(f"{mismatch.where}: {mismatch.found}")
        counted = f"{check.figures} figures recounted" if snapshot else "figures not recounted (no snapshot given)"
        entered = "ledger not checked (give --ledger, the folder of the published ledger)"
        if ledger:
            entered = f"ledger entry {check.leaf}" if check.leaf is not None else "not in this ledger"
        if check.noisy:
            held = "they match the noisy numbers" + (", which are within their noise" if snapshot else "")
            talk.print(f"{check.noisy} figures have noise and cannot be recounted: {held}", markup=False)
        say(f"Release {check.document.release}: {check.files} files; {counted}; {entered}")
    return Exit.BREACHES if check.mismatches else Exit.CLEAR


@app.command()
def collect(
    register: RegisterArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="New folder to write everything to.")],
    ledger: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", show_default="REGISTER/public", help="Folder of the published ledger."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default="REGISTER/policy", help="Trust policy of the ledger, to hand out."),
    ] = None,
) -> None:
    """Collect everything that a register publishes in one folder, for any web server and for `overt verify`.

    Example:
      overt release collect register/ --out published/

    It has the ledger, charters, releases, responses to requests and statutory records, and published.json, which lists
    them and the requests that are open. Publish the ledger first: what it does not name yet is left out.
    """
    log = LogFolder(register)
    with Register.open(register) as opened:
        index = verification.collect(opened, ledger or log.store.folder, policy or log.policy, out, now().date())
    say(f"{out}: charters {len(index.charters)}, releases {len(index.releases)}, requests {len(index.answers)}")


@app.command()
def record(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Kind of record: atrs, s61, catalogue or dpia.")],
    register: RegisterArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the record to.")],
    release: Annotated[
        str | None,
        typer.Option(metavar="RELEASE", show_default="the newest", help="Published release to take the figures from."),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Result folder of the audit made for that release, or its findings.json. A dpia then includes the "
            "verdicts.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Generate statutory records from a register's charter and a release.

    Examples:
      overt release record s61 register/ --out records/
      overt release record dpia register/ --release 0002 --out records/

    The kinds are: atrs, an algorithmic transparency record; s61, the record of processing (DPA 2018); catalogue, the
    categories of data and their history, also as JSON-LD; and dpia, a draft that states what the data shows, with the
    measures against each risk. The records are complete as far as the charter and the release contain the information.
    The controller must write the rest; nothing is invented.
    """
    with Register.open(register) as opened:
        sources = records.gather(opened, release, now().date(), _findings(findings))
    paths = records.write_record(kind, sources, out)
    document = records.RECORDS[kind](sources)
    if as_json:
        say_json(records.as_json(document))
        return
    for path in paths:
        say(str(path))
    talk.print(f"{len(document.open)} of {len(list(document.fields()))} fields still to complete", markup=False)


def _findings(result: Path | None) -> bytes | None:
    """The findings.json that was named, by itself or by the result folder that it is in."""
    if result is None:
        return None
    path = result / "findings.json" if result.is_dir() else result
    return given_bytes(path, wanted="the result folder of overt audit, or the findings.json in it")
