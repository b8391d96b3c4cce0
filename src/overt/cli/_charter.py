"""`overt charter`: checks, shows, compares and starts the published rulebooks of registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from overt.charter import (
    Charter,
    PackFacts,
    PackPin,
    as_json,
    charter_places,
    check_against_packs,
    check_chain,
    difference,
    history,
    json_schema,
    new_charter,
    next_charter,
    read_charter,
)
from overt.cli._options import charter_bytes
from overt.cli._output import say, say_json, talk
from overt.controls import Pack, find_pack, own_name, read_pack, shipped_packs
from overt.refusals import Refusal, Refusals, raise_all

app = typer.Typer(
    help="Create, check, show and compare charters, the published rules of a register.\n\n"
    "Examples:\n"
    "  overt charter new charter-1.toml\n"
    "  overt charter check charter-1.toml charter-2.toml\n"
    "  overt charter history charter-1.toml charter-2.toml",
    no_args_is_help=True,
)


class CharterFormat(StrEnum):
    """The forms of what is shown of a charter."""

    TEXT = "text"
    JSON = "json"


FileArgument = Annotated[Path, typer.Argument(help="File of one version of the charter.")]
FilesArgument = Annotated[list[Path], typer.Argument(help="Files of the versions, in any order.")]
FormOption = Annotated[CharterFormat, typer.Option("--output", "-o", help="Output format.")]
PackOption = Annotated[
    list[str] | None,
    typer.Option(metavar="FOLDER", help="Folder containing a pack that the charter names (repeatable)."),
]


@app.command()
def check(files: FilesArgument, pack: PackOption = None) -> None:
    """Check a charter and list every error with its line number.

    Examples:
      overt charter check charter-1.toml
      overt charter check charter-1.toml charter-2.toml --pack my-pack

    Given several versions, also check that they form a chain. The packs named by the latest version are compared with
    the built-in packs and any given with --pack.
    """
    charters = _read_all(files)
    places = {version.digest: charter_places(path.read_bytes(), str(path)) for version, path in charters}
    versions = sorted((version for version, _ in charters), key=lambda version: version.version)
    refusals = _refused(partial(check_chain, versions, places))
    last = versions[-1]
    refusals += _refused(partial(check_against_packs, last, _facts(last, pack or []), places[last.digest]))
    raise_all(refusals)
    for version in versions:
        talk.print(f"{version.register.name}, version {version.version}: no errors", markup=False)


@app.command()
def show(file: FileArgument, output: FormOption = CharterFormat.TEXT) -> None:
    """Show the contents of one version, without comments.

    Example:
      overt charter show charter-2.toml
    """
    charter = read_charter(charter_bytes(file), str(file))
    if output is CharterFormat.JSON:
        say_json(as_json(charter))
    else:
        say("\n".join(_lines(charter)))


@app.command("diff")
def compare(
    old: Annotated[Path, typer.Argument(help="File of the earlier version.")],
    new: Annotated[Path, typer.Argument(help="File of the later version.")],
    output: FormOption = CharterFormat.TEXT,
) -> None:
    """Show the changes between two versions: a one-line summary, then each change.

    Example:
      overt charter diff charter-1.toml charter-2.toml
    """
    (before, _), (after, _) = _read_all([old, new])
    changes = difference(before, after)
    if output is CharterFormat.JSON:
        say_json({"summary": changes.summary(), **asdict(changes)})
    else:
        say("\n".join([changes.summary(), *(f"  {line}" for line in changes.lines())]))


@app.command("history")
def tell_history(files: FilesArgument, output: FormOption = CharterFormat.TEXT) -> None:
    """Summarise the changes in each version, one line each. The versions must form a chain.

    Example:
      overt charter history charter-1.toml charter-2.toml
    """
    charters = [version for version, _ in _read_all(files)]
    check_chain(charters)
    lines = history(charters)
    if output is CharterFormat.JSON:
        say_json([asdict(line) for line in lines])
    else:
        say("\n".join(map(str, lines)))


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="New file to write. It must not exist.")],
    after: Annotated[Path | None, typer.Option(metavar="FILE", help="Previous version of the charter.")] = None,
) -> None:
    """Create a charter: a commented template with TODO fields to fill in.

    Examples:
      overt charter new charter-1.toml
      overt charter new charter-2.toml --after charter-1.toml
    """
    if after is None:
        core = read_pack(shipped_packs()["core"])
        text = new_charter({core.name: PackPin(version=core.version, digest=core.digest)})
    else:
        text = next_charter(charter_bytes(after), str(after))
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise Refusal(
            "charter-file-there", str(file), "there is already a file with this name", "the name of a new file"
        ) from error
    except OSError as error:
        raise Refusal(
            "charter-unwritable", str(file), error.strerror or "cannot be written", "another place"
        ) from error
    say(str(file))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a charter, for editors that check a file as you write it.

    Example:
      overt charter schema
    """
    say_json(json_schema())


