"""Keys at rest."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from overt.ledger import ED25519, ML_DSA_44, Cost, make_signer, read_key, read_public_key, write_key
from overt.refusals import Refusal
from tests.ledger.conftest import signer_of

CHEAP = Cost(log_n=4)
WORDS = "correct horse battery"


def zeros(count: int) -> bytes:
    return bytes(count)


@pytest.mark.parametrize("kind", [ED25519, ML_DSA_44])
def test_a_key_opens_with_its_passphrase(tmp_path: Path, kind: int) -> None:
    """And is the same key; its public half can be read without."""
    signer = signer_of(1, kind=kind)
    write_key(tmp_path / "a.key", signer, WORDS, zeros, CHEAP)
    assert read_key(tmp_path / "a.key", WORDS) == signer
    assert read_public_key(tmp_path / "a.key") == signer.key


def test_a_key_file_is_its_owners_alone_and_holds_no_secret_in_the_clear(tmp_path: Path) -> None:
    """Mode 0600; neither seed nor text of the key in it."""
    signer = signer_of(1)
    write_key(tmp_path / "a.key", signer, WORDS, zeros, CHEAP)
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    content = (tmp_path / "a.key").read_bytes()
    assert signer.secret().rpartition("+")[2].encode() not in content
    assert signer.seed.hex().encode() not in content


def test_a_wrong_passphrase_is_refused(tmp_path: Path) -> None:
    """One letter is enough."""
    write_key(tmp_path / "a.key", signer_of(1), WORDS, zeros, CHEAP)
    with pytest.raises(Refusal, match="key-sealed"):
        read_key(tmp_path / "a.key", WORDS + "!")


def test_a_changed_key_file_is_refused(tmp_path: Path) -> None:
    """Every byte between the first brace and the last matters, or is blank."""
    path = tmp_path / "a.key"
    write_key(path, signer_of(1), WORDS, zeros, CHEAP)
    data = path.read_bytes()
    for at in range(0, len(data), 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :])
        with pytest.raises(Refusal):
            read_key(path, WORDS)


def test_a_public_key_cannot_be_exchanged(tmp_path: Path) -> None:
    """It is bound into the seal."""
    path = tmp_path / "a.key"
    write_key(path, signer_of(1), WORDS, zeros, CHEAP)
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "vkey": str(signer_of(2).key)}), encoding="utf-8")
    with pytest.raises(Refusal, match="key-sealed"):
        read_key(path, WORDS)


def test_a_key_file_cannot_ask_for_all_memory(tmp_path: Path) -> None:
    """The cost that a file names is bounded before it is paid."""
    path = tmp_path / "a.key"
    write_key(path, signer_of(1), WORDS, zeros, CHEAP)
    path.write_text(path.read_text(encoding="utf-8").replace('"log_n": 4', '"log_n": 30'), encoding="utf-8")
    with pytest.raises(Refusal, match="key-malformed"):
        read_key(path, WORDS)


def test_a_key_is_never_overwritten_nor_sealed_with_a_word(tmp_path: Path) -> None:
    """A key that is there stays; a passphrase has eight characters."""
    write_key(tmp_path / "a.key", signer_of(1), WORDS, zeros, CHEAP)
    with pytest.raises(Refusal, match="key-exists"):
        write_key(tmp_path / "a.key", signer_of(2), WORDS, zeros, CHEAP)
    with pytest.raises(Refusal, match="passphrase-short"):
        write_key(tmp_path / "b.key", signer_of(2), "short", zeros, CHEAP)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\u2003b", "a\ud800"])
def test_a_key_name_that_no_note_can_carry_is_refused(name: str) -> None:
    """Blanks of any kind, plus signs, control characters."""
    with pytest.raises(Refusal, match="key-name"):
        make_signer(name, ED25519, bytes(32))
