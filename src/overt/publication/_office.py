"""What the public record says of the office and not of people: categories, refusals at the gate, verdicts, spend.

These figures are counts of rules, days and pounds, so that none is withheld; those of the gate, which counts
records of people, are made safe in `_gate`. What the snapshot itself does not hold, the gate's tally and the verdicts
of an audit, is kept beside it in `office.json`, with a secret.

Decisions of the gate, verdicts and recalls follow from what is recorded of people, and one person can change them: a
release with noise leaves them out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.disclosure import Mark
from overt.encoding import read_json
from overt.model import ENTRY
from overt.pages import day as day_words
from overt.publication._count import Connection
from overt.publication._table import ReleaseFigure, ReleaseRow, ReleaseTable
from overt.publication._topics import ANSWERS
from overt.refusals import Refusal
from overt.register import Register, Snapshot, moment_text

OFFICE_FILE = "office.json"
_SECRET = 32
_APRIL = 4
# The tables whose rows the verdicts of an audit are about before all others.
_OF_PEOPLE = ("subject", "entry", "item")
VERDICTS = ("met", "breached", "cannot be shown", "not applicable", "failed")


@dataclass(frozen=True)
class Office:
    """The gate's tally by day, and how many controls came to each verdict; no verdicts where no audit was given.

    `secret` is random: because of it, a published digest of this file, or of the snapshot, cannot be matched by
    guessing their content. An earlier snapshot has none. `withheld_for_others` is how many figures of the release are
    withheld though their own counts are not small. `closed_then` names entries that were closed on the day and opened
    again before the moment of the snapshot, which has them as open. `bridge` are the people by part, attribute and
    group, as they follow from the release before. `audited_on` is the day of the audit, and `changed_since` says that
    the register was another when the release was drafted; a publishable audit does not tell. `duties`
    are the controls of the audit, each with its title and verdict; an earlier office has none.
    """

    tally: tuple[tuple[str, str, str, int], ...]
    verdicts: Mapping[str, int] | None
    secret: bytes = b""
    withheld_for_others: int = 0
    closed_then: tuple[str, ...] = ()
    bridge: tuple[tuple[str, str, str, int], ...] = ()
    audited_on: str | None = None
    changed_since: bool = False
    duties: tuple[tuple[str, str, str], ...] = ()

    def as_bytes(self) -> bytes:
        """As it is kept beside the snapshot."""
        shown: dict[str, Any] = {
            "tally": [list(row) for row in self.tally],
            "verdicts": self.verdicts,
            "withheld_for_others": self.withheld_for_others,
        }
        if self.closed_then:
            shown["closed_then"] = list(self.closed_then)
        if self.audited_on:
            shown |= {"audited_on": self.audited_on, "changed_since": self.changed_since}
        if self.duties:
            shown["duties"] = [list(duty) for duty in self.duties]
        if self.bridge:
            shown["bridge"] = [list(row) for row in self.bridge]
        if self.secret:
            shown["secret"] = self.secret.hex()
        return (json.dumps(shown, indent=1, sort_keys=True) + "\n").encode()


def look(register: Register, account: Snapshot, day: dt.date, findings: bytes | None) -> Office:
    """Return the administrative data for a release about a day: the gate's counts and the verdicts of an audit.

    `made` is the snapshot of the register, `findings` the audit's findings.json.

    Refuses an audit after whose day people, entries or items were recorded or corrected.
    """
    moment = dt.datetime.fromisoformat(account.as_of)
    sql = "select on_date, outcome, code, count from tally where on_date <= ? order by 1, 2, 3"
    rows = register.store.rows(sql, (moment.date().isoformat(),))
    tally = tuple((str(day), str(outcome), str(code), int(count)) for day, outcome, code, count in rows)
    verdicts, duties = (None, ()) if findings is None else _verdicts(findings)
    again = closed_then(register, moment, day)
    audited_on, changed = (None, False) if findings is None else _audited(register, account, findings)
    return Office(
        tally,
        verdicts,
        register.entropy(_SECRET),
        closed_then=again,
        audited_on=audited_on,
        changed_since=changed,
        duties=duties,
    )


def _audited(register: Register, account: Snapshot, findings: bytes) -> tuple[str | None, bool]:
    """The day of an audit, and whether the register has changed since."""
    run = read_json(findings)["run"]
    audited_on, digest = run.get("as_of"), run.get("source_digest")
    if not audited_on or not digest:
        return audited_on, False
    lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(account.digests.items()))
    if digest == sha256(lines.encode()).hexdigest():
        return audited_on, False
    end = moment_text(dt.datetime.combine(dt.date.fromisoformat(audited_on), dt.time.max))
    for table in _OF_PEOPLE:
        later = f"select 1 from {table}_version where recorded_at > ? and recorded_at <= ? limit 1"
        if register.store.rows(later, (end, account.as_of)):
            problem = f"an audit as of {audited_on}; rows of {table} were recorded or corrected since"
            remedy = (
                f"audit the register again: overt audit {register.folder} --as-of {account.as_of[:10]} --out FOLDER"
            )
            raise Refusal("release-findings", "--findings", problem, "an audit of the current register", remedy)
    return audited_on, True


def closed_then(register: Register, moment: dt.datetime, day: dt.date) -> tuple[str, ...]:
    """Entries that stood as closed at the end of the day, and stand as open at the moment."""
    if day == moment.date():
        return ()
    standing = [
        {str(entry.values[ENTRY.entry_id]): entry.values for entry in register.as_of("entry", at)}
        for at in (dt.datetime.combine(day, dt.time.max), moment)
    ]
    then, now = standing
    return tuple(
        sorted(key for key in then.keys() & now.keys() if _is_closed(then[key], day) > _is_closed(now[key], day))
    )


def _is_closed(entry: Mapping[str, Any], day: dt.date) -> bool:
    closed_on = entry[ENTRY.closed_on]
    return str(closed_on) <= str(day) if closed_on is not None else entry[ENTRY.status] == "closed"


def _verdicts(findings: bytes) -> tuple[dict[str, int], tuple[tuple[str, str, str], ...]]:
    """How many controls came to each verdict, and each control with its title and verdict."""
    try:
        content = read_json(findings)
        verdicts = content["run"]["verdicts"]
        duties = [(str(one["control"]), str(one["title"]), str(one["verdict"])) for one in content["findings"]]
        if any(verdict not in VERDICTS for _, _, verdict in duties):
            raise ValueError
        return {name: int(verdicts[name]) for name in VERDICTS}, tuple(sorted(duties))
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "release-findings", "--findings", "there are no verdicts", "the findings.json written by `overt audit`"
        ) from error


def read_office(folder: Path) -> tuple[Office, str]:
    """The office beside a snapshot, and its digest."""
    path = folder / OFFICE_FILE
    try:
        data = path.read_bytes()
        content = read_json(data)
        tally = tuple((str(a), str(b), str(c), int(d)) for a, b, c, d in content["tally"])
        secret, others = bytes.fromhex(content.get("secret", "")), int(content.get("withheld_for_others", 0))
        again = tuple(map(str, content.get("closed_then", ())))
        audited = content.get("audited_on"), bool(content.get("changed_since", False))
        bridge = tuple((str(a), str(b), str(c), int(d)) for a, b, c, d in content.get("bridge", ()))
        duties = tuple((str(a), str(b), str(c)) for a, b, c in content.get("duties", ()))
        return Office(tally, content["verdicts"], secret, others, again, bridge, *audited, duties), sha256(
            data
        ).hexdigest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        wanted = "office.json as overt release draft left it beside the snapshot"
        raise Refusal("release-snapshot", str(path), "it cannot be read", wanted) from error


def snapshot_digest(office: Office, account: bytes) -> str:
    """What a release says of the snapshot that it was made from, whose `snapshot.json` is `account`."""
    return sha256(office.secret + account).hexdigest()


def office_tables_of_rules(connection: Connection, day: dt.date) -> tuple[ReleaseTable, ...]:
    """The tables that no person can change: categories in force, and spend. The first year is that of the charter."""
    started = connection.execute("select min(adopted_on) from category").fetchone()
    return _categories(connection, day), _spend(connection, day, started)


def office_tables(connection: Connection, office: Office, day: dt.date) -> tuple[ReleaseTable, ...]:
    """Categories in force, verdicts of the audit, spend, recalls, and requests for information."""
    started = connection.execute("select min(opened_on) from entry").fetchone()
    return (
        _categories(connection, day),
        _audit(office),
        *_duties(office),
        _spend(connection, day, started),
        _recalls(connection, day),
        _information(connection, day),
    )


def _table(name: str, title: str, note: str, columns: Sequence[str], rows: Sequence[ReleaseRow]) -> ReleaseTable:
    return ReleaseTable(name, title, note, tuple(columns), tuple(rows), protected=False)


def _categories(connection: Connection, day: dt.date) -> ReleaseTable:
    sql = """
        select coalesce(title, category) from category
        where adopted_on <= $day and (retired_on is null or retired_on > $day) order by 1
    """
    names = [str(name) for (name,) in connection.execute(sql, {"day": day}).fetchall()]
    rows = [ReleaseRow("all", "all", (ReleaseFigure.of(len(names)),))]
    rows += [ReleaseRow("category", name, (ReleaseFigure.of(1),)) for name in names]
    note = "Categories of data that could be recorded on the date of the release."
    return _table("categories", "Categories of data in force", note, ["categories"], rows)


def _audit(office: Office) -> ReleaseTable:
    verdicts = office.verdicts
    rows = [
        ReleaseRow(
            "verdict", name, (ReleaseFigure(Mark.UNKNOWN) if verdicts is None else ReleaseFigure.of(verdicts[name]),)
        )
        for name in VERDICTS
    ]
    note = "No audit was made for this release, so its verdicts are not known."
    if verdicts is not None:
        note = "Controls by verdict in the audit made for this release."
    if office.audited_on:
        note = f"Controls by verdict in the audit as of {day_words(office.audited_on)}."
    if office.changed_since:
        note += " Other records have been made since that audit, which did not examine them."
    return _table("audit", "Verdicts of the audit", note, ["controls"], rows)


def _duties(office: Office) -> Iterator[ReleaseTable]:
    """Each control under its verdict. A verdict is never withheld: that a duty is met says that no row breaches it.

    An office of before there was this table has no controls, so that its release is the same when it is made again.
    """
    if not office.duties:
        return
    rows = [
        ReleaseRow(verdict, f"{control} {title.replace(' / ', ' or ')}", (ReleaseFigure.of(1),))
        for name in VERDICTS
        for control, title, verdict in office.duties
        if verdict == name
    ]
    note = "Every control of that audit, with the duty that it checks, under its verdict."
    yield _table("duties", "Verdict on each duty", note, ["controls"], rows)


def _recalls(connection: Connection, day: dt.date) -> ReleaseTable:
    """Bodies, and not recalls or people, are counted: how many removals there were stays as safe as it was."""
    sql = """
        select count(distinct recipient) filter (where sent_on <= $day),
               count(distinct recipient) filter (where coalesce(confirmed_on > $day, true)),
               count(distinct recipient) filter (where coalesce(confirmed_on > $day, true) and due_on < $day)
        from recall where coalesce(sent_on, cast(recorded_at as date)) <= $day
    """
    counts = connection.execute(sql, {"day": day}).fetchone() or (0, 0, 0)
    names = ("told to delete, correct or restrict", "not confirmed yet", "not confirmed and past its day")
    rows = [
        ReleaseRow("bodies", name, (ReleaseFigure.of(int(count)),)) for name, count in zip(names, counts, strict=True)
    ]
    note = (
        "Organisations and internal units told to delete, correct or restrict an entry since the register began, or "
        "still to be told."
    )
    return _table("recalls", "Recall notices to organisations and internal units", note, ["bodies"], rows)


def _information(connection: Connection, day: dt.date) -> ReleaseTable:
    """Requests for information: their answers are public and numbered, so that these counts are no secret."""
    sql = """
        select case when answered_on is null or answered_on > $day then 'not yet answered'
                    else coalesce(outcome, 'not recorded') end, count(*)
        from request where kind = 'information' and coalesce(received_on, recorded_at::date) <= $day group by 1
    """
    counts: dict[str, int] = dict(connection.execute(sql, {"day": day}).fetchall())
    names = (*ANSWERS, "not yet answered", "not recorded")
    rows = [ReleaseRow("all", "all", (ReleaseFigure.of(sum(counts.values())),))]
    rows += [ReleaseRow("answer", name, (ReleaseFigure.of(counts.get(name, 0)),)) for name in names]
    note = "Requests under the Freedom of Information Act since the register began, up to the date of the release."
    return _table("information-requests", "Requests for information", note, ["requests"], rows)


def _spend(connection: Connection, day: dt.date, started: tuple[Any, ...] | None) -> ReleaseTable:
    sql = "select year, purpose, sum(amount_pence) from spend where year <= $year group by all order by 1, 2"
    rows: list[tuple[Any, ...]] = connection.execute(sql, {"year": day.year}).fetchall()
    begun = _financial_year(day)
    began = [_financial_year(started[0])] if started and started[0] else []
    first = min([*(row[0] for row in rows), *began], default=begun)
    spent = []
    for year in range(first, max([begun, *(row[0] for row in rows)]) + 1):
        spending = [(purpose, pence) for when, purpose, pence in rows if when == year]
        spent += [ReleaseRow(str(year), str(what), (ReleaseFigure.of(int(pence) // 100),)) for what, pence in spending]
        # Of a year that has not begun it is known that nothing was spent.
        if not spending and year <= begun:
            spent.append(ReleaseRow(str(year), "all", (ReleaseFigure(Mark.UNKNOWN),)))
    note = (
        "Whole pounds by financial year, named by its first calendar year. “Not known” means that nothing was recorded."
    )
    return _table("spend", "Money spent on the register", note, ["pounds"], spent)


def _financial_year(day: dt.date) -> int:
    """The calendar year in which the financial year of a day begins, on 1 April."""
    return day.year - (day.month < _APRIL)
