"""Signed notes, keys and checkpoints."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from overt.ledger import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    Checkpoint,
    VerifierKey,
    open_checkpoint,
    open_note,
    read_checkpoint,
    read_skey,
    read_vkey,
    sign_note,
)
from overt.ledger._merkle import EMPTY_ROOT
from overt.ledger._notes import read_signatures
from overt.refusals import Refusal
from tests.ledger.conftest import NOW, ORIGIN, signer_of

KINDS = (ED25519, COSIGNATURE, ML_DSA_44)


def cases(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "tlog-signed-note" / "signed-note-vectors.json").read_text(encoding="utf-8"))


def opened(case: dict[str, Any]) -> tuple[list[str], list[str]] | str:
    try:
        note = open_note(base64.b64decode(case["note_b64"]), [read_vkey(each) for each in case["vkeys"]])
    except Refusal as refusal:
        return refusal.code
    return [key.name for key in note.signed_by], [each.name for each in note.unknown]


@pytest.mark.data
def test_published_notes_open_or_are_refused_as_they_must(shared_data: Path) -> None:
    """The cases of Go's note package: which keys verified, which are unknown, and why the others are refused."""
    codes = {
        "no verifiable signatures": "signature-unknown",
        "ambiguous key": "key-ambiguous",
        "invalid signature": "signature-bad",
        "malformed": "note-malformed",
    }
    found = {case["name"]: opened(case) for case in cases(shared_data)["note_cases"]}
    wanted = {
        case["name"]: (case["verified"], case["unverified"]) if case["opens"] else codes[case["error"]]
        for case in cases(shared_data)["note_cases"]
    }
    assert found == wanted
    assert len(found) == 16


@pytest.mark.data
def test_published_keys_are_read_or_refused(shared_data: Path) -> None:
    """Good keys come back as they were written; a wrong length, type, id or torn key is refused."""
    found = cases(shared_data)
    assert [str(read_vkey(each)) for each in found["good_vkeys"]] == found["good_vkeys"]
    for bad in found["bad_vkeys"]:
        with pytest.raises(Refusal, match="vkey-malformed"):
            read_vkey(bad["vkey"])


@pytest.mark.data
def test_published_tree_texts_are_read_or_refused(shared_data: Path) -> None:
    """A checkpoint's text is read exactly; another origin is for who opens it to refuse."""
    for case in cases(shared_data)["tree_text_cases"]:
        text = base64.b64decode(case["text_b64"])
        if case["parses"]:
            assert read_checkpoint(text).text() == text
        elif case["why"] != "wrong origin line":
            with pytest.raises(Refusal, match="checkpoint-malformed"):
                read_checkpoint(text)


