"""The shipped packs answer as they did before texts were held to scopes and engines were asked what they read.

`answers.json` was written by the release before that: verdict, examined, breached, unknown and the digest of the
breaching keys. A pack that is changed on purpose changes its lines there:
`python tests/packs/test_same_answers.py [ID …]` adds the lines of new controls and replaces those of the
controls that are named.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from overt.audits import SourceOptions
from overt.audits._opened import open_prepared, prepare
from overt.controls import Control, Finding, Pack, Settings, find_pack, read_pack, run_control, shipped_packs
from overt.controls.engines import DuckDBEngine
from overt.synthetic import generate

FILE = Path(__file__).with_name("answers.json")


def test_every_shipped_control_gives_the_same_findings_and_digests(tmp_path: Path) -> None:
    """On a synthetic register, all packs."""
    answers, kept = answers_now(tmp_path), json.loads(FILE.read_text())
    new = sorted(answers.keys() - kept.keys())
    assert not new, f"new controls: run `.venv/bin/python tests/packs/{Path(__file__).name}` and look at what it adds"
    assert answers == kept


def test_what_controls_share_changes_no_finding(tmp_path: Path) -> None:
    """Counts, keys, digests, months and units are those of each control run by itself."""
    alone = {name: replace(each, seconds=None) for name, each in findings_now(tmp_path / "alone").items()}
    shared = findings_now(tmp_path / "shared", sharing=True)
    assert {name: replace(each, seconds=None) for name, each in shared.items()} == alone


def answers_now(folder: Path) -> dict[str, list[object]]:
    """The answer of every control of every shipped pack; `folder` is for the register."""
    return {name: answer(finding) for name, finding in findings_now(folder).items()}


def findings_now(folder: Path, *, sharing: bool = False) -> dict[str, Finding]:
    """What every control of every shipped pack finds in a synthetic register."""
    folder.mkdir(exist_ok=True)
    generate("calgang", folder / "register", rows=1_500, seed=7)
    source, database = SourceOptions(str(folder / "register")), folder / "loaded.duckdb"
    prepare(source, database)
    with open_prepared(source, database) as opened:
        engine = DuckDBEngine(opened.connection, sharing=sharing)
        found = {
            name_of(control, pack): run_control(control, pack.name, engine, settings_of(pack), opened.filled.columns)
            for pack in map(read_pack, map(find_pack, sorted(shipped_packs())))
            for control in pack.controls
        }
        assert bool(engine.shared.tables) is sharing
        return found


def name_of(control: Control, pack: Pack) -> str:
    """The id of the control; what a variant takes over has the id of another pack's."""
    return f"{pack.name} {control.id}" if pack.is_inherited(control) else control.id


def settings_of(pack: Pack) -> Settings:
    return Settings(dt.date(2016, 8, 11), {name: each.value for name, each in pack.thresholds.items()})


def answer(finding: Finding) -> list[object]:
    return [finding.verdict.value, finding.examined, finding.breached, finding.unknown, finding.digest]


def write(changed: set[str]) -> None:
    """Adds the answers of new controls, takes off those of controls that went, and replaces those that are named."""
    kept = json.loads(FILE.read_text())
    with tempfile.TemporaryDirectory() as folder:
        answers = answers_now(Path(folder))
    lines = {name: kept.get(name, each) if name not in changed else each for name, each in answers.items()}
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in sorted(lines.items()))
    FILE.write_text(f"{{\n{rows}\n}}\n")


if __name__ == "__main__":
    write(set(sys.argv[1:]))
