"""Every path by which something is done for a request touches only what its look-up found: issue 14, "Must show" 4.

The paths are read from the program: its commands and the routes of the gate. One that nobody has classified fails. The
pages are in tests/web/test_rights_paths.py, and the functions in test_only_theirs.py.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from overt.cli._app import COMMANDS, command_line
from overt.gate import Admitted, BulkRequest, Gate, Proposed, Refused, admit_bulk
from overt.refusals import Refusal
from overt.register import Register
from overt.rights import Requester, new_request, note_identity, preview, remove
from overt.web.gate_api import OPENAPI, gate_app
from tests.attempts import Count
from tests.rights.conftest import BY, KEY, LATER, PERSON, SIGNER, asked, begin, desk, overt, reopened, sent
from tests.rights.outsider import Record, forgeries
from tests.rights.test_only_theirs import GROUND, REASON, WORDS

WHEN = LATER + dt.timedelta(days=1)
CY = 'name = "Cy Else"\nborn = 1991-02-03\n'
TOKEN = "a-token-of-enough-letters"  # noqa: S105  of a test

# --- commands -------------------------------------------------------------------------------------------------------

# What each command that is given a register does to entries.
BOUND = "takes a request and entries: only those that its look-up found"
RECORDS = "takes records: the gate refuses those that only the rights work may write"
OWN = "takes no request: an act of the authority's own, on a ground of its own"
NONE = "names no entry"
LOOKS = "changes nothing"
DOES = {
    **dict.fromkeys(("rights erase", "rights rectify", "rights recall", "rights answer"), BOUND),
    **dict.fromkeys(("admit records", "admit bulk", "admit decide"), RECORDS),
    **dict.fromkeys(
        (
            "register erase", "rights told", "rights notify", "rights confirm", "register adopt", "register confirm",
            "register deciders", "rights complaint new", "rights complaint acknowledge", "rights complaint progress",
            "rights complaint close",
            "register clock", "register tidy", "register init", "register replay", "pseudonym name", "pseudonym rotate",
            "pseudonym apply", "reconcile list", "release draft", "release approve", "release publish",
            "answer new", "answer send", "answer extend", "answer clarify", "answer clarified", "answer draft",
            "answer refuse", "register serve", "register archive-access",
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            "rights new", "rights identity", "rights pause", "rights resume", "rights extend", "rights withdraw",
            "rights work", "rights certificate",
        ),
        NONE,
    ),
    **dict.fromkeys(
        (
            "rights clock", "rights grounds", "rights list", "rights complaint list",
            "rights recalls", "rights notices", "register status",
            "register snapshot", "register history", "register receipt", "register check", "register backup",
            "admit waiting", "release list", "release record", "release collect", "serve", "synth", "doctor",
        ),
        LOOKS,
    ),
}  # fmt: skip
NAMES_ENTRIES = {"entry", "correct", "erased", "item", "subject"}


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command that is given a register, with the names of what it takes."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from below(inner, (*words, name))
        names = {each.name for each in command.params}
        if not hasattr(command, "commands") and "register" in names:
            yield " ".join(words), names

    yield from below(typer.main.get_command(command_line(*COMMANDS)), ())


def test_every_command_is_classified() -> None:
    """A new command says what it does to entries, and what it takes agrees with that."""
    found = dict(commands())
    assert found.keys() == DOES.keys()
    for name, takes in found.items():
        does = DOES[name]
        assert (does is BOUND) == (bool(takes & NAMES_ENTRIES) and "request" in takes), name
        if does is OWN:
            assert "request" not in takes, name
        if does in (NONE, LOOKS):
            assert not takes & NAMES_ENTRIES, name


@pytest.fixture
def folder(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register with a log. R0001 is Ann's and found E1, R0002 is Cy's and found E2, in R0003 nobody looked, and in
    R0004 nobody checked who asks."""
    with reopened(base, tmp_path / "alpha") as made:
        sent(made, 1, "E1")
        sent(made, 2, "E2", now=LATER + dt.timedelta(minutes=1))
        begin(made)
        asked(made, "erasure", now=WHEN)
        asked(made, "erasure", now=WHEN, who=Requester("Cy Else", "1991-02-03"))
        number = new_request(made, "erasure", WHEN.date(), by=BY, now=WHEN).number
        note_identity(made, number, "in_person", WHEN.date(), by=BY, now=WHEN)
        new_request(made, "erasure", WHEN.date(), by=BY, now=WHEN)
    monkeypatch.setenv("OVERT_LEDGER_KEY", SIGNER.secret())
    monkeypatch.setenv("OVERT_LEDGER_PASSPHRASE", WORDS)
    monkeypatch.setenv("OVERT_PSEUDONYM_KEY", KEY.text())
    return tmp_path / "alpha"