@pytest.mark.data
def test_wycheproof_ed25519_signatures_are_judged_right(shared_data: Path) -> None:
    """All 151 cases, the malleable and the torn among them."""
    tests = 0
    vectors = json.loads((shared_data / "tlog-wycheproof" / "ed25519_test.json").read_text(encoding="utf-8"))
    for group in vectors["testGroups"]:
        key = VerifierKey("wycheproof", ED25519, bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            tests += 1
            found = key.verifies(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert found == (case["result"] == "valid"), case["comment"]
    assert tests == 151


def test_the_example_of_the_specification_verifies() -> None:
    """The vkey and note that C2SP signed-note prints."""
    key = read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = (
        "This is an example message.\n\n— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert open_note(note.encode(), [key]).signed_by == (key,)


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_of_key_signs_what_it_verifies(kind: int) -> None:
    """A checkpoint signed by a key of any type opens with its public half, which is written and read as text."""
    signer = signer_of(1, kind=kind)
    assert read_skey(signer.secret()) == signer
    head = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    data = sign_note(head.text(), [signer], NOW)
    assert open_checkpoint(data, [read_vkey(str(signer.key))]).checkpoint == head


@pytest.mark.parametrize("kind", KINDS)
def test_every_changed_byte_of_a_checkpoint_is_refused(kind: int) -> None:
    """Whatever byte of a signed checkpoint differs, in whichever bit, it does not open."""
    signer = signer_of(1, kind=kind)
    data = sign_note(Checkpoint(ORIGIN, 1, b"\x07" * 32).text(), [signer], NOW)
    for at in range(0, len(data), 1 if kind == ED25519 else 7):
        for bit in range(8) if kind == ED25519 else (0,):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            with pytest.raises(Refusal):
                open_checkpoint(bytes(changed), [signer.key])


def test_a_checkpoint_cut_short_or_continued_is_refused() -> None:
    """No part of a checkpoint is taken for the whole."""
    signer = signer_of(1)
    data = sign_note(Checkpoint(ORIGIN, 1, b"\x07" * 32).text(), [signer], NOW)
    for cut in [data[:at] for at in range(len(data))] + [data + b"\n", data + b"x", b"\n" + data]:
        with pytest.raises(Refusal):
            open_checkpoint(cut, [signer.key])


def test_a_checkpoint_under_another_name_is_refused() -> None:
    """A key signs for the log that it is named after, and for no other."""
    other = signer_of(2, "other.example.org/log")
    data = sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text(), [other], NOW)
    with pytest.raises(Refusal, match="not signed by the log's own key"):
        open_checkpoint(data, [other.key])


def test_two_signatures_of_one_key_must_both_hold() -> None:
    """A bad signature of a known key is refused even behind a good one."""
    signer = signer_of(1)
    good = sign_note(b"text\n", [signer], NOW)
    bad = signer.sign(b"other text\n", NOW)
    with pytest.raises(Refusal, match="signature-bad"):
        open_note(good + bad, [signer.key])


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n01\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n9223372036854775808\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1\n{'A' * 44}\n",
        f"{ORIGIN}\n0\n{'A' * 43}=\n",
        f"\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n",
        f"{ORIGIN}\n1\n{'A' * 43}=",
        f"{ORIGIN}\n1\n{'A' * 43}=\n\nextension\n",
    ],
)
def test_a_text_that_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    """Leading zeros, signs, other base64, a wrong empty root, missing or empty lines."""
    with pytest.raises(Refusal, match="checkpoint-malformed"):
        read_checkpoint(text.encode())


def test_a_checkpoint_keeps_its_extension_lines() -> None:
    """Other logs may have them."""
    text = f"{ORIGIN}\n1\n{'A' * 43}=\nextension\n".encode()
    assert read_checkpoint(text).extensions == ("extension",)
    assert read_checkpoint(text).text() == text


def test_a_witness_answer_with_more_than_signatures_is_refused() -> None:
    """Text before the signatures would hide lines from who counts them."""
    line = signer_of(1).sign(b"text\n", NOW)
    assert len(read_signatures(line * 2, "the answer")) == 2
    with pytest.raises(Refusal, match="note-malformed"):
        read_signatures(b"more text\n\n" + line, "the answer")


@pytest.mark.parametrize("text", [b"text\n", b"a\nb\nc\n", b"a\n99999999999999999999999\nAAAA\n", b"\n" * 9])
def test_a_signature_over_what_is_no_checkpoint_does_not_hold(text: bytes) -> None:
    """A type that signs checkpoints alone is given another text."""
    signer = signer_of(1, kind=ML_DSA_44)
    line = signer.sign(Checkpoint(ORIGIN, 1, b"\x07" * 32).text(), NOW)
    with pytest.raises(Refusal, match="signature-bad"):
        open_note(text + b"\n" + line, [signer.key])


def test_a_secret_is_not_shown_by_accident() -> None:
    """Neither a signer's form nor a refusal repeats the private key."""
    signer = signer_of(1)
    assert signer.secret() not in repr(signer)
    assert base64.b64encode(signer.seed).decode() not in repr(signer)
    with pytest.raises(Refusal) as refused:
        read_skey(signer.secret()[:-1])
    assert signer.secret()[-30:-1] not in str(refused.value)
