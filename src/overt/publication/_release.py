"""Drafts a release of a register, has it approved, and publishes it.

releases/0001/draft.json    who drafted it, after which releases, and who approved which bytes
releases/0001/release.json  what it says
releases/0001/kept.json     exact counts, for the protection of later releases: the keeper's alone
releases/0001/gate.json     the same of the gate, which counts records and has no noise
releases/0001/site/         the pages, once published
snapshots/release-0001/     the rows that it counts; erasure takes them away
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from overt.charter import Charter, in_force
from overt.disclosure import Mark, Rule
from overt.gate import PublishedCell, check_staff, enter_release
from overt.publication._consistent import noisy_tables
from overt.publication._count import count_topics, opened
from overt.publication._document import (
    RELEASE_FILE,
    Change,
    Correction,
    Document,
    MadeFrom,
    changes,
    known_questions,
    read_document,
)
from overt.publication._gate import safe_gate, withheld_for_others
from overt.publication._kept import keep, read_kept
from overt.publication._noise import Noise, NoiseRule, ask, need_opendp, with_fixed_groups
from overt.publication._office import OFFICE_FILE, Office, look, office_tables, read_office
from overt.publication._safe import ALL, Kept, cell_name, make_safe
from overt.publication._site import write_site
from overt.publication._table import Table, safe_table
from overt.publication._topics import can_be_left_out
from overt.refusals import Refusal, raise_all
from overt.register import SNAPSHOTS_FOLDER, Register, snapshot

RELEASES_FOLDER = "releases"
SITE_FOLDER = "site"
FEWEST_APPROVERS = 2
SHORTEST_CAUSE = 12


@dataclass(frozen=True)
class Approval:
    """That somebody looked at the release with this digest and agreed."""

    by: str
    at: str
    digest: str


@dataclass(frozen=True)
class Draft:
    """Where a release stands: its author, the releases published before it was drafted, and who approved it."""

    release: str
    author: str
    drafted_at: str
    after: tuple[str, ...]
    approvals: tuple[Approval, ...] = ()
    published_at: str | None = None


@dataclass(frozen=True)
class Asked:
    """What a new release is to be of: the day, and the release it corrects and why, if any.

    `findings` is the findings.json of an audit made for it; `without` leaves out: see `can_be_left_out`.
    """

    day: dt.date | None = None
    corrects: str | None = None
    cause: str | None = None
    findings: bytes | None = None
    without: tuple[str, ...] = ()


# --- what is there --------------------------------------------------------------------------------------------------


def folder_of(register: Register, release: str) -> Path:
    """The folder of a release."""
    return register.folder / RELEASES_FOLDER / release


def snapshot_of(register: Register, release: str) -> Path:
    """The snapshot of a release."""
    return register.folder / SNAPSHOTS_FOLDER / f"release-{release}"


def drafts(register: Register) -> list[Draft]:
    """Every release, drafted or published, the oldest first."""
    return [read_draft(register, path.parent.name) for path in sorted(_folder(register).glob("*/draft.json"))]


def read_draft(register: Register, release: str) -> Draft:
    """How one release stands; refuses one that is not there."""
    path = folder_of(register, release) / "draft.json"
    try:
        found = json.loads(path.read_bytes())
        approvals = tuple(Approval(**each) for each in found.pop("approvals"))
        return Draft(**{**found, "after": tuple(found["after"]), "approvals": approvals})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refusal("release-absent", release, "no such release", "one that overt release list shows") from error


def document_of(register: Register, release: str) -> Document:
    """What a release says."""
    path = folder_of(register, release) / RELEASE_FILE
    if not path.is_file():
        raise Refusal("release-absent", release, "no such release", "one that overt release list shows")
    return read_document(path.read_bytes(), str(path))


def published(register: Register) -> list[Document]:
    """Every published release, the oldest first."""
    return [document_of(register, each.release) for each in drafts(register) if each.published_at]


def _folder(register: Register) -> Path:
    return register.folder / RELEASES_FOLDER


# --- drafting -------------------------------------------------------------------------------------------------------


def draft(register: Register, moment: dt.datetime, asked: Asked, by: str, now: dt.datetime) -> Document:
    """A release of the register as it was known at a moment, about a day: that of the moment, if none is given.

    Refuses a correction without a cause, a day after the moment, and what `protect` refuses.
    """
    check_staff("--by", by)
    before = published(register)
    day = asked.day or moment.date()
    _check_asked(asked, day, moment, before)
    release = f"{max((int(each.release) for each in drafts(register)), default=0) + 1:04}"
    since = _since(day, asked, before)
    source = snapshot_of(register, release)
    shutil.rmtree(source, ignore_errors=True)
    made = snapshot(register, moment, source)
    (source / OFFICE_FILE).write_bytes(look(register, moment, asked.findings).as_bytes())
    charter = _charter(register, day)
    said = charter.publication
    rule = Rule(said.safe_threshold, said.round_base, said.percent_base)
    wanted = NoiseRule.of(said)
    folders = [folder_of(register, each.release) for each in before]
    gate_before = [kept for each in folders for kept in read_kept(each / "gate.json")]
    if wanted:
        need_opendp()
        found = _count_with_noise(
            source, release, (since, day), before, gate_before, rule=wanted, people=rule, asked=asked
        )
    else:
        earlier = [kept for each in folders for kept in read_kept(each / "kept.json")]
        found = _count(source, release, (since, day), [*earlier, *gate_before], rule=rule, without=asked.without)
    sooner = asked.corrects or next((each.release for each in reversed(before) if each.day == str(since)), None)
    against = next((each for each in before if each.release == sooner), None)
    changed = tuple(changes(against.tables, found.tables)) if against else ()
    document = Document(
        release=release,
        name=made.register,
        origin=made.origin,
        controller=charter.register.controller,
        contact=charter.register.contact,
        day=str(day),
        since=str(since) if since else None,
        made_from=found.made_from,
        charter=charter.digest,
        charter_version=charter.version,
        rule=rule,
        tables=found.tables,
        sooner=sooner,
        changes=changed,
        corrects=asked.corrects,
        corrections=(*(before[-1].corrections if before else ()), *_corrections(asked, release, changed)),
        synthetic="synthetic" in charter.register.name.lower(),
        without=asked.without,
        noise=found.noise,
    )
    folder = folder_of(register, release)
    folder.mkdir(parents=True)
    (folder / "kept.json").write_bytes(keep(found.kept))
    (folder / "gate.json").write_bytes(keep(found.gate))
    (folder / RELEASE_FILE).write_bytes(document.as_bytes())
    _write(register, Draft(release, by, now.isoformat(), tuple(each.release for each in before)))
    return document


def _charter(register: Register, day: dt.date) -> Charter:
    """The charter that ruled on a day, or the first where none did yet."""
    charters = register.charters()
    return in_force(charters, day) or charters[0]


def _check_asked(asked: Asked, day: dt.date, moment: dt.datetime, before: Sequence[Document]) -> None:
    faults = []
    if day > moment.date():
        faults.append(
            Refusal("release-day", "--day", str(day), f"a day up to {moment.date()}, of which rows are known")
        )
    if asked.corrects:
        corrected = next((each for each in before if each.release == asked.corrects), None)
        if corrected is None:
            faults.append(Refusal("release-absent", asked.corrects, "no such published release", "overt release list"))
        elif corrected.day != str(day):
            faults.append(Refusal("release-day", "--day", str(day), f"{corrected.day}, the day of what is corrected"))
        if len(" ".join((asked.cause or "").split())) < SHORTEST_CAUSE:
            wanted = "what made the published figures wrong, in a sentence that the public can read"
            faults.append(Refusal("correction-cause", "--cause", "no sentence", wanted))
    for each in asked.without:
        if each not in can_be_left_out():
            faults.append(Refusal("release-without", "--without", each, ", ".join(can_be_left_out())))
    raise_all(faults)


def _since(day: dt.date, asked: Asked, before: Sequence[Document]) -> dt.date | None:
    """The day of the nearest release before; a correction keeps the period of what it corrects."""
    if asked.corrects:
        since = next(each.since for each in before if each.release == asked.corrects)
        return dt.date.fromisoformat(since) if since else None
    days = [dt.date.fromisoformat(each.day) for each in before]
    return max((each for each in days if each < day), default=None)


def _corrections(asked: Asked, release: str, changed: Sequence[Change]) -> list[Correction]:
    if not asked.corrects:
        return []
    cause = " ".join((asked.cause or "").split())
    return [Correction(asked.corrects, release, cause, each.table, each.cell, each.old, each.new) for each in changed]


@dataclass(frozen=True)
class _Counts:
    """What a snapshot gives for a release."""

    kept: list[Kept]
    tables: tuple[Table, ...]
    made_from: MadeFrom
    gate: list[Kept]
    noise: Noise | None = None


def _count(
    source: Path,
    release: str,
    period: tuple[dt.date | None, dt.date],
    earlier: Sequence[Kept],
    *,
    rule: Rule,
    without: Sequence[str],
) -> _Counts:
    since, day = period
    office, _ = read_office(source)
    with opened(source) as connection:
        counted = count_topics(
            connection, day, since, [cut for each in earlier for cut in (each.since, each.day) if cut]
        )
        of_office = office_tables(connection, office, day)
    gate, gate_table = safe_gate(office, release, period, earlier, rule)
    kept = [
        make_safe(each, release, period, [one for one in earlier if one.counted.topic.name == each.topic.name], rule)
        for each in (whole.without(without) for whole in counted)
        if each is not None
    ]
    tables = (*(safe_table(each) for each in kept), gate_table, *of_office)
    others = sum(each.safe.secondary for each in kept) + withheld_for_others(gate, gate_table)
    return _Counts(kept, tables, _made_from(source, office, others), gate)


def _count_with_noise(
    source: Path,
    release: str,
    period: tuple[dt.date | None, dt.date],
    before: Sequence[Document],
    kept: Sequence[Kept],
    *,
    rule: NoiseRule,
    people: Rule,
    asked: Asked,
) -> _Counts:
    """The tables with noise; what was published before is taken from there, unless it is to be corrected.

    The gate's table counts records and has no noise: it is made safe by the rule for `people` that goes with it.
    """
    since, day = period
    office, _ = read_office(source)
    with opened(source) as connection:
        counted = with_fixed_groups(count_topics(connection, day, since), asked.without)
        of_office = office_tables(connection, office, day)
    gate, gate_table = safe_gate(office, release, period, kept, people)
    earlier = [each.noise for each in before if each.noise]
    known = {} if asked.corrects else known_questions(before)
    noise = ask(counted, (str(since) if since else None, str(day)), rule, earlier, known)
    made_from = _made_from(source, office, withheld_for_others(gate, gate_table))
    return _Counts([], (*noisy_tables(noise), gate_table, *of_office), made_from, gate, noise)


def _made_from(source: Path, office: Office, withheld_for_others: int) -> MadeFrom:
    """What the release was made from; how many figures were withheld for others is put beside the snapshot."""
    whole = replace(office, withheld_for_others=withheld_for_others).as_bytes()
    (source / OFFICE_FILE).write_bytes(whole)
    account = (source / "snapshot.json").read_bytes()
    said = json.loads(account)
    digests = sha256(account).hexdigest(), sha256(whole).hexdigest()
    return MadeFrom(said["as_of"], said["leaves"], said["root"], *digests)


def _write(register: Register, made: Draft) -> None:
    path = folder_of(register, made.release) / "draft.json"
    part = path.with_name(".draft.json.part")
    part.write_text(json.dumps(asdict(made), indent=1) + "\n", encoding="utf-8")
    part.rename(path)


# --- approving and publishing ---------------------------------------------------------------------------------------


def approve(register: Register, release: str, by: str, now: dt.datetime) -> Draft:
    """Somebody other than the author agrees to the release as it is now; refuses the author, and a second time."""
    check_staff("--by", by)
    found = read_draft(register, release)
    digest = document_of(register, release).digest
    if found.published_at:
        raise Refusal("release-published", release, "it is published", "a draft")
    if by == found.author:
        raise Refusal("release-own", release, "its author may not approve it", "two others")
    if any(each.by == by and each.digest == digest for each in found.approvals):
        raise Refusal("release-approved", release, "already approved by the same person", "somebody else")
    approval = Approval(by, now.isoformat(), digest)
    made = replace(found, approvals=(*found.approvals, approval))
    _write(register, made)
    return made


def publish_release(register: Register, release: str, by: str, now: dt.datetime) -> tuple[Document, int]:
    """Writes the site and enters the leaf; publishing again writes the site again and enters nothing.

    Refuses one that two others have not approved as it is, and one that was made before another was published.
    """
    found, document = read_draft(register, release), document_of(register, release)
    site = folder_of(register, release) / SITE_FOLDER
    if found.published_at:
        write_site(document, site)
        return document, 0
    agreed = {each.by for each in found.approvals if each.digest == document.digest and each.by != found.author}
    if len(agreed) < FEWEST_APPROVERS:
        wanted = f"{FEWEST_APPROVERS} people other than its author who approved these bytes"
        raise Refusal("release-not-approved", release, f"{len(agreed)} approved it as it is", wanted)
    if tuple(each.release for each in published(register)) != found.after:
        remedy = "draft it again: what was published since may give away what this one withholds"
        raise Refusal("release-outdated", release, "another was published after it was drafted", "the newest", remedy)
    write_site(document, site)
    seq = enter_release(register, document.as_bytes(), release, _cells(document), by=by, now=now)
    _write(register, replace(found, published_at=now.isoformat()))
    return document, seq


def _cells(document: Document) -> list[PublishedCell]:
    made = []
    for table in document.tables:
        whole = {column: document.cells.get((table.name, cell_name(ALL, ALL, column))) for column in table.columns}
        for cell, figure in table.cells():
            base = whole[cell.rpartition(" / ")[2]]
            if figure.mark in (Mark.SHOWN, Mark.ZERO, Mark.SUPPRESSED):
                made.append(PublishedCell(table.name, cell, figure.value, base.value if base else None))
    return made