PAIRS = (
    ("R0001", "E2"), ("R0002", "E1"), ("R0003", "E1"), ("R0004", "E1"), ("R9999", "E1"), ("R%", "E1"),
    ("R0001-look-1", "E1"), ("r0001", "E1"), ("R0001", "E%"), ("R0001", "e2"), ("R0001", "E1,E2"), ("R0001", ""),
)  # fmt: skip
OF_ANOTHER = ("item.I2-0.basis=assessment", "item.I2-1.origin=victim", "entry.subject_id=" + "ab" * 32,
              "item.I1-0.entry_id=E2", "entry.entry_id=E2", "subject.subject_id=" + "ab" * 32)  # fmt: skip


def test_no_command_touches_an_entry_that_was_not_found(folder: Path, tmp_path: Path, attempts: Count) -> None:
    """Every command that takes a request and entries: another's entry, another's request, one never worked."""
    person, out = tmp_path / "person.toml", ("--out", tmp_path / "notices", "--by", BY)
    person.write_text(PERSON)
    change = ("--reason", REASON, *out)
    ways: dict[str, list[tuple[object, ...]]] = {
        "rights erase": [("--ground", GROUND, *out, "--yes"), ("--ground", GROUND, *out, "--preview")],
        "rights rectify": [
            ("--set", each, *change) for each in ("entry.role=witness", "subject.sex=female", "item.I2-0.basis=fact")
        ],
        "rights recall": [("--ask", asks, *out) for asks in ("delete", "restrict")],
        "rights answer": [("--person", person, *out), ("--person", person, *out, "--send")],
    }
    assert {name for name, does in DOES.items() if does is BOUND} == ways.keys()
    with Register.open(folder) as register:
        before = _kept(register)
    tried = 0
    for name, each_way in ways.items():
        for number, entry in PAIRS:
            for way in each_way:
                overt(*name.split(), folder, number, "--entry", entry, *way, code=3)
                tried += 1
                if name == "rights erase":
                    overt(*name.split(), folder, number, "--entry", "E1", "--entry", entry or "E2", *way, code=3)
                    tried += 1
    for field in OF_ANOTHER:
        overt("rights", "rectify", folder, "R0001", "--entry", "E1", "--set", field, *change, code=3)
        tried += 1
    with Register.open(folder) as register:
        assert _kept(register) == before
    assert not [*tmp_path.glob("notices/*")]
    attempts("commands for a request that name somebody else's entry", tried)


# --- records from outside -------------------------------------------------------------------------------------------


def in_gate(register: Register, records: list[Record], _: Path) -> object:
    """Proposed in this process, as the command and the pages do."""
    made = [Proposed(each["table"], each["values"], each["action"], each.get("bundle")) for each in records]
    assert any(isinstance(each, Refused) for each in Gate(register).admit(made, BY, WHEN))
    return None


def by_command(register: Register, records: list[Record], folder: Path) -> object:
    """`overt admit records`."""
    path = folder / "records.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records))
    return overt("admit", "records", register.folder, path, "--by", BY, code=1)


def over_http(register: Register, records: list[Record], _: Path) -> object:
    """POST /records of the gate's API."""
    answer = asyncio.run(_asked(register, "POST", "/records", "\n".join(map(json.dumps, records))))
    assert answer.status_code == 422, answer.text
    assert "rights-only" in answer.text
    return None


