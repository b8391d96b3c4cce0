"""The shipped packs answer as they did before texts were held to scopes and engines were asked what they read.

`answers.json` was written by the release before that: verdict, examined, breached, unknown and the digest of the
breaching keys. A pack that is changed on purpose changes its lines there.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from overt.audits import SourceOptions
from overt.audits._opened import open_prepared, prepare
from overt.controls import Control, Finding, Pack, Settings, find_pack, read_pack, run_control, shipped_packs
from overt.controls.engines import DuckDBEngine
from overt.synthetic import generate

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text())


def test_every_shipped_control_gives_the_same_findings_and_digests(tmp_path: Path) -> None:
    """On a synthetic register, all packs."""
    generate("calgang", tmp_path / "register", rows=1_500, seed=7)
    source, database = SourceOptions(str(tmp_path / "register")), tmp_path / "loaded.duckdb"
    prepare(source, database)
    with open_prepared(source, database) as opened:
        engine = DuckDBEngine(opened.connection)
        found = {
            name_of(control, pack): answer(
                run_control(control, pack.name, engine, settings_of(pack), opened.filled.columns)
            )
            for pack in map(read_pack, map(find_pack, sorted(shipped_packs())))
            for control in pack.controls
        }
    assert found == ANSWERS


def name_of(control: Control, pack: Pack) -> str:
    """The id of the control; what a variant takes over has the id of another pack's."""
    return f"{pack.name} {control.id}" if pack.is_inherited(control) else control.id


def settings_of(pack: Pack) -> Settings:
    return Settings(dt.date(2016, 8, 11), {name: each.value for name, each in pack.thresholds.items()})


def answer(finding: Finding) -> list[object]:
    return [finding.verdict.value, finding.examined, finding.breached, finding.unknown, finding.digest]