def _read_all(files: Sequence[Path]) -> list[tuple[Charter, Path]]:
    """Every file as a charter; refused with the faults of all of them."""
    charters: list[tuple[Charter, Path]] = []
    refusals: list[Refusal] = []

    def read(path: Path) -> None:
        charters.append((read_charter(charter_bytes(path), str(path)), path))

    for path in files:
        refusals += _refused(partial(read, path))
    raise_all(refusals)
    return charters


def _refused(ask: Callable[[], None]) -> list[Refusal]:
    """What a check refuses, kept to be told with what others refuse."""
    try:
        ask()
    except Refusals as several:
        return several.refusals
    except Refusal as one:
        return [one]
    return []


def _facts(charter: Charter, folders: Sequence[str]) -> dict[str, PackFacts]:
    """What is known of the packs that the charter names, and of those given."""
    packs = {pack.name: pack for pack in (read_pack(find_pack(folder)) for folder in folders)}
    shipped = shipped_packs()
    named = {
        name: packs.get(own_name(name)) or read_pack(shipped[own_name(name)])
        for name in charter.packs
        if own_name(name) in {*packs, *shipped}
    }
    return {name: _fact(pack) for name, pack in {**packs, **named}.items()}


def _fact(pack: Pack) -> PackFacts:
    return PackFacts(pack.version, pack.digest, {name: threshold.value for name, threshold in pack.thresholds.items()})


def _lines(charter: Charter) -> Iterator[str]:
    """A charter as a person reads it from top to bottom."""
    register = charter.register
    yield f"{register.name}, version {charter.version}"
    yield f"digest {charter.digest}"
    yield f"adopted {charter.adopted_on}, in force from {charter.effective_on}, {charter.notice_days} days' notice"
    yield f"controller: {register.controller}; legal basis: {register.legal_basis}"
    yield f"contact: {register.contact}; data protection officer: {register.data_protection_officer}"
    yield f"roles: {', '.join(charter.roles)}"
    yield from _listed("purposes", [f"{name}: {purpose.title}" for name, purpose in charter.purposes.items()])
    yield from _listed("categories", [_category(charter, name) for name in charter.categories])
    yield from _listed(
        "assessments",
        [
            f"{name}: {assessment.kind}, signed {assessment.signed_on}, review due {assessment.review_due_on}"
            for name, assessment in charter.assessments.items()
        ],
    )
    yield from _listed(
        "authorities",
        [
            f"{name}: {limit.months or limit.days} {'months' if limit.months else 'days'} at most, granted by "
            f"{limit.minimum_rank}"
            for name, limit in charter.authorities.items()
        ],
    )
    yield from _listed(
        "retention",
        [
            f"{name}: {rule.limit_years} years at most, reviewed every {rule.review_days} days. {rule.reason}"
            for name, rule in charter.retention.items()
        ],
    )
    yield from _listed(
        "recipients",
        [
            f"{name}: {recipient.title}, {', '.join(recipient.roles)} for {', '.join(recipient.purposes)},"
            f" {recipient.starts_on} to {recipient.ends_on} under {recipient.agreement}"
            for name, recipient in charter.recipients.items()
        ],
    )
    yield from _listed(
        "thresholds",
        [f"{name}: {threshold.value}. {threshold.reason}" for name, threshold in charter.thresholds.items()],
    )
    yield from _listed("packs", [f"{name} {pack.version} {pack.digest}" for name, pack in charter.packs.items()])
    yield from _listed(
        "populations",
        [f"{name}: {people.area} {people.year}, by {people.attribute}" for name, people in charter.populations.items()],
    )
    rules = charter.publication
    yield ""
    yield (
        f"a release every {rules.release_days} days: no count below {rules.safe_threshold}, rounded to "
        f"{rules.round_base}"
    )


def _category(charter: Charter, name: str) -> str:
    category = charter.categories[name]
    notes = [f"sensitive, {category.condition}"] if category.sensitive else []
    notes += [f"retired on {category.retired_on}"] if category.retired_on else []
    return f"{name}: {category.title}{''.join(f' [{note}]' for note in notes)}. {category.reason}"


def _listed(section: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{section} {len(lines)}"
        yield from (f"  {' '.join(line.split())}" for line in lines)
