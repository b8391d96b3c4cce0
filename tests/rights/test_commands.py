"""The commands, as an officer and a body that was told meet them; the guide runs the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overt.ledger import ED25519, SEED_SIZE, Cost, make_signer, write_key
from overt.refusals import Refusal
from overt.register import Register
from tests.rights.conftest import ANN, BY, KEY, PERSON, SIGNER, begin, overt, reopened, sent

WORDS = "a passphrase that is no secret"
BODY = make_signer("force.example", ED25519, bytes(SEED_SIZE))


@pytest.fixture
def folder(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register with a log; keys stand in the environment."""
    with reopened(base, tmp_path / "alpha") as register:
        sent(register, 1, "E1")
        begin(register)
    monkeypatch.setenv("OVERT_LEDGER_KEY", SIGNER.secret())
    monkeypatch.setenv("OVERT_LEDGER_PASSPHRASE", WORDS)
    monkeypatch.setenv("OVERT_PSEUDONYM_KEY", KEY.text())
    return tmp_path / "alpha"


def test_from_request_to_signed_confirmation_and_certificate(folder: Path, tmp_path: Path) -> None:
    """Two requests of one person; the body verifies the notice and signs; the certificate says that it is finished."""
    person = tmp_path / "person.toml"
    person.write_text(PERSON)
    made = json.loads(overt("rights", "new", folder, "--kind", "access", "--by", BY, "--json"))
    assert made["request"] == "R0001"
    overt("rights", "identity", folder, "R0001", "--how", "document", "--by", BY)
    found = json.loads(overt("rights", "work", folder, "R0001", "--person", "-", "--by", BY, "--json", given=PERSON))
    assert found["found"] == [{"entry": "E1", "sure": "yes", "agrees": "the whole name"}]
    letter = ("rights", "answer", folder, "R0001", "--person", person, "--out", tmp_path / "letter", "--by", BY)
    assert "drafted" in overt(*letter)
    assert (tmp_path / "letter" / "answer.txt").read_text().startswith("DRAFT")
    assert "answered, dated" in overt(*letter, "--send")
    assert "Ann Example" in (tmp_path / "letter" / "answer.txt").read_text()

    overt("rights", "new", folder, "--kind", "erasure", "--by", BY)
    overt("rights", "identity", folder, "R0002", "--how", "document", "--by", BY)
    overt("rights", "work", folder, "R0002", "--person", person, "--by", BY)
    notices = tmp_path / "notices"
    ground = ("--ground", "DPA 2018 s.47(1)", "--out", notices, "--by", BY)
    overt("rights", "erase", folder, "R0002", "--entry", "E1", *ground, code=3)
    overt("rights", "erase", folder, "R0002", "--entry", "E1", *ground, "--yes")
    (notice,) = notices.iterdir()
    key = tmp_path / "force.key"
    write_key(key, BODY, WORDS, bytes, Cost(4, 8))
    ours = (folder / "policy").read_text().split("log ")[1].split()[0]
    answer = tmp_path / "answer.note"
    for register_key in (ours, f"log {ours}", folder / "policy"):
        overt("rights", "sign", notice, key, "--as", "done", "--out", answer, "--register-key", register_key)
    overt("rights", "sign", notice, key, "--as", "done", "--out", answer, "--register-key", str(BODY.key), code=3)
    overt("rights", "confirm", folder, "--signed", answer, "--by", BY, code=3)
    given = tmp_path / "force.vkey"
    given.write_text(f"{BODY.key}\n")
    for wrong in (folder / "policy", "force", tmp_path):
        overt("rights", "confirm", folder, "--signed", answer, "--key", wrong, "--by", BY, code=3)
    confirmed = overt("rights", "confirm", folder, "--signed", answer, "--key", given, "--by", BY)
    assert "Example Neighbouring Force confirmed on" in confirmed
    overt("ledger", "publish", folder)
    assert "removal complete" in overt("rights", "certificate", folder, "R0002", "--out", tmp_path / "certificate")
    shown = json.loads(overt("rights", "verify", tmp_path / "certificate", "--policy", folder / "policy", "--json"))
    assert shown["is_finished"] is True
    rows = json.loads(overt("rights", "recalls", folder, "--all", "--json"))
    assert [(each["recipient"], each["state"]) for each in rows] == [("example_force", "confirmed")]
    listed = json.loads(overt("rights", "list", folder, "--all", "--json"))
    assert [(each["request"], each["outcome"]) for each in listed] == [("R0001", "answered"), ("R0002", None)]


def test_wrong_usage_is_said_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """Holding back without a section; a section where nothing is held back; both ways to note an identity."""
    overt("rights", "new", folder, "--kind", "access", "--by", BY)
    overt("rights", "identity", folder, "R0001", "--how", "known", "--ask", "--by", BY, code=3)
    overt("rights", "identity", folder, "R0001", "--how", "known", "--by", BY)
    person = tmp_path / "person.toml"
    person.write_text(PERSON)
    asked = ("rights", "answer", folder, "R0001", "--person", person, "--out", tmp_path / "letter", "--by", BY)
    overt(*asked, "--ncnd", code=3)
    overt(*asked, "--section", "s.45(4)(b)", code=3)
    overt(*asked, "--send", code=3)
    assert not (tmp_path / "letter").exists()
    overt("rights", "work", folder, "R0001", "--person", person, "--by", BY)
    assert "drafted" in overt(*asked)
    with Register.open(folder) as register:
        assert register.store.rows("select outcome from request") == [(None,)]


def test_key_of_another_generation_is_refused(folder: Path) -> None:
    """A register that says under which key its pseudonyms are is not searched with another."""
    from overt.pseudonym import PseudonymKey
    from overt.register import PSEUDONYMS_KIND
    from overt.rights import find
    from tests.rights.conftest import LATER

    with Register.open(folder) as register:
        with register.writing(LATER) as writer:
            writer.publish(PSEUDONYMS_KIND, b"key", KEY.id)
        assert [each.entry_id for each in find(register, KEY, ANN)] == ["E1"]
        other = PseudonymKey((b"another key that is no secret...",))
        with pytest.raises(Refusal, match="pseudonym-key-other"):
            find(register, other, ANN)
