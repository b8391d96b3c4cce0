"""A stranger who holds published files, and nothing else, and does the sums in whole numbers.

Written apart from what it attacks, and without any of its code: it reads the files as bytes, knows the rules that are
printed with the figures and the texts of the controls, which are public, and asks an integer programme what is the
least and the most that a number can be.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import highspy
import numpy as np

# The class below Highs does the same and prints nothing.
_SOLVER: Any = highspy.Highs.__mro__[1]
THRESHOLD, BASE = 8, 5
Sum = frozenset[str]


@dataclass(frozen=True)
class Learned:
    """What was learned of a number: it lies between these, both included."""

    least: int
    most: int

    def tells(self, values: int) -> bool:
        """Whether fewer values are left than the mark for a small count leaves; that it is not zero is no news."""
        return self.most - max(self.least, 1) + 1 < values


@dataclass
class Stranger:
    """Unknown whole numbers by name, and all that is known of sums of them."""

    rows: list[tuple[dict[str, int], float, float]] = field(default_factory=list)

    def told(self, parts: Iterable[str], low: float, high: float) -> None:
        """A sum lies between two numbers."""
        self.rows.append((dict.fromkeys(parts, 1), low, high))

    def equal(self, one: Iterable[str], other: Iterable[str]) -> None:
        """Two sums are the same."""
        row = dict.fromkeys(one, 1)
        for each in other:
            row[each] = row.get(each, 0) - 1
        self.rows.append((row, 0, 0))

    def figure(self, parts: Iterable[str], value: int | None, threshold: int = THRESHOLD, base: int = BASE) -> None:
        """A published figure: rounded and not small, zero, or withheld, which says nothing."""
        if value == 0:
            self.told(parts, 0, 0)
        elif value is not None:
            low = value - base // 2
            self.told(parts, max(low, threshold), low + base - 1)

    def solver(self) -> Asking:
        """The system, ready to be asked."""
        return Asking(self.rows)


class Asking:
    """One integer programme that is asked again and again with other costs."""

    def __init__(self, rows: Iterable[tuple[dict[str, int], float, float]]) -> None:
        rows = list(rows)
        self.places = {part: place for place, part in enumerate(sorted({part for row, _, _ in rows for part in row}))}
        self.solver = _SOLVER()
        for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.9)):
            self.solver.setOptionValue(name, value)
        for place in range(len(self.places)):
            self.solver.addVar(0, math.inf)
            self.solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        for row, low, high in rows:
            at = np.array([self.places[part] for part in row], dtype=np.int32)
            self.solver.addRow(low, high, len(row), at, np.array(list(row.values()), dtype=np.float64))

    def learn(self, parts: Iterable[str]) -> Learned:
        """The least and the most that a sum of parts can be; a part that nothing is said of can be anything."""
        parts = list(parts)
        if not {*parts} <= self.places.keys():
            return Learned(0, 10**9)
        wanted = np.zeros(len(self.places))
        wanted[[self.places[part] for part in parts]] = 1
        ends = []
        for sign in (1, -1):
            self.solver.changeColsCost(len(wanted), np.arange(len(wanted), dtype=np.int32), sign * wanted)
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                ends.append(sign * self.solver.getInfo().objective_function_value)
            else:
                unbounded = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
                assert status in unbounded, f"what was published contradicts itself: {status}"
                ends.append(sign * -math.inf)
        least, most = ends
        return Learned(math.ceil(least - 1e-6), 10**9 if math.isinf(most) else math.floor(most + 1e-6))


# --- a publishable audit --------------------------------------------------------------------------------------------


def read_audit(
    stranger: Stranger, folder: Path, sums: Mapping[str, Mapping[str, Sum]], tables: Mapping[str, Sum]
) -> int:
    """Puts in all that the files of an audit say; gives how many figures there were.

    `sums` says for each control which parts are "examined", "breached", "unknown" and "quiet", "month 2018-01",
    "unit A" and "law CITATION"; `tables` which parts make up a table of the model.
    """
    document = json.loads((folder / "findings.json").read_bytes())
    figures = 0
    for table, value in document["run"]["rows"].items():
        if table in tables:
            stranger.figure(tables[table], value)
            figures += 1
    for finding in document["findings"]:
        figures += _finding(stranger, finding, sums[finding["control"]])
    return figures


def _finding(stranger: Stranger, finding: Mapping[str, Any], sums: Mapping[str, Sum]) -> int:
    _verdict(stranger, finding["verdict"], sums)
    for name in ("examined", "breached", "unknown"):
        stranger.figure(sums[name], finding[name])
    if "all but fewer than 15" in finding["sentence"]:
        stranger.told(sums["quiet"] | sums["unknown"], 0, 14)
    listed = [(f"month {each['month']}", each["breached"]) for each in finding["by_month"]]
    listed += [(f"unit {each['unit']}", each["breached"]) for each in finding["by_unit"]]
    listed += [(f"law {each['citation']}", each["breached"]) for each in finding["law"]]
    for kind in ("month", "unit"):
        _list(stranger, kind, {name for name, _ in listed}, sums)
    for name, value in listed:
        if name in sums:
            stranger.figure(sums[name], value)
    return 3 + len(listed)


def _verdict(stranger: Stranger, verdict: str, sums: Mapping[str, Sum]) -> None:
    """What a verdict says of the rows: that there are some, or none."""
    some = {"met": "examined", "breached": "breached", "cannot be shown": "unknown"}
    none = {"met": ("breached", "unknown"), "cannot be shown": ("breached",), "not applicable": ("examined",)}
    if verdict in some:
        stranger.told(sums[some[verdict]], 1, math.inf)
    for name in none.get(verdict, ()):
        stranger.told(sums[name], 0, 0)


def _list(stranger: Stranger, kind: str, there: set[str], sums: Mapping[str, Sum]) -> None:
    """That a month or a unit is listed says that it has some, and that another is not, that it has none."""
    if any(name.startswith(kind) for name in there):
        for name, parts in sums.items():
            if name.startswith(kind):
                stranger.told(parts, *((1, math.inf) if name in there else (0, 0)))


def other_numbers(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What each other file says of each control's examined, breached, unknown and accepted, as it is written."""
    found: dict[str, dict[str, list[str]]] = {}
    lines = (folder / "findings.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    for line in lines[1:]:
        cells = dict(zip(header, re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)', line), strict=False))
        found.setdefault(cells["control"], {})["csv"] = [cells[name] for name in _COUNTS]
    sarif = json.loads((folder / "findings.sarif").read_bytes())["runs"][0]
    for each in sarif["results"]:
        values = [each["properties"][name] for name in _COUNTS]
        said = ["*" if value is None else str(value) for value in values]
        found[each["ruleId"]]["sarif"] = said
        assert each.get("occurrenceCount", each["properties"]["breached"]) == each["properties"]["breached"]
    oscal = json.loads((folder / "oscal-assessment-results.json").read_bytes())
    for each in oscal["assessment-results"]["results"][0]["observations"]:
        props = {prop["name"]: prop["value"] for prop in each["props"]}
        found[each["title"].partition(":")[0]]["oscal"] = [props[name] for name in _COUNTS]
    return found


_COUNTS = ("examined", "breached", "unknown", "accepted")


def hex_strings(folder: Path) -> set[str]:
    """Every run of 16 hexadecimal digits or more in any file, whole and by its first 16."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            for each in re.findall(rb"[0-9a-fA-F]{16,}", path.read_bytes()):
                text = each.decode().lower()
                found |= {text, text[:16]}
    return found


def drawn(page: str) -> list[float]:
    """The sizes of everything that is drawn: widths of bars and heights of columns, in the units of the drawing."""
    return [float(each) for each in re.findall(r'class="plot-bar"[^>]*?(?:width|height)="([0-9.]+)%?"', page)]


# --- a release ------------------------------------------------------------------------------------------------------


def read_table(site: Mapping[str, bytes], name: str) -> dict[tuple[str, str, str], int | None]:
    """Every figure of a published table by attribute, group and column; only those that were asked."""
    table = json.loads(site[f"data/{name}.json"])
    return {
        (row["attribute"], row["group"], column): figure.get("value")
        for row in table["rows"]
        for column, figure in row["figures"].items()
        if figure["mark"] != "not asked"
    }


def read_people(stranger: Stranger, sites: list[Mapping[str, bytes]], moving: Iterable[str] = ("age",)) -> None:
    """People listed and what became of those listed before: who was listed stayed, moved, was removed or erased."""
    groups: dict[int, dict[str, list[str]]] = {}
    for time, site in enumerate(sites):
        figures = read_table(site, "people")
        groups[time] = {}
        for attribute, group, _ in figures:
            known = groups[time].setdefault(attribute, [])
            if group not in known:
                known.append(group)
        whole = groups[time].pop("all")
        assert whole == ["all"]
        for (attribute, group, column), value in figures.items():
            chosen = groups[time][attribute] if attribute != "all" else groups[time]["role"]
            of = attribute if attribute != "all" else "role"
            names = [group] if attribute != "all" else chosen
            stranger.figure([_part(time, part, of, name) for part in _COLUMNS[column] for name in names], value)
        for attribute, names in groups[time].items():
            for same in _SAME:
                one = [_part(time, part, attribute, name) for part in same for name in names]
                other = [_part(time, part, "role", name) for part in same for name in groups[time]["role"]]
                stranger.equal(one, other)
            if not time:
                nobody = [_part(time, part, attribute, name) for part in _COLUMNS["listed before"] for name in names]
                stranger.told([each for each in nobody if "/stayed/" not in each], 0, 0)
        for attribute, names in groups[time].items() if time else ():
            tied = [[name] for name in names] if attribute not in moving else [names]
            for some in tied:
                then = [_part(time - 1, part, attribute, name) for part in _COLUMNS["listed"] for name in some]
                now = [_part(time, part, attribute, name) for part in _COLUMNS["listed before"] for name in some]
                stranger.equal(then, now)


_COLUMNS = {
    "listed": ("stayed", "moved in", "added", "late"),
    "added": ("added",),
    "removed": ("removed",),
    "listed before": ("stayed", "moved out", "removed", "erased"),
    "recorded late": ("late",),
    "erased": ("erased",),
}
# What is the same people in every division; who moved did so in one and not in all.
_SAME = (("stayed", "moved in"), ("stayed", "moved out"), ("added",), ("late",), ("removed",), ("erased",))


def _part(time: int, part: str, attribute: str, group: str) -> str:
    return f"{time}/{part}/{attribute}/{group}"


def part_of_release(time: int, part: str, attribute: str, group: str) -> str:
    """The name of a part of a release: of one attribute's group, those who stayed, were added or were removed."""
    return _part(time, part, attribute, group)
