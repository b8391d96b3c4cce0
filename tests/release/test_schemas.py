"""The published JSON Schemas take what Overt takes, and the manual pages are ones that `man` can show."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from overt.cli._schema import SCHEMAS, schema_of
from overt.controls import shipped_packs
from overt.gate import read_proposed
from overt.refusals import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = ROOT / "share" / "man" / "man1"


def faults(name: str, value: Any) -> list[str]:
    """What the schema of this name objects to."""
    return [error.message for error in Draft202012Validator(schema_of(name)).iter_errors(value)]


def plain(toml: str) -> Any:
    """A TOML file with its dates as texts, which is how an editor sees it."""
    return json.loads(json.dumps(tomllib.loads(toml), default=str))


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one_and_is_named(name: str) -> None:
    """It is a schema of the draft that it states, and has an id of its own."""
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].startswith(f"urn:overt:{name}:")


@pytest.mark.parametrize("name", SCHEMAS)
def test_command_prints_the_published_file(name: str) -> None:
    """`overt schema NAME` prints what an installation has in share/overt/schemas."""
    shared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    places = shared["wheel"]["shared-data"]
    (file,) = (file for file, place in places.items() if place == f"share/overt/schemas/{name}.schema.json")
    assert json.loads((ROOT / file).read_text(encoding="utf-8")) == schema_of(name)


def test_shipped_packs_and_charters_follow_their_schemas() -> None:
    """Every built-in pack and every charter of the demonstration is valid."""
    for folder in shipped_packs().values():
        assert faults("pack", plain((folder / "pack.toml").read_text(encoding="utf-8"))) == [], folder.name
    for charter in (ROOT / "examples" / "alpha" / "charters").glob("*.toml"):
        assert faults("charter", plain(charter.read_text(encoding="utf-8"))) == [], charter.name


@pytest.mark.parametrize(
    "change",
    [{"owner": 3}, {"unknown": "x"}, {"thresholds": {"days": {"value": 3}}}, {"thresholds": {"days": {"reason": "x"}}}],
)
def test_header_with_a_fault_is_not_valid(change: dict[str, Any]) -> None:
    """A wrong kind, an unknown field and a threshold without a value or a reason are found."""
    header = plain((shipped_packs()["core"] / "pack.toml").read_text(encoding="utf-8"))
    assert faults("pack", header | change)


@pytest.mark.parametrize(
    ("record", "valid"),
    [
        ({"table": "entry", "values": {"entry_id": "E-1", "opened_on": "2026-03-01"}}, True),
        ({"table": "entry", "values": {"entry_id": "E-1"}, "bundle": "b", "idempotency_key": "k"}, True),
        ({"table": "entry", "values": {"name": "x"}}, False),
        ({"table": "source_column", "values": {}}, False),
        ({"table": "entry"}, False),
        ({"table": "entry", "values": {}, "note": "x"}, False),
    ],
)
def test_records_are_those_that_the_gate_reads(record: dict[str, Any], valid: bool) -> None:
    """What the schema takes, the gate can read; a record without values or with a further field is refused by both."""
    assert (faults("records", record) == []) is valid
    if valid:
        assert read_proposed(json.dumps(record).encode(), "line 1").table == "entry"
    elif "values" not in record or "note" in record:
        with pytest.raises(Refusal):
            read_proposed(json.dumps(record).encode(), "line 1")


def test_unknown_schema_is_refused_with_the_nearest() -> None:
    """`overt schema chater` names the charter."""
    command = [sys.executable, "-m", "overt.cli", "schema", "chater"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "charter" in done.stderr


def test_manual_has_a_page_for_each_command_and_no_line_is_lost() -> None:
    """Each page is named in the first, and no line of text begins with what `man` takes for a request."""
    listed = (MANUAL / "overt.1").read_text(encoding="utf-8")
    requests = {".TH", ".SH", ".PP", ".TP", ".B", ".BR", ".nf", ".fi"}
    for page in MANUAL.glob("overt-*.1"):
        assert f".BR {page.stem.replace('-', chr(92) + '-')} (1)" in listed
        for line in page.read_text(encoding="utf-8").splitlines():
            assert not line.startswith((".", "'")) or line.split(" ")[0] in requests, line


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_manual_pages_have_no_warning() -> None:
    """groff formats every page without a warning."""
    pages = sorted(MANUAL.glob("*.1"))
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", *pages], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("shell", "place"), [("bash", "bash-completion/completions/overt"), ("zsh", "zsh/site-functions/_overt")]
)
def test_completion_is_a_script_of_its_shell(shell: str, place: str) -> None:
    """The shell reads the script without a fault, where it is installed."""
    if shutil.which(shell):
        subprocess.run([shell, "-n", ROOT / "share" / place], check=True)
    assert "_OVERT_COMPLETE" in (ROOT / "share" / place).read_text(encoding="utf-8")
