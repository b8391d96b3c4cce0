"""The shipped packs answer as they did before texts were held to scopes and engines were asked what they read.

`answers.json` was written by the release before that: verdict, examined, breached, unknown and the digest of the
breaching keys. A pack that is changed on purpose changes its lines there.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from tests.audit.conftest import by_id, run_audit

from overt.controls import shipped_packs
from overt.synth import generate

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text())


def test_every_shipped_control_gives_the_same_findings_and_digests(tmp_path: Path) -> None:
    """On a synthetic register, all packs at once."""
    generate("calgang", tmp_path / "register", rows=1_500, seed=7)
    packs = tuple(sorted(shipped_packs()))
    run = run_audit(tmp_path / "register", tmp_path / "out", packs=packs, as_of=dt.date(2016, 8, 11))
    found = {
        name: [each.verdict.value, each.examined, each.breached, each.unknown, each.digest]
        for name, each in by_id(run).items()
    }
    assert found == ANSWERS
