"""A stranger with every published file of a register recovers nothing between 1 and the threshold."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, _audit, audit
from tests.attempts import Count
from tests.audit.conftest import Silent
from tests.publication import exports
from tests.publication.stranger import Stranger, drawn, other_numbers, read_audit

# The mark for a small count leaves 1 to 7.
VALUES = 7
KNOWN = exports.known()


def _audited(rows: list[exports.Row], folder: Path, pack: Path, *, publishable: bool = True) -> Path:
    source = exports.write_export(rows, folder / "export")
    request = Request(
        SourceOptions(str(source)), (str(pack),), exports.AS_OF, out=folder / "result", publishable=publishable
    )
    audit(request, Silent())
    return folder / "result"


def _secrets(rows: list[exports.Row]) -> list[frozenset[str]]:
    """Every small number: of each figure, shown or not, of each part, and of what one figure has more than another."""
    counts = exports.truth(rows)
    figures = {parts for sums in KNOWN.sums.values() for parts in sums.values()}
    figures |= {KNOWN.everything, *(frozenset({part}) for part in counts)}
    figures |= {outer - inner for outer, inner in itertools.permutations(figures, 2) if inner < outer}
    return [parts for parts in figures if 1 <= sum(counts[part] for part in parts) <= VALUES]


def _stranger() -> Stranger:
    made = Stranger()
    for one, other in KNOWN.same:
        made.equal(one, other)
    return made


def _recovered(seed: int, folder: Path, pack: Path) -> tuple[list[str], int, int]:
    """What is recovered of a random export, how many small numbers it has, and how many figures were published."""
    rows = exports.invented(random.Random(seed))
    result = _audited(rows, folder, pack)
    stranger = _stranger()
    figures = read_audit(stranger, result, KNOWN.sums, {"entry": KNOWN.everything})
    asking, secrets = stranger.solver(), _secrets(rows)
    found = [f"{seed}: {sorted(parts)}" for parts in secrets if asking.learn(parts).tells(VALUES)]
    _says_no_more_elsewhere(result)
    return found, len(secrets), figures


def _says_no_more_elsewhere(result: Path) -> None:
    """No other file says a count that findings.json withholds, and nothing is drawn of it."""
    document = json.loads((result / "findings.json").read_bytes())
    elsewhere = other_numbers(result)
    for finding in document["findings"]:
        said = [
            "*" if finding[name] is None else str(finding[name])
            for name in ("examined", "breached", "unknown", "accepted")
        ]
        assert all(each == said for each in elsewhere[finding["control"]].values()), finding["control"]
    page = (result / "report.html").read_text(encoding="utf-8")
    shown = {value for finding in document["findings"] for value in _numbers(finding)}
    most = max(shown, default=0)
    assert len(drawn(page)) <= 8 * len(shown) * max(len(document["findings"]), 1) or not most
    assert not [name for name in ("evidence",) if (result / name).exists()]


def _numbers(finding: dict[str, object]) -> list[int]:
    cells = [*finding["by_month"], *finding["by_unit"], *finding["law"]]  # type: ignore[misc]
    found = [finding[name] for name in ("examined", "breached", "unknown")] + [each["breached"] for each in cells]
    return [each for each in found if isinstance(each, int)]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of controls that nest."""
    return exports.write_pack(tmp_path_factory.mktemp("packs") / "attacked")


def test_stranger_recovers_nothing_of_a_publishable_audit(tmp_path: Path, pack: Path) -> None:
    """One random export, audited as a user does it, in processes of its own."""
    found, secrets, _ = _recovered(17, tmp_path, pack)
    assert found == []
    assert secrets > 0


def test_stranger_recovers_nothing_of_publishable_audits(tmp_path: Path, pack: Path, attempts: Count) -> None:
    """Random exports, and every small number of each."""
    recovered, tried = [], 0
    for seed in range(6):
        found, secrets, _ = _recovered(seed, tmp_path / str(seed), pack)
        recovered += found
        tried += secrets
    attempts("small numbers of publishable audits asked for by integer programming", tried)
    assert recovered == []


def test_stranger_succeeds_where_each_control_is_made_safe_alone(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the stranger is one, and what stops it is that the controls are protected together."""
    monkeypatch.setattr(_audit, "together_apart", lambda *_: ())
    found, _, _ = _recovered(0, tmp_path, pack)
    assert found


@pytest.mark.slow
@pytest.mark.parametrize("block", range(50))
def test_stranger_recovers_nothing_of_a_thousand_publishable_audits(
    block: int, tmp_path: Path, pack: Path, attempts: Count
) -> None:
    """1,000 random exports."""
    recovered, tried = [], 0
    for seed in range(1000 + 20 * block, 1020 + 20 * block):
        found, secrets, _ = _recovered(seed, tmp_path / str(seed), pack)
        shutil.rmtree(tmp_path / str(seed))
        recovered += found
        tried += secrets
    attempts("small numbers of publishable audits asked for by integer programming", tried)
    assert recovered == []
