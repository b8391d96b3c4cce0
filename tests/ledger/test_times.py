"""When a witness cosigned: shown, and counted only where it says when, and neither from the future nor too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.ledger import COSIGNATURE, LeafList, Policy, Witness, check, prove, read_policy, verify, watch
from overt.refusals import Refusal
from tests.ledger.conftest import NOW, Log, signer_of

DAY = 86_400
W = signer_of(30, "witness.example.org/w1", COSIGNATURE)


def policy_of(log: Log, more: str = "") -> Policy:
    text = f"log {log.signers[0].key}\nwitness w1 {W.key}\nquorum w1\n{more}"
    return read_policy(text.encode(), "policy")


def cosigned(log: Log, time: int) -> None:
    """The published checkpoint with a cosignature of this time, made with the witness's own key."""
    note = log.store.read("checkpoint", 1_000_000)
    assert note is not None
    text = note.split(b"\n\n")[0] + b"\n"
    log.store.replace("checkpoint", note + W.sign(text, time), note)


@pytest.mark.parametrize(
    ("time", "fault"),
    [(0, "time is 0"), (NOW + 2 * DAY, "in the future"), ((1 << 63) - 1, "in the future"), (NOW - 40 * DAY, "older")],
)
def test_a_cosignature_that_says_no_good_time_does_not_count(log: Log, time: int, fault: str) -> None:
    """It is named, with its time, and there is no quorum."""
    log.add(3)
    log.publish()
    cosigned(log, time)
    policy = policy_of(log, "# overt max-age 30\n")
    found = check(log.store, policy, now=NOW)
    assert [(each.witness, each.time) for each in found.cosignatures] == [("w1", time)]
    assert fault in found.cosignatures[0].fault
    assert found.cosigned_by == ()
    assert "quorum" in str(found.faults) or fault in str(found.faults)


def test_a_receipt_and_the_last_day_still_count(log: Log) -> None:
    """An hour ahead is a clock a little wrong; a receipt stays good as it grows old."""
    log.add(3)
    log.publish()
    cosigned(log, NOW + 3600)
    policy = policy_of(log, "# overt max-age 30\n")
    assert check(log.store, policy, now=NOW).faults == []
    receipt = prove(log.store, 1)
    years = NOW + 2000 * DAY
    found = verify(receipt, log.leaves.entries[1], policy, now=years)
    assert found.cosigned_by == ("w1",)
    with pytest.raises(Refusal, match="older"):
        policy.open(log.store.read("checkpoint", 1_000_000), now=years)


def test_a_watcher_is_told_when_it_was_cosigned(log: Log, tmp_path: Path) -> None:
    """The time stands beside the news."""
    log.add(3)
    log.publish()
    cosigned(log, NOW)
    found = watch(log.store, tmp_path / "seen", policy_of(log), now=NOW)
    assert [(each.witness, each.time, each.counts) for each in found.cosignatures] == [("w1", NOW, True)]


@pytest.mark.parametrize("line", ["# overt max-age", "# overt max-age 0", "# overt max-age x", "# overt max-aeg 3"])
def test_a_setting_that_cannot_be_read_is_refused(log: Log, line: str) -> None:
    """A slip in it would let every old cosignature count."""
    with pytest.raises(Refusal, match="policy-malformed"):
        policy_of(log, f"{line}\n")


def test_our_witness_without_a_clock_cosigns_nothing(log: Log, tmp_path: Path) -> None:
    """It answers that it has none."""
    witness = Witness(W, tmp_path / "state", [log.signers[0].key])
    assert witness.add_checkpoint(b"old 0\n\n", 0).status == 500


def test_text_in_clear_is_a_fault_of_its_entry_and_is_not_published(log: Log) -> None:
    """What a log holds in clear can never be erased from it."""
    log.add(2)
    log.publish()
    log.leaves.entries.append(b"an invented name, 14, added for a music video\n")
    with pytest.raises(Refusal, match="leaf-malformed: entry 2"):
        log.publish()
    log.leaves = LeafList(log.leaves.entries[:-1])


def test_an_entry_that_was_not_published_yet_is_said_to_be_so(log: Log) -> None:
    """And how to publish it."""
    log.add(9)
    log.publish()
    with pytest.raises(Refusal, match="not published yet: overt ledger publish"):
        prove(log.store, 135)
