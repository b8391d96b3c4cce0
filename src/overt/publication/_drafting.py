"""Drafts a release: counts the register as it was known, and protects what is shown.

A draft takes its number by making a folder, which only one can do: in a transaction, a long draft would keep the gate
waiting.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from overt.charter import Charter, in_force
from overt.disclosure import Rule
from overt.encoding import read_json
from overt.gate import check_staff
from overt.private import write_private
from overt.publication._bridge import as_known, bridge, people_since
from overt.publication._causes import caused
from overt.publication._consistent import noisy_tables
from overt.publication._count import count_topics, opened
from overt.publication._document import (
    RELEASE_FILE,
    FigureChange,
    FigureCorrection,
    MadeFrom,
    ReleaseDocument,
    changes,
    known_questions,
)
from overt.publication._drafts import (
    DRAFT_FOLDER,
    SHORTEST_CAUSE,
    DraftRequest,
    ReleaseDraft,
    folder_of,
    published,
    releases_folder,
    snapshot_of,
)
from overt.publication._gate import safe_gate, withheld_for_others
from overt.publication._kept import keep, read_kept
from overt.publication._noise import Noise, NoiseRule, ask, need_opendp
from overt.publication._office import (
    OFFICE_FILE,
    Office,
    look,
    office_tables,
    office_tables_of_rules,
    read_office,
    snapshot_digest,
)
from overt.publication._persons import PersonBound, count_persons
from overt.publication._safe import SafeTopic, make_safe
from overt.publication._site import write_site
from overt.publication._table import ReleaseTable, safe_table
from overt.publication._topics import PEOPLE, can_be_left_out
from overt.refusals import Refusal, raise_all
from overt.register import Register, head, moment_text, snapshot


def draft(register: Register, moment: dt.datetime, request: DraftRequest, by: str, now: dt.datetime) -> ReleaseDocument:
    """A release of the register as it was known at a moment, about a day: that of the moment, if none is given.

    About a day before, it is of the register as it stood then: see `DraftRequest`.
    Refuses a correction without a cause, a day after the moment, and what `protect` refuses.
    """
    check_staff("--by", by)
    before = published(register)
    day = request.day or moment.date()
    _check_asked(request, day, moment, before)
    if moment.date() > now.date():
        raise Refusal("release-day", "--as-of", str(moment.date()), f"a day up to {now.date()}")
    begun = day_of_beginning(register)
    if not request.corrects:
        check_knows(register, day, "--day")
    moment = _known_at(register, request, day, moment)
    charter = _charter(register, day)
    rules = charter.publication
    wanted = NoiseRule.of(rules)
    if wanted:
        need_opendp()
        if request.findings is not None:
            says = "verdicts are exact, and one person can change them"
            raise Refusal("release-findings", "--findings", says, "a release with noise, without verdicts")
    release = _next_number(register)
    since = _since(day, request, before)
    source = snapshot_of(register, release)
    shutil.rmtree(source, ignore_errors=True)
    account = snapshot(register, moment, source)
    # How many records there are is no figure of a release: its ledger ends with a whole bundle.
    register.pad()
    write_private(source / OFFICE_FILE, look(register, account, day, request.findings).as_bytes())
    leaves, root = head(register)
    rule = Rule(rules.safe_threshold, rules.round_base, rules.percent_base)
    if wanted:
        counts = _count_with_noise(source, (since, day), before, wanted, request)
    else:
        earlier = list(_kept_of(register, before))
        _lay_bridge(register, source, (since, day), before, moment)
        counts = _count(source, release, (since, day), earlier, rule=rule, without=request.without)
    sooner = request.corrects or next((past.release for past in reversed(before) if past.day == str(since)), None)
    against = next((document for document in before if document.release == sooner), None)
    changed = tuple(changes(against.tables, counts.tables)) if against else ()
    document = ReleaseDocument(
        release=release,
        name=account.register,
        origin=account.origin,
        controller=charter.register.controller,
        contact=charter.register.contact,
        day=str(day),
        since=str(since) if since else None,
        made_from=replace(counts.made_from, leaves=leaves, root=root),
        charter=charter.digest,
        charter_version=charter.version,
        rule=rule,
        tables=counts.tables,
        sooner=sooner,
        changes=changed,
        corrects=request.corrects,
        corrections=(
            *(before[-1].corrections if before else ()),
            *_corrections(register, request, release, changed, source=source, before=before, kept=counts.kept),
        ),
        synthetic="synthetic" in charter.register.name.lower(),
        without=request.without,
        noise=counts.noise,
        is_first=not before,
        begun_on=str(begun) if day < begun else None,
    )
    folder = folder_of(register, release)
    # They hold the true counts, of those that are withheld too.
    write_private(folder / "kept.json", keep(counts.kept))
    write_private(folder / "gate.json", keep(counts.gate))
    (folder / RELEASE_FILE).write_bytes(document.as_bytes())
    write_site(document, folder / DRAFT_FOLDER, is_draft=True)
    write(register, ReleaseDraft(release, by, now.isoformat(), tuple(document.release for document in before)))
    return document


def _lay_bridge(
    register: Register,
    source: Path,
    period: tuple[dt.date | None, dt.date],
    before: Sequence[ReleaseDocument],
    moment: dt.datetime,
) -> None:
    """Puts beside the snapshot how the people of the release before became those of this one.

    There is none where that release had noise, or used later knowledge than this one, and none where what was known
    then is not known any more of anybody: it was forgotten with an old key.
    """
    since, day = period
    prior = max((past for past in before if past.day == str(since)), key=lambda past: past.release, default=None)
    if since is None or prior is None or prior.noise:
        return
    known_at = dt.datetime.fromisoformat(prior.made_from.as_of)
    topics = read_kept(folder_of(register, prior.release) / "kept.json")
    people = next((topic for topic in topics if is_people(topic)), None)
    forgotten = "select 1 from erasure where kind = 'closed versions' and recorded_at > ? limit 1"
    if people is None or known_at > moment.replace(tzinfo=None):
        return
    if register.store.rows(forgotten, (moment_text(known_at),)):
        return
    office = read_office(source)[0]
    with as_known(register, known_at, since) as then, opened(source, day, office.closed_then) as now:
        counts = bridge(then, now, people, since, day)
    laid = replace(office, bridge=tuple((*key, count) for key, count in sorted(counts.items())))
    write_private(source / OFFICE_FILE, laid.as_bytes())


def is_people(topic: SafeTopic) -> bool:
    return topic.counted.topic.name == PEOPLE.name and topic.counted.topic.attributes == PEOPLE.attributes


def _known_at(register: Register, request: DraftRequest, day: dt.date, moment: dt.datetime) -> dt.datetime:
    """The moment whose knowledge a release uses: of a day before the register knew anybody, that of today."""
    if day == moment.date() or request.corrects or request.as_known:
        return moment
    end = dt.datetime.combine(day, dt.time.max, moment.tzinfo)
    known = register.store.rows("select 1 from entry_version where recorded_at <= ? limit 1", (moment_text(end),))
    return end if known else moment


def _kept_of(register: Register, before: Sequence[ReleaseDocument]) -> Iterator[SafeTopic]:
    """What is kept of earlier releases; the gate's table of the first format was exact, and nothing is kept of it."""
    for document in before:
        folder = folder_of(register, document.release)
        yield from read_kept(folder / "kept.json")
        if document.format > 1:
            yield from read_kept(folder / "gate.json")


