"""`overt pseudonym` as a user meets it: a key, an export without names, a register put under another key."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest

from overt.gate import Gate, Proposed, adopt, name_key
from overt.pseudonym import read_key_text, read_name, read_pseudonym_key
from overt.register import Register, RegisterSettings, pseudonym_key_of
from tests import command
from tests.gate.conftest import CHARTERS, NOW, ORIGIN, listing

WORDS = "correct horse battery"
EXPORT = "who,dob,role,notes\nJo Arden Example,2004-05-03,suspect,seen\n"


def overt(*arguments: object, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    done = command.overt("pseudonym", *arguments, **{"OVERT_PSEUDONYM_PASSPHRASE": WORDS, **environment})
    assert done.returncode == code, done.stderr
    return done


def test_key_export_and_register(tmp_path: Path) -> None:
    """From a new key to a register that was put under the next one."""
    key, safe = tmp_path / "a.key", tmp_path / "safe.csv"
    name = overt("keygen", key).stdout.strip()
    (tmp_path / "export.csv").write_text(EXPORT)
    told = overt(
        "apply", tmp_path / "export.csv", "--out", safe, "--key", key, "--name", "who", "--birth-date", "dob",
        "--drop", "notes", "--json",
    )  # fmt: skip
    assert json.loads(told.stdout)["columns"] == {
        "who": "a pseudonym instead",
        "dob": "as a day",
        "role": "passed through",
        "notes": "dropped",
    }
    (row,) = csv.DictReader(safe.open(newline=""))
    folder = tmp_path / "alpha"
    with Register.create(folder, RegisterSettings("Alpha (synthetic)", ORIGIN, clock_ahead_days=3_650)) as register:
        for charter in CHARTERS:
            adopt(register, charter.read_bytes(), "P1001", NOW.replace(year=2020, month=8))
        name_key(register, name, "P1001", NOW)
        said = {"subject_id": row["subject_id"]}
        records = [
            Proposed(each.table, {**each.values, **(said if each.table in ("subject", "entry") else {})}, bundle="b")
            for each in listing(1)
        ]
        assert {each.word for each in Gate(register).admit(records, "P1001", NOW)} == {"admitted"}
    assert overt("name", folder, "--key", key, "--by", "P1001").stdout.strip() == name
    moved = json.loads(
        overt("rotate", folder, "--key", key, "--to", tmp_path / "b.key", "--by", "P1001", "--destroy", "--json").stdout
    )
    assert moved["rows"] == {"subject": 1, "entry": 1}
    assert moved["before"] == name
    after = read_pseudonym_key(tmp_path / "b.key", WORDS)
    with Register.open(folder) as register:
        assert pseudonym_key_of(register) == after.id
        (version,) = register.versions("subject", "x.closed_seq is null")
    assert version.values["subject_id"] == after.rekey(row["subject_id"])
    again = overt("rotate", folder, "--key", key, "--to", tmp_path / "b.key", "--by", "P1001", "--json")
    assert json.loads(again.stdout)["rows"] == {}
    refused = overt("name", folder, "--key", key, "--by", "P1001", code=3)
    assert "pseudonym-key-other" in refused.stderr


def test_the_key_from_the_environment(tmp_path: Path) -> None:
    """One line, which is shown once and kept nowhere."""
    line = overt("keygen", "--print").stdout.strip()
    (tmp_path / "export.csv").write_text(EXPORT)
    given = ("apply", tmp_path / "export.csv", "--name", "who", "--birth-date", "dob", "--drop", "notes", "--out")
    told = overt(*given, tmp_path / "safe.csv", OVERT_PSEUDONYM_KEY=line)
    assert read_key_text(line, "").id in told.stdout
    assert "pseudonym-key-malformed" in overt(*given, tmp_path / "o.csv", code=3, OVERT_PSEUDONYM_KEY=line[:-5]).stderr
    assert "pseudonym-key-missing" in overt(*given, tmp_path / "o.csv", code=3).stderr
    assert "pseudonym-key-missing" in overt("keygen", code=3).stderr


@pytest.mark.parametrize(
    ("row", "place"),
    [("Jo Example,03/05/2004,suspect,seen", "row 2"), ("Jo Example,2004-05-03,suspect", "line 2")],
)
def test_no_name_reaches_a_message(tmp_path: Path, row: str, place: str) -> None:
    """Rows and columns are named, what stands in them is not; nothing is left behind."""
    overt("keygen", tmp_path / "a.key")
    (tmp_path / "export.csv").write_text(f"who,dob,role,notes\n{row}\n")
    done = overt(
        "apply", tmp_path / "export.csv", "--out", tmp_path / "safe.csv", "--key", tmp_path / "a.key", "--name", "who",
        "--birth-date", "dob", "--drop", "notes", code=3,
    )  # fmt: skip
    assert place in done.stderr
    assert not any(word in done.stderr.casefold() for word in read_name("Jo Example").words)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.key", "export.csv"]
