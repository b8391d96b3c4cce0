"""Where the CPU time of an audit goes: the parts that no peer has beside its controls, and the controls in three forms.

    python bench/audit/where.py REGISTER

Writes a table for README.md. Each part is measured in this process, one after the other, the controls twice in turn;
CPU seconds, since they change less than wall seconds where other work is done beside them. `counts` is the form that
the limit has: the same selects, counted, and nothing kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from overt.audits import SourceOptions, _opened
from overt.audits.mapping import _fill
from overt.audits.source import _loading, _parquet
from overt.controls import Evidence, Finding, Settings, find_pack, read_pack, run_control
from overt.controls.engines import DuckDBEngine

ROUNDS = 2
FORMS = (
    ("counts, one by one", Evidence.NONE, False),
    ("counts, with what they share computed once", Evidence.NONE, True),
    ("lowest 100 keys and digest, with what they share computed once", Evidence.KEYS, True),
)
PARTS = (
    ("every value read, texts checked", _parquet, "check_texts"),
    ("rows that look like totals looked for", _loading, "note_total_rows"),
    ("filled rows of every column counted", _opened, "count_filled"),
    ("values and codes of the model checked", _fill, "check_values"),
    ("codes outside the lists counted", _fill, "guard_codes"),
    ("keys that repeat counted", _fill, "find_repeats"),
)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("register", type=Path, help="a folder made by `overt synth`")
    register: Path = parser.parse_args().register
    with tempfile.TemporaryDirectory() as folder:
        source, database = SourceOptions(str(register)), Path(folder) / "loaded.duckdb"
        spent = {name: 0.0 for name, _, _ in PARTS}
        started = time.process_time()
        with counting(spent):
            _opened.prepare(source, database, profile=False)
        whole = time.process_time() - started
        spent["the rest of loading and mapping"] = whole - sum(spent.values())
        controls = measured(source, database, json.loads((register / "answer-key.json").read_text())["_run"])
    limit = controls[FORMS[0][0]]
    print("| part | CPU | of the limit |\n| --- | --: | --: |")
    for name, seconds in {**spent, **controls}.items():
        print(f"| {name} | {seconds:.1f} s | {seconds / limit:.2f} |")
    return 0


@contextmanager
def counting(spent: dict[str, float]) -> Iterator[None]:
    """While it lasts, the CPU time of each part is added up."""

    def timed(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            started = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent[name] += time.process_time() - started

        return run

    patches = [patch.object(module, word, timed(name, getattr(module, word))) for name, module, word in PARTS]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def measured(source: SourceOptions, database: Path, run: dict[str, str]) -> dict[str, float]:
    """The least CPU seconds of all controls in each form. Ends unless all forms find the same."""
    pack = read_pack(find_pack(run["pack"]))
    thresholds = {name: each.value for name, each in pack.thresholds.items()}
    least: dict[str, float] = {}
    found: dict[str, list[object]] = {}
    for _ in range(ROUNDS):
        for name, evidence, sharing in FORMS:
            settings = Settings(dt.date.fromisoformat(run["as_of"]), thresholds, evidence)
            with _opened.open_prepared(source, database) as opened:
                engine = DuckDBEngine(opened.connection, sharing=sharing)
                started = time.process_time()
                findings = [
                    run_control(each, pack.name, engine, settings, opened.filled.columns) for each in pack.controls
                ]
                seconds = time.process_time() - started
            least[name] = min(seconds, least.get(name, seconds))
            found[name] = [counted(each) for each in findings]
    first, *others = found.values()
    if any(other != first for other in others):
        raise SystemExit("the forms do not find the same")
    return least


def counted(finding: Finding) -> tuple[object, ...]:
    """What every form must find."""
    return finding.control.id, finding.verdict, finding.examined, finding.breached, finding.unknown


if __name__ == "__main__":
    raise SystemExit(main())
