"""The commands as a user meets them: exit codes, where output goes, what is on it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from overt.cli import main
from tests.audit.conftest import write_register
from tests.command import overt
from tests.waiting import MINUTES

MARKER = "Maria Mustermann"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("audited")
    write_register(folder / "register")
    command = [sys.executable, "-m", "overt.cli", "audit", folder / "register", "--as-of", "2026-06-30"]
    words = [*command, "--out", folder / "out", "--json"]
    return folder, subprocess.run(words, capture_output=True, text=True, check=False, timeout=MINUTES)


def test_results_go_to_standard_output_and_talk_to_standard_error(
    audited: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """What is printed as JSON is the documented findings.json; the talk stands elsewhere."""
    folder, done = audited
    assert done.returncode == 1
    assert json.loads(done.stdout) == json.loads((folder / "out" / "findings.json").read_text(encoding="utf-8"))
    assert "report.html" in done.stderr


def test_findings_have_the_fields_scripts_read(audited: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """The fields that scripts may rely on are there, and counts are whole numbers."""
    findings = json.loads(audited[1].stdout)["findings"]
    fields = {"control", "pack", "kind", "severity", "verdict", "examined", "breached", "unknown", "accepted", "keys"}
    for finding in findings:
        assert fields | {"digest", "seconds"} <= set(finding)
        counts = [finding[name] for name in ("examined", "breached", "unknown")]
        assert all(isinstance(count, int) for count in counts) or counts == [None] * 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bogus"], 3, "No such command"),
        (["audit"], 3, "Missing argument"),
        (["audit", "nothing.csv"], 3, "source-absent"),
        (["audit", "register", "--as-of", "yesterday"], 3, "not-a-day"),
        (["audit", "register", "--threshold", "minimum_age"], 3, "threshold-shape"),
        (["audit", "register", "--pack", "nothing"], 3, "pack-not-found"),
        (["audit", "register", "--control", "OV-20", "--out", "x1", "-q"], 1, ""),
        (["audit", "register", "--control", "OV-20", "--out", "x2", "-q", "--timeout", "0.01"], (1, 2), ""),
        (["audit", "register", "--control", "OV-02", "--fail-on", "critical", "--out", "x3", "-q"], 0, ""),
        (["audit", "register", "--control", "OV-26", "--out", "x4", "-q"], 0, ""),
        (["compare", "register", "register"], 3, "not-a-result"),
        (["sample", "estimate", "register"], 3, "not-a-sample"),
        (["pack", "show", "core", "OV-99"], 3, "control-not-found"),
        (["pack", "show", "CORE", "ov-21"], 0, ""),
        (["pack", "show", "core", "OV2"], 3, "did you mean `OV-02`?"),
        (["pack", "show", "cores"], 3, "did you mean `core`?"),
        (["audit", "register", "--control", "ov-26", "--out", "x5", "-q"], 0, ""),
        (["audit", "register", "--threshold", "minimum_sorces=2"], 3, "did you mean `minimum_sources`?"),
        (["audit", "register", "--fail-on", "hi"], 3, "'--fail-on': 'hi' is not one of"),
        (["model", "nothing"], 3, "model-no-table"),
        (["model", "ENTRY"], 0, ""),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int | tuple[int, ...], said: str) -> None:
    """0 clear, 1 breaches, 2 a control failed, 3 refused: the same for every command."""
    write_register(tmp_path / "register")
    done = overt(*arguments, cwd=tmp_path)
    assert done.returncode in (code if isinstance(code, tuple) else (code,)), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "called", "said"),
    [
        (("audit", "register"), "overt.cli._audit.audit", "Interrupted. Run the same command again to resume.\n"),
        (("model",), "overt.cli._model.as_text", "Interrupted.\n"),
    ],
)
def test_an_interruption_says_whether_the_command_can_be_resumed(
    words: tuple[str, ...],
    called: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With status 130, and without a traceback."""
    importlib.import_module(called.rpartition(".")[0])

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(called, interrupted)
    monkeypatch.setattr(sys, "argv", ["overt", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 130
    assert capsys.readouterr().err.endswith(said)


def test_no_output_ever_shows_a_personal_value(tmp_path: Path) -> None:
    """A value planted in every text field appears in no message, log line or result."""
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "entry.csv").write_text(
        f"entry_id,subject_id,status,role,grounds,opened_on,score,opened_by\nE1,S1,active,{MARKER},{MARKER},2020-01-01,1,{MARKER}\n",
        encoding="utf-8",
    )
    done = overt("audit", str(folder), "--as-of", "2026-06-30", "--out", str(tmp_path / "out"))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "entry.csv").write_text(f"entry_id,status,opened_on\nE1,active,{MARKER}\n", encoding="utf-8")
    refused = overt("audit", str(broken), "--as-of", "2026-06-30", "--out", str(tmp_path / "out2"))
    assert refused.returncode == 3
    written = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "out").rglob("*.*"))
    assert MARKER not in written + done.stdout + done.stderr + refused.stdout + refused.stderr


def test_a_hostile_pack_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    """A control that reads files never meets the register."""
    pack = tmp_path / "pack"
    overt("pack", "new", str(pack), "--id", "XX-01")
    text = (pack / "xx-01.sql").read_text(encoding="utf-8")
    (pack / "xx-01.sql").write_text(
        text.replace("from entry", "from read_text('/etc/passwd') as entry"), encoding="utf-8"
    )
    write_register(tmp_path / "register")
    done = overt("audit", "register", "--pack", "pack", cwd=tmp_path)
    assert done.returncode == 3
    assert "control-not-a-model-table" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_audit_speaks_for_one_jurisdiction(tmp_path: Path) -> None:
    """Packs that hold in different places are asked together only where somebody says so; the report names them."""
    (tmp_path / "published_count.csv").write_text("count_id,series,to_on\n1,x,2024-01-01\n", encoding="utf-8")
    mixed = ["audit", "published_count.csv", "--pack", "us-ma-boston", "--pack", "core", "--as-of", "2024-06-30", "-q"]
    refused = overt(*mixed, cwd=tmp_path)
    assert refused.returncode == 3
    assert "jurisdictions-mixed" in refused.stderr
    assert "us-ma-boston (Massachusetts) and core (England)" in refused.stderr
    assert overt(*mixed, "--across-jurisdictions", cwd=tmp_path).returncode == 0
    body = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    assert [each["jurisdiction"] for each in body["run"]["packs"]] == ["US-MA", "GB-ENG"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The questions apply in Massachusetts and England." in page
    assert "--across-jurisdictions" in page


def test_markdown_csv_and_publishable_say_the_same_or_less(tmp_path: Path) -> None:
    """Suppressed counts are suppressed wherever they are printed."""
    write_register(tmp_path / "register")
    common = ["audit", "register", "--as-of", "2026-06-30", "--control", "OV-20", "-q"]
    assert "| OV-20 | breached | critical | 1 | 3 |" in overt(*common, "-o", "md", cwd=tmp_path).stdout
    safe = overt(*common, "--publishable", "-o", "md", "--out", "safe", cwd=tmp_path).stdout
    assert "| OV-20 | breached | critical |" in safe
    assert "| 1 |" not in safe
    assert " 1 of 3" not in overt(*common, "--publishable", "--out", "safe2", cwd=tmp_path).stdout
