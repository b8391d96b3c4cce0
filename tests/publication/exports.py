"""Random exports of a register, with invented rows, and the truth about them: what the stranger must not find out."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
AS_OF = dt.date(2019, 6, 30)
MONTHS = ("2018-03", "2018-04", "2018-05", "2018-06", "2018-07")
UNITS = ("North", "South", "East")
OLD, NEW = "Data Protection Act 1998", "Data Protection Act 2018"
_BASIS = f"-- basis: {NEW} (2018-05-25 ..)\n-- basis: {OLD} (.. 2018-05-24)\n"


@dataclass(frozen=True)
class Asked:
    """One control of the pack that is audited: its text, and what it makes of a row."""

    id: str
    select: str
    examined: Callable[[Row], bool]
    breach: Callable[[Row], bool | None]
    dated: bool = True
    unit: bool = True


def _active(row: Row) -> bool:
    return row["status"] == "active"


def _score(row: Row) -> bool | None:
    return int(row["score"]) >= 250 if row["score"] else None


CONTROLS = (
    Asked(
        "TA-01",
        "entry.opened_on, entry.unit, entry.review_due_on is null as breach, 'no date' as reason\n"
        "from entry where entry.status = 'active'",
        _active,
        lambda row: not row["review_due_on"],
    ),
    Asked(
        "TA-02",
        "entry.unit, entry.review_due_on < :as_of as breach, 'late' as reason\n"
        "from entry where entry.status = 'active' and entry.review_due_on is not null",
        lambda row: _active(row) and bool(row["review_due_on"]),
        lambda row: row["review_due_on"] < str(AS_OF),
        dated=False,
    ),
    Asked(
        "TA-03",
        "entry.opened_on, entry.unit, entry.role is null as breach, 'no role' as reason\nfrom entry",
        lambda row: True,
        lambda row: not row["role"],
    ),
    Asked(
        "TA-04",
        "entry.score >= 250 as breach, 'high' as reason\nfrom entry where entry.status = 'active'",
        _active,
        _score,
        dated=False,
        unit=False,
    ),
    Asked(
        "TA-05",
        "entry.opened_on, entry.unit, entry.role is null and entry.status = 'active' as breach, 'no role' as reason\n"
        "from entry",
        lambda row: True,
        lambda row: not row["role"] and _active(row),
    ),
)


def write_pack(folder: Path) -> Path:
    """The pack of these controls."""
    folder.mkdir()
    (folder / "pack.toml").write_text(
        'name = "attacked"\nversion = "1.0.0"\ntitle = "Controls that nest"\njurisdiction = "GB"\nowner = "Overt"\n'
        "[sources]\n",
        encoding="utf-8",
    )
    for each in CONTROLS:
        # Cases are for those who change a control; these are attacked as they are.
        (folder / f"{each.id.lower()}-asked.cases.md").write_text(f"# {each.id}\n", encoding="utf-8")
        dated = "-- dated: opened_on\n" if each.dated else ""
        (folder / f"{each.id.lower()}-asked.sql").write_text(
            f"-- id: {each.id}\n-- title: A duty that is called {each.id}\n-- asks: Is it so for each row?\n"
            f"-- kind: statute\n{_BASIS}{dated}-- severity: high\n-- gate: none\n-- limits: made up for an attack\n"
            f"-- remedy: None is needed.\nselect entry.entry_id, {each.select}\n",
            encoding="utf-8",
        )
    return folder


def invented(source: random.Random) -> list[Row]:
    """Rows of an export; small counts are common, as they are in a register divided finely."""
    many = source.choice((source.randint(1, 12), source.randint(8, 40), source.randint(30, 200)))
    chances = {
        name: source.choice((0.0, 0.02, 0.1, 0.3, 0.6, 1.0)) for name in ("due", "role", "closed", "score", "date")
    }
    months = source.sample(MONTHS, source.randint(1, len(MONTHS)))
    late = source.choice((0.0, 0.05, 0.3))
    rows = []
    for number in range(many):
        month = source.choice([months[0]] * source.choice((1, 4)) + months)
        day = source.choice((1, 20, 24, 25, 28))
        due = "2019-01-01" if source.random() < late else "2020-01-01"
        rows.append(
            {
                "entry_id": f"E{number:05}",
                "subject_id": f"S{number:05}",
                "status": "closed" if source.random() < chances["closed"] / 2 else "active",
                "opened_on": "" if source.random() < chances["date"] / 4 else f"{month}-{day:02}",
                "review_due_on": "" if source.random() < chances["due"] else due,
                "role": "" if source.random() < chances["role"] else "suspect",
                "score": "" if source.random() < chances["score"] else source.choice(("10", "10", "300")),
                "unit": source.choice(("", "North", "North", "South", "East")),
            }
        )
    return rows


def write_export(rows: list[Row], folder: Path) -> Path:
    """The rows as the one file of an export."""
    folder.mkdir(parents=True)
    with (folder / "entry.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


# --- the stranger's parts -------------------------------------------------------------------------------------------


def _class(row: Row) -> str:
    due = "none" if not row["review_due_on"] else "past" if row["review_due_on"] < str(AS_OF) else "later"
    score = "none" if not row["score"] else "high" if int(row["score"]) >= 250 else "low"
    return f"class/{row['status']}/{due}/{row['role'] or 'none'}/{score}"


def _classes() -> Iterator[Row]:
    """One row of every class that the texts of the controls can tell apart."""
    for status in ("active", "closed"):
        for due in ("", "2019-01-01", "2020-01-01"):
            for role in ("", "suspect"):
                for score in ("", "10", "300"):
                    yield {"status": status, "review_due_on": due, "role": role, "score": score}


def _breached(row: Row, kind: str) -> str:
    """Which of the controls that have this breakdown a row breaches."""
    named = (each for each in CONTROLS if getattr(each, kind) and each.examined(row) and each.breach(row))
    return "+".join(each.id for each in named)


def _labels(kind: str) -> list[str]:
    if kind == "unit":
        return [*UNITS, "none"]
    return [*(f"{month}|{stretch}" for month in MONTHS for stretch in _stretches(month)), "none"]


def _stretches(month: str) -> list[str]:
    return ["old", "new"] if month == "2018-05" else ["old"] if month < "2018-05" else ["new"]


def _label(row: Row, kind: str) -> str:
    if kind == "unit":
        return row["unit"] or "none"
    on = row["opened_on"]
    return f"{on[:7]}|{'old' if on < '2018-05-25' else 'new'}" if on else "none"


@dataclass(frozen=True)
class Known:
    """What everybody knows of the controls: which parts make up which figure, and how parts follow from one another."""

    sums: dict[str, dict[str, frozenset[str]]]
    everything: frozenset[str]
    same: list[tuple[list[str], list[str]]]


def known() -> Known:
    """The parts, from the texts of the controls alone."""
    rows = list(_classes())
    sums: dict[str, dict[str, frozenset[str]]] = {}
    same = []
    sets = {kind: sorted({_breached(row, kind) for row in rows} - {""}) for kind in ("dated", "unit")}
    for kind, found in sets.items():
        for each in found:
            classes = [_class(row) for row in rows if _breached(row, kind) == each]
            same.append(([f"{kind}/{each}/{label}" for label in _labels(kind)], classes))
    for each in CONTROLS:
        examined = [row for row in rows if each.examined(row)]
        by = {True: "breached", False: "quiet", None: "unknown"}
        said = {
            name: frozenset(_class(row) for row in examined if by[each.breach(row)] == name) for name in by.values()
        }
        made = {"examined": frozenset(map(_class, examined)), **said}
        mine = {kind: [one for one in found if each.id in one.split("+")] for kind, found in sets.items()}
        if each.unit:
            made |= {f"unit {unit}": frozenset(f"unit/{one}/{unit}" for one in mine["unit"]) for unit in UNITS}
        if each.dated:
            for month in MONTHS:
                labels = [f"{month}|{stretch}" for stretch in _stretches(month)]
                made[f"month {month}"] = frozenset(f"dated/{one}/{at}" for one in mine["dated"] for at in labels)
            for law, stretch in ((OLD, "old"), (NEW, "new")):
                labels = [label for label in _labels("dated") if label.endswith(stretch)]
                made[f"law {law}"] = frozenset(f"dated/{one}/{at}" for one in mine["dated"] for at in labels)
        else:
            made[f"law {NEW}"] = made["breached"]
        sums[each.id] = made
    return Known(sums, frozenset(map(_class, rows)), same)


def truth(rows: list[Row]) -> Counter[str]:
    """How many rows are in each part: what only the keeper knows."""
    counts: Counter[str] = Counter(map(_class, rows))
    for row in rows:
        for kind in ("dated", "unit"):
            if breached := _breached(row, kind):
                counts[f"{kind}/{breached}/{_label(row, kind)}"] += 1
    return counts