def _next_number(register: Register) -> str:
    """A new number for a draft, reserved by making its folder."""
    home = releases_folder(register)
    home.mkdir(exist_ok=True)
    number = max((int(path.name) for path in home.iterdir() if path.name.isdecimal()), default=0)
    while True:
        number += 1
        with suppress(FileExistsError):
            folder_of(register, f"{number:04}").mkdir()
            return f"{number:04}"


def _charter(register: Register, day: dt.date) -> Charter:
    """The charter that ruled on a day, or the first where none did yet."""
    charters = register.charters()
    return in_force(charters, day) or charters[0]


def day_of_beginning(register: Register) -> dt.date:
    """The day of the first record; refuses a register that was not begun."""
    begun = register.begun_at()
    if begun is None:
        raise Refusal(
            "register-not-begun", register.settings.name, "the register has no records", "a register under a charter"
        )
    return dt.datetime.fromisoformat(begun).date()


def check_knows(register: Register, day: dt.date, where: str) -> None:
    """Refuses a day before the register was begun, unless it took over entries of that day that were kept elsewhere.

    For such a day a release would say that no one was listed, which is not known here.
    """
    begun = day_of_beginning(register)
    if day >= begun or register.store.rows("select 1 from entry_version where opened_on <= ? limit 1", (str(day),)):
        return
    problem = f"{day}, before the register was begun, and no entry of that day was taken over"
    remedy = f"give {where} with a later day; or first admit what was kept elsewhere: overt admit --bulk"
    raise Refusal("register-not-begun", where, problem, f"{begun} or later", remedy)


def _check_asked(request: DraftRequest, day: dt.date, moment: dt.datetime, before: Sequence[ReleaseDocument]) -> None:
    faults = []
    if day > moment.date():
        faults.append(
            Refusal("release-day", "--day", str(day), f"a day up to {moment.date()}, of which rows are known")
        )
    if request.corrects:
        corrected = next((document for document in before if document.release == request.corrects), None)
        if corrected is None:
            faults.append(
                Refusal("release-absent", request.corrects, "there is no such published release", "overt release list")
            )
        elif corrected.day != str(day):
            faults.append(Refusal("release-day", "--day", str(day), f"{corrected.day}, the day of what is corrected"))
        if len(" ".join((request.cause or "").split())) < SHORTEST_CAUSE:
            wanted = "why the published figures change, in a sentence that the public can read"
            faults.append(Refusal("correction-cause", "--cause", "the cause is not a sentence", wanted))
    for part in request.without:
        if part not in can_be_left_out():
            faults.append(Refusal("release-without", "--without", part, ", ".join(can_be_left_out())))
    raise_all(faults)


