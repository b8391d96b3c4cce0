"""Receipts: who holds one can show what was entered, and nothing else."""

from __future__ import annotations

import pytest

from overt.ledger import Tree, commitment, prove, read_receipt, record_leaf, trust, verify
from overt.refusals import Refusal
from tests.ledger.conftest import Log, check_log, signer_of

RECORD = {"entry_id": "E-1", "role": "victim", "opened_on": "2026-03-01", "score": None}
SALT = bytes(range(32))


def with_record(log: Log) -> int:
    log.add(300)
    log.leaves.entries.append(record_leaf(commitment(RECORD, SALT)))
    log.add(99, seed=2)
    log.publish()
    return 300


def test_a_receipt_proves_the_record_it_is_about(log: Log) -> None:
    """With the record, the receipt and the key, and nothing else."""
    index = with_record(log)
    found = verify(prove(log.store, index, SALT), dict(reversed(RECORD.items())), log.policy)
    assert (found.index, found.signed.checkpoint.size) == (300, 400)


def test_a_receipt_proves_no_other_record(log: Log) -> None:
    """One field differs, one is missing, one more."""
    receipt = prove(log.store, with_record(log), SALT)
    for other in ({**RECORD, "role": "suspect"}, {"entry_id": "E-1"}, {**RECORD, "band": None}):
        with pytest.raises(Refusal, match="proof-bad"):
            verify(receipt, other, log.policy)


def test_every_entry_has_its_receipt(log: Log) -> None:
    """Of every index in a log that ends in partial tiles."""
    with_record(log)
    tree = Tree(log.store, 400)
    for index, entry in enumerate(log.leaves.entries):
        assert verify(prove(log.store, index, tree=tree), entry, log.policy).index == index


def test_every_changed_byte_of_a_receipt_is_refused(log: Log) -> None:
    """Salt, index, proof and checkpoint: every byte and bit counts."""
    receipt = prove(log.store, with_record(log), SALT)
    for at in range(len(receipt)):
        for bit in range(8):
            changed = bytearray(receipt)
            changed[at] ^= 1 << bit
            with pytest.raises(Refusal):
                verify(bytes(changed), RECORD, log.policy)


def test_a_receipt_cut_short_or_continued_is_refused(log: Log) -> None:
    """No part of a receipt is taken for the whole."""
    receipt = prove(log.store, with_record(log), SALT)
    for cut in [receipt[:at] for at in range(len(receipt))] + [receipt + b"\n", b"\n" + receipt]:
        with pytest.raises(Refusal):
            verify(cut, RECORD, log.policy)


def test_a_receipt_without_its_salt_proves_no_record(log: Log) -> None:
    """Once record and salt are destroyed, the commitment says nothing to anybody."""
    receipt = prove(log.store, with_record(log))
    assert read_receipt(receipt).extra is None
    with pytest.raises(Refusal, match="salt-size"):
        verify(receipt, RECORD, log.policy)


def test_receipts_stay_true_as_the_log_grows(log: Log) -> None:
    """An old receipt verifies for ever."""
    receipt = prove(log.store, with_record(log), SALT)
    log.add(1000, seed=3)
    log.publish()
    assert verify(receipt, RECORD, log.policy).signed.checkpoint.size == 400


def test_a_receipt_of_another_log_is_refused(log: Log) -> None:
    """It is believed for the keys given, and no others."""
    receipt = prove(log.store, with_record(log), SALT)
    with pytest.raises(Refusal, match="signature-unknown"):
        verify(receipt, RECORD, trust(signer_of(9).key))


def test_no_receipt_for_an_entry_that_is_not_there(log: Log) -> None:
    """The index is beyond the log."""
    with_record(log)
    with pytest.raises(Refusal, match="no-such-entry"):
        prove(log.store, 400)


def test_no_receipt_is_made_from_damaged_tiles(log: Log) -> None:
    """A false proof is never handed out."""
    with_record(log)
    log.store.replace("tile/0/000", bytes(8192), log.store.read("tile/0/000", 8192))
    log.damaged = True
    with pytest.raises(Refusal, match="tiles-damaged"):
        prove(log.store, 0)


@pytest.mark.parametrize("line", ["index 00", "index -1", "index", "index 9223372036854775808", "extra A", "extra"])
def test_lines_of_another_form_are_refused(log: Log, line: str) -> None:
    """Numbers without leading zeros, whole base64."""
    receipt = prove(log.store, with_record(log), SALT).decode()
    name = line.split(maxsplit=1)[0]
    changed = "\n".join(line if each.startswith(f"{name} ") else each for each in receipt.split("\n"))
    with pytest.raises(Refusal, match="receipt-malformed"):
        read_receipt(changed.encode())
    check_log(log)
