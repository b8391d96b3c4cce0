"""What Overt and the bare mechanism do, in a process of its own.

python work.py WHAT FOLDER DRAWS → one line of JSON: seconds, peak, error, and what else was found.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import opendp.prelude as dp

from overt.disclosure import Cell, Mark, Rule, protect
from overt.publication._consistent import consistent
from overt.publication._noise import NoiseRule, Spent, ask
from overt.publication._topics import Attribute, Topic, TopicCounts

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from make import AREAS, GROUPS, ROLES
from tests.publication.attacker import Attacker

dp.enable_features("contrib")
EPSILON = 1.0
CELLS = [f"{group}, {area}, {role}" for group in GROUPS for area in AREAS for role in ROLES]


def peak_mib() -> float:
    """The most memory of this process; that of its parent, which a resource count begins with, is not in it."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def count(folder: Path) -> dict[str, int]:
    """The 768 exact counts."""
    sql = "select grp || ', ' || area || ', ' || role, count(*) from read_parquet($path) group by all"
    with duckdb.connect() as connection:
        found = dict(connection.execute(sql, {"path": str(folder / "entry.parquet")}).fetchall())
    return {cell: found.get(cell, 0) for cell in CELLS}


def withheld(folder: Path) -> dict[str, Any]:
    """The release with rounding and withholding: 768 cells, their three divisions and the total, made safe together."""
    counts = count(folder)
    cells = [Cell("cells", cell, frozenset({cell})) for cell in CELLS]
    for place, words in enumerate((GROUPS, AREAS, ROLES)):
        for word in words:
            inside = frozenset(cell for cell in CELLS if cell.split(", ")[place] == word)
            cells.append(Cell(f"division {place}", word, inside))
    cells.append(Cell("total", "all", frozenset(CELLS)))
    made = protect(cells, counts, rule=Rule())
    return {"counts": counts, "made": made}


def noisy(folder: Path) -> dict[str, Any]:
    """The release with noise: the same 768 cells, consistent."""
    counts = count(folder)
    topic = Topic("cells", "Entries", "entries", (Attribute("cell", "Cell", tuple(CELLS), always=()),), False, "")
    counted = TopicCounts(
        topic, {"entries": ("now",)}, ("now",), {("now", "cell", cell): n for cell, n in counts.items()}
    )
    noise = ask([counted], (None, "2026-06-30"), NoiseRule("discrete_laplace", EPSILON, EPSILON), [], {})
    assert noise.spent == Spent(epsilon=EPSILON)
    question = noise.questions[0]
    values = consistent({"cell": question.numbers})
    assert sum(values["cell"].values()) == values["all"]["all"]
    return {"counts": counts, "values": values["cell"], "margins": [question.margin, question.margin_of_sum]}


def bare(folder: Path) -> dict[str, Any]:
    """OpenDP's mechanism on the same counts with the same epsilon, and nothing after it."""
    counts = count(folder)
    mechanism = dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int), scale=1 / EPSILON)
    return {"counts": counts, "values": dict(zip(counts, mechanism(list(counts.values())), strict=True))}


def error_of(counts: Mapping[str, int], values: Sequence[Mapping[str, int]]) -> float:
    """The mean distance of a published figure from its count."""
    return float(np.mean([[abs(each[cell] - exact) for cell, exact in counts.items()] for each in values]))


def account(what: str, found: dict[str, Any], draws: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page says of a result."""
    if what != "withheld":
        return {"error": error_of(found["counts"], [each["values"] for each in draws]), "draws": len(draws)}
    made = found["made"]
    marks = [each.mark for each in made.cells if each.cell.table == "cells"]
    attacker = Attacker([made])
    small = [cell for cell, n in found["counts"].items() if 1 <= n < 8]
    told = sum(attacker.learn({cell}).tells(7) for cell in small)
    shown = [each for each in made.cells if each.cell.table == "cells" and each.mark is Mark.SHOWN]
    return {
        "withheld": sum(each is Mark.SUPPRESSED for each in marks),
        "for_others": made.secondary,
        "small": len(small),
        "recovered": told,
        "error": float(np.mean([abs((each.value or 0) - each.count) for each in shown])),
    }


def main() -> None:
    what, folder, draws = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    work: Callable[[Path], dict[str, Any]] = {"withheld": withheld, "noisy": noisy, "bare": bare}[what]
    started = time.perf_counter()
    found = work(folder)
    seconds = time.perf_counter() - started
    peak = peak_mib()
    more = [found, *(work(folder) for _ in range(draws - 1))]
    said = account(what, found, more)
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mib": peak, "counts": found["counts"], **said}) + "\n")


if __name__ == "__main__":
    main()