def _since(day: dt.date, request: DraftRequest, before: Sequence[ReleaseDocument]) -> dt.date | None:
    """The day of the nearest release before; a correction keeps the period of what it corrects."""
    if request.corrects:
        since = next(document.since for document in before if document.release == request.corrects)
        return dt.date.fromisoformat(since) if since else None
    days = [dt.date.fromisoformat(document.day) for document in before]
    return max((past_day for past_day in days if past_day < day), default=None)


def _corrections(
    register: Register,
    request: DraftRequest,
    release: str,
    changed: Sequence[FigureChange],
    *,
    source: Path,
    before: Sequence[ReleaseDocument],
    kept: Sequence[SafeTopic],
) -> list[FigureCorrection]:
    """Every cell that says something else than in the release corrected, and what happened to it."""
    if not request.corrects:
        return []
    about = request.corrects, release, " ".join((request.cause or "").split())
    old = next(document for document in before if document.release == request.corrects)
    if old.noise or not kept:
        return [FigureCorrection(*about, change.table, change.cell, change.old, change.new) for change in changed]
    day, known_at = dt.date.fromisoformat(old.day), dt.datetime.fromisoformat(old.made_from.as_of)
    since = dt.date.fromisoformat(old.since) if old.since else None
    first = read_kept(folder_of(register, old.release) / "kept.json")
    office = read_office(source)[0]
    with as_known(register, known_at, day) as then, opened(source, day, office.closed_then) as now:
        return caused(changed, about, kept=(first, kept), then=then, now=now, period=(since, day))


@dataclass(frozen=True)
class _Counts:
    """What a snapshot gives for a release."""

    kept: list[SafeTopic]
    tables: tuple[ReleaseTable, ...]
    made_from: MadeFrom
    gate: list[SafeTopic]
    noise: Noise | None = None


def _count(
    source: Path,
    release: str,
    period: tuple[dt.date | None, dt.date],
    earlier: Sequence[SafeTopic],
    *,
    rule: Rule,
    without: Sequence[str],
) -> _Counts:
    since, day = period
    office, _ = read_office(source)
    with opened(source, day, office.closed_then) as connection:
        counted = count_topics(
            connection,
            day,
            since,
            [cut for topic in earlier for cut in (topic.since, topic.day) if cut],
            people_since(office),
        )
        of_office = office_tables(connection, office, day)
    gate, gate_table = safe_gate(office, release, period, earlier, rule)
    safe_topics = [
        make_safe(part, release, period, [one for one in earlier if one.counted.topic.name == part.topic.name], rule)
        for part in (whole.without(without) for whole in counted)
        if part is not None
    ]
    tables = (*(safe_table(topic) for topic in safe_topics), gate_table, *of_office)
    others = sum(topic.safe.secondary for topic in safe_topics) + withheld_for_others(gate, gate_table)
    return _Counts(safe_topics, tables, _made_from(source, office, others), gate)


def _count_with_noise(
    source: Path,
    period: tuple[dt.date | None, dt.date],
    before: Sequence[ReleaseDocument],
    rule: NoiseRule,
    request: DraftRequest,
) -> _Counts:
    """The tables with noise; what was published before is taken from there, unless it is to be corrected."""
    since, day = period
    office, _ = read_office(source)
    with opened(source, day, office.closed_then) as connection:
        bound = PersonBound(rule.person_rows or 1, office.secret)
        counted = count_persons(connection, day, since, bound, request.without)
        of_office = office_tables_of_rules(connection, day)
    earlier = {document.release: document.noise for document in before}
    known = {} if request.corrects else known_questions(before)
    noise = ask(counted, (str(since) if since else None, str(day)), rule, earlier, known)
    return _Counts([], (*noisy_tables(noise), *of_office), _made_from(source, office, 0), [], noise)


def _made_from(source: Path, office: Office, withheld_for_others: int) -> MadeFrom:
    """What the release was made from; how many figures were withheld for others is put beside the snapshot."""
    whole = replace(office, withheld_for_others=withheld_for_others)
    write_private(source / OFFICE_FILE, whole.as_bytes())
    account = (source / "snapshot.json").read_bytes()
    content = read_json(account)
    digests = snapshot_digest(whole, account), sha256(whole.as_bytes()).hexdigest()
    return MadeFrom(content["as_of"], content["leaves"], content["root"], *digests)


def write(register: Register, release_draft: ReleaseDraft) -> None:
    path = folder_of(register, release_draft.release) / "draft.json"
    part = path.with_name(".draft.json.part")
    part.write_text(json.dumps(asdict(release_draft), indent=1) + "\n", encoding="utf-8")
    part.replace(path)