async def _asked(register: Register, method: str, path: str, content: str = "") -> httpx.Response:
    transport = httpx.ASGITransport(gate_app(register, {TOKEN: BY}, lambda: WHEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
        sent_with = {"authorization": f"Bearer {TOKEN}"}
        return await client.request(method, path, content=content.encode(), headers=sent_with)


WAYS: dict[str, Callable[[Register, list[Record], Path], object]] = {
    "in the gate": in_gate,
    "overt admit records": by_command,
    "over HTTP": over_http,
}


@pytest.fixture
def register(folder: Path) -> Iterator[Register]:
    """The register of the commands."""
    with Register.open(folder) as made:
        yield made


@pytest.mark.parametrize("way", list(WAYS))
def test_records_from_outside_bind_nothing_to_a_request(
    register: Register, tmp_path: Path, way: str, attempts: Count
) -> None:
    """Nobody can write down that a look-up found an entry, nor that something was done for a request."""
    standing = {name: value for name, value in _standing(register, "E2").items() if value is not None}
    before, tried = _kept(register), 0
    for number in ("R0001", "R0003"):
        for what, records in forgeries(number, "E2", standing):
            WAYS[way](register, records, tmp_path)
            assert _kept(register) == before, what
            with pytest.raises(Refusal, match=r"entry-not-theirs|request-not-worked"):
                remove(register, number, ["E2"], GROUND, desk(tmp_path / "notices", WHEN))
            tried += 1
    attempts("look-ups and acts for a request, forged by records from outside", tried)
    assert tried > 30


@pytest.mark.parametrize("form", ["lines", "tables"])
def test_bulk_admission_binds_nothing_to_a_request(
    register: Register, tmp_path: Path, form: str, attempts: Count
) -> None:
    """The same records as a register that was kept elsewhere: each that only the rights work may write is refused."""
    before, records = _kept(register), list[Record]()
    for number in ("R0001", "R0003"):
        records += [
            each
            for _, some in forgeries(number, "E2", {})
            for each in some
            if each["table"] != "entry" and each["action"] == "collect"
        ]
    home = tmp_path / "bulk"
    home.mkdir()
    if form == "lines":
        (home / "all.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records))
        source = home / "all.jsonl"
    else:
        source = home
        for table in ("access", "request_step", "recall", "correction"):
            rows = [each["values"] for each in records if each["table"] == table]
            with (home / f"{table}.csv").open("w", newline="") as stream:
                writer = csv.DictWriter(stream, sorted({name for row in rows for name in row}))
                writer.writeheader()
                writer.writerows(rows)
    report = admit_bulk(Gate(register), BulkRequest((source,), BY, 50), lambda: WHEN)
    assert (report.admitted, report.held, report.refused) == (0, 0, len(records))
    assert report.reasons["refused", "rights-only"] == len(records)
    assert _kept(register) == before
    for number in ("R0001", "R0003"):
        with pytest.raises(Refusal, match=r"entry-not-theirs|request-not-worked"):
            remove(register, number, ["E2"], GROUND, desk(tmp_path / "notices", WHEN))
    attempts("look-ups and acts for a request, forged by records from outside", len(records))


def test_the_forgeries_would_do_harm(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were they let in, an officer could erase another's entry: the records above are wrong in nothing else."""
    monkeypatch.setattr("overt.gate._shape.rights_only", lambda *_, **__: [])
    records = next(records for what, records in forgeries("R0001", "E2", {}) if what == "a look 7")
    made = [Proposed(each["table"], each["values"], each["action"]) for each in records]
    assert all(isinstance(each, Admitted) for each in Gate(register).admit(made, BY, WHEN))
    assert preview(register, "R0001", ["E2"]).weighed.entries == 1


def _standing(register: Register, entry: str) -> dict[str, Any]:
    (found,) = register.versions("entry", "x.entry_id = ? and x.closed_seq is null", (entry,))
    return dict(found.values)


def _kept(register: Register) -> dict[str, object]:
    """All that the register holds, but for the leaves that stand for nothing."""
    names = [name for (name,) in register.store.rows("select name from sqlite_master where name like '%_version'")]
    names = [*(name for name in names if name != "padding_version"), "held", "erasure"]
    return {name: register.store.rows(f"select * from {name}") for name in names}


def test_every_route_of_the_gate_is_classified(register: Register) -> None:
    """One takes records, which the test above forges; the others are read. None rectifies, erases or restricts."""
    routes = {each.path: set(each.methods) for each in gate_app(register, {TOKEN: BY}, lambda: WHEN).routes}
    reads = {"GET", "HEAD"}
    assert routes == {"/records": {"POST"}, "/charter": reads, "/status": reads, "/openapi.json": reads}
    assert OPENAPI["paths"].keys() == routes.keys() - {"/openapi.json"}
    before = _kept(register)
    for path in (*routes, "/records/E2", "/rights/R0001/erase", "/requests/R0001", "/entries/E2"):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = asyncio.run(_asked(register, method, path, '{"entry": "E2", "request": "R0001"}'))
            assert answer.status_code < 300 or answer.status_code in (400, 404, 405), (method, path)
    assert _kept(register) == before
