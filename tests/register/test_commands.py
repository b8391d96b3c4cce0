"""A register from its start to an audit, as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests import command
from tests.gate.conftest import CHARTERS, listing


def overt(*arguments: object, given: str = "", code: int = 0) -> str:
    """Runs the command and holds it to its exit code."""
    done = command.overt(*arguments, given=given)
    assert done.returncode == code, done.stderr
    return done.stdout


def record(table: str, values: dict[str, object]) -> str:
    """One line."""
    return json.dumps({"table": table, "values": values})


def test_register_from_charter_to_audit(tmp_path: Path) -> None:
    """Started, filled, refused, changed, checked, handed out, audited, erased."""
    folder = tmp_path / "alpha"
    overt("register", "init", folder, "--charter", CHARTERS[0], "--by", "P1001", "--decider", "P2001")
    (tmp_path / "words").write_text("correct horse battery staple\n")
    key = tmp_path / "pseudonym.key"
    name = overt("pseudonym", "keygen", key, "--passphrase-file", tmp_path / "words").strip()
    overt("pseudonym", "name", folder, "--key", key, "--passphrase-file", tmp_path / "words", "--by", "P1001")
    assert json.loads(overt("register", "status", folder, "--json"))["pseudonym_key"] == name
    overt("register", "adopt", folder, "--charter", CHARTERS[1], "--by", "P1001")
    assert json.loads(overt("register", "status", folder, "--json"))["charter"] == 2
    shown = json.loads(
        overt("admit", folder, "-", "--by", "P1001", "--json", given='{"table": "people", "values": {}}', code=1)
    )
    assert shown[0]["reasons"][0]["code"] == "table-unknown"
    person = listing(1)[0]
    shown = json.loads(
        overt("admit", folder, "-", "--by", "P1001", "--json", given=record("subject", dict(person.values)))
    )
    assert shown[0]["outcome"] == "admitted"
    held = record("entry", {**listing(1)[1].values, "review_due_on": None})
    told = overt("admit", folder, "-", "--by", "P1001", given=held, code=1)
    assert "review-date-missing" in told
    assert "OV-06" in told
    assert "match the register" in overt("register", "check", folder)
    assert "1" in overt("register", "history", folder, "subject", person.values["subject_id"])
    overt("register", "history", folder, "entry", "E999", code=3)
    overt("register", "snapshot", folder, "--out", tmp_path / "handed")
    assert (tmp_path / "handed" / "subject.parquet").is_file()
    assert (tmp_path / "handed" / "SYNTHETIC.txt").is_file()
    assert overt("register", "deciders", folder, "--add", "P2002", "--remove", "P2001").split() == ["P2002"]
    overt("register", "deciders", folder, "--remove", "P2001", code=3)
    assert "match the register" in overt("register", "check", folder)
    # The charter's assessments of 2020 are overdue by now: a breach, said of our own register as of any other.
    assert "OV-55a" in overt("audit", folder, "--out", tmp_path / "result", "--quiet", code=1)
    assert "subject" in (tmp_path / "result" / "findings.json").read_text()
    assert overt("admit", "waiting", folder, "--json").strip() == "[]"
