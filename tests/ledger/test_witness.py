"""Witnesses: they cosign what only grew, remember it before they answer, and are asked for a quorum."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.ledger import (
    COSIGNATURE,
    ML_DSA_44,
    FolderStore,
    LocalWitness,
    Policy,
    Signer,
    SigningState,
    Tree,
    Witness,
    WitnessAnswer,
    check,
    open_note,
    prove,
    prove_anew,
    read_policy,
    verify,
)
from overt.ledger._checkpoint import Checkpoint
from overt.ledger._cosign import request_body
from overt.ledger._merkle import EMPTY_ROOT
from overt.ledger._notes import sign_note
from overt.refusals import Refusal
from overt.web.witness import witness_app
from tests.ledger.conftest import NOW, ORIGIN, Log, MemoryStore, signer_of
from tests.waiting import MINUTES


def witness_of(folder: Path, number: int = 0, kind: int = COSIGNATURE) -> Witness:
    signer = signer_of(10 + number, f"w{number}.example.org", kind)
    return Witness(signer, folder / f"w{number}", [signer_of(1).key])


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A witness that knows the test log."""
    return witness_of(tmp_path)


def ask(witness: Witness, log: Log, old: int, now: int = NOW) -> WitnessAnswer:
    """Asks for a cosignature on what the log published."""
    note = log.state.read() or b""
    size = log.policy.open(note).checkpoint.size
    return witness.add_checkpoint(request_body(old, Tree(log.store, size).consistency(old), note), now)


def test_growth_is_cosigned(log: Log, witness: Witness) -> None:
    """From nothing, by one entry, by many, and the same again."""
    for count, old in ((0, 0), (1, 0), (299, 1), (500, 300), (0, 800)):
        log.add(count, seed=count + old)
        log.publish()
        answer = ask(witness, log, old)
        assert answer.status == 200
        opened = open_note((log.state.read() or b"") + answer.body, [witness.signer.key])
        assert opened.signed_by == (witness.signer.key,)


def test_monitors_get_what_was_cosigned(log: Log, witness: Witness) -> None:
    """With the log's signature and the witness's."""
    origin_hash = sha256(ORIGIN.encode()).hexdigest()
    assert witness.checkpoint(origin_hash) is None
    log.add(3)
    log.publish()
    ask(witness, log, 0)
    kept = witness.checkpoint(origin_hash) or b""
    assert len(open_note(kept, [witness.signer.key, log.signers[0].key]).signed_by) == 2
    assert witness.checkpoint(sha256(b"another").hexdigest()) is None
    assert witness.checkpoint("../../etc/passwd") is None


def test_an_old_size_that_is_stale_is_answered_with_the_right_one(log: Log, witness: Witness) -> None:
    """409 with the size, in the type that the specification gives."""
    log.add(5)
    log.publish()
    ask(witness, log, 0)
    answer = ask(witness, log, 0)
    assert (answer.status, answer.body, answer.media_type) == (409, b"5\n", "text/x.tlog.size")


def forked(tmp_path: Path, count: int) -> Log:
    fork = Log(MemoryStore(), SigningState(tmp_path / f"fork-{count}"))
    fork.add(count, seed=99)
    fork.publish()
    return fork


@pytest.mark.parametrize("count", [5, 6, 400])
def test_a_second_history_is_not_cosigned(log: Log, witness: Witness, tmp_path: Path, count: int) -> None:
    """Neither of the same size nor of a larger one, whatever proof comes with it."""
    log.add(5)
    log.publish()
    ask(witness, log, 0)
    before = witness.checkpoint(sha256(ORIGIN.encode()).hexdigest())
    assert ask(witness, forked(tmp_path, count), 5).status == 422
    assert witness.checkpoint(sha256(ORIGIN.encode()).hexdigest()) == before


def test_the_statuses_are_those_of_the_specification(log: Log, witness: Witness) -> None:
    """404 for a log it does not know, 403 without its signature, 400 for an old size beyond the new one."""
    log.add(5)
    log.publish()
    note = log.state.read() or b""
    head = log.policy.open(note).checkpoint
    unknown = sign_note(Checkpoint("other.example.org", 5, head.root).text(), [signer_of(1, "other.example.org")], NOW)
    stranger = sign_note(head.text(), [signer_of(7)], NOW)
    altered = note.replace(b"\n5\n", b"\n6\n")
    empty = sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text(), [signer_of(1)], NOW)
    bodies = {
        404: request_body(0, [], unknown),
        403: request_body(0, [], stranger),
        422: request_body(0, [bytes(32)], note),
        400: request_body(6, [], note),
    }
    assert {status: witness.add_checkpoint(body, NOW).status for status, body in bodies.items()} == {
        status: status for status in bodies
    }
    assert witness.add_checkpoint(request_body(0, [], altered), NOW).status == 403
    assert witness.add_checkpoint(request_body(0, [], empty), NOW).status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"old",
        b"old 00\n\n",
        b"old -1\n\n",
        b"old 0",
        b"new 0\n\n",
        b"old 0\nAAAA\n\n",
        b"old 0\n" + b"A" * 43 + b"=\r\n\n",
        b"old 0\n" + (b"A" * 43 + b"=\n") * 64 + b"\n",
        b"\xff\n\n",
    ],
)
def test_a_request_of_another_form_is_refused(log: Log, witness: Witness, head: bytes) -> None:
    """400, and nothing is kept."""
    log.add(5)
    log.publish()
    assert witness.add_checkpoint(head + (log.state.read() or b""), NOW).status == 400
    assert witness.checkpoint(sha256(ORIGIN.encode()).hexdigest()) is None


def test_every_changed_byte_of_a_request_is_refused(log: Log, witness: Witness) -> None:
    """Old size, proof and checkpoint: all of it counts."""
    log.add(5)
    log.publish()
    ask(witness, log, 0)
    log.add(7, seed=2)
    log.publish()
    note = log.state.read() or b""
    body = request_body(5, Tree(log.store, 12).consistency(5), note)
    for at in range(len(body)):
        changed = bytearray(body)
        changed[at] ^= 1
        assert witness.add_checkpoint(bytes(changed), NOW).status != 200, at


def test_two_requests_at_once_do_not_roll_back(log: Log, witness: Witness) -> None:
    """Comparing and keeping is one step, so the larger tree stays whatever the order."""
    log.add(5)
    log.publish()
    ask(witness, log, 0)
    bodies = []
    for count in range(1, 9):
        log.add(count, seed=count)
        size = log.publish().checkpoint.size
        bodies.append(request_body(5, Tree(log.store, size).consistency(5), log.state.read() or b""))
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda body=body: answers.append(witness.add_checkpoint(body, NOW).status))
        for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


def test_a_witness_that_is_started_again_remembers(log: Log, tmp_path: Path) -> None:
    """What it cosigned is on the disk."""
    log.add(5)
    log.publish()
    ask(witness_of(tmp_path), log, 0)
    assert ask(witness_of(tmp_path), forked(tmp_path, 400), 5).status == 422


def test_a_damaged_memory_cosigns_nothing(log: Log, witness: Witness) -> None:
    """Rather than start from nothing, it stops."""
    log.add(5)
    log.publish()
    ask(witness, log, 0)
    path = witness.folder / sha256(ORIGIN.encode()).hexdigest() / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n5\n", b"\n4\n"))
    with pytest.raises(Refusal, match="signature-bad"):
        ask(witness, log, 4)


_WITNESS = """
import sys
from pathlib import Path
from tests.ledger.test_witness import ask, witness_of
from tests.ledger.conftest import Log, MemoryStore
from overt.ledger import SigningState
folder = Path(sys.argv[1])
witness = witness_of(folder)
log = Log(MemoryStore(), SigningState(folder / "signed"))
for batch in range(10_000):
    old = log.leaves.size()
    log.add(3, seed=batch)
    log.publish()
    assert ask(witness, log, old).status == 200
    sys.stdout.write(f"{log.leaves.size()}\\n")
    sys.stdout.flush()
"""


def test_a_killed_witness_remembers_what_it_cosigned(tmp_path: Path) -> None:
    """SIGKILL at any moment; no cosignature is ever given for what is then forgotten."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[2], "src")))}
    process = subprocess.Popen(
        [sys.executable, "-c", _WITNESS, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    given = [int(process.stdout.readline()) for _ in range(5)]
    process.send_signal(signal.SIGKILL)
    given += [int(line) for line in process.stdout.read().split()]
    process.wait(timeout=MINUTES)
    kept = witness_of(tmp_path).checkpoint(sha256(ORIGIN.encode()).hexdigest()) or b""
    key = signer_of(10, "w0.example.org", COSIGNATURE).key
    assert int(open_note(kept, [key]).text.split(b"\n")[1]) >= given[-1]


# --- from the log's side --------------------------------------------------------------------------------------------


def policy_of(witnesses: list[Witness], least: str) -> Policy:
    lines = [f"log {signer_of(1).key}"]
    lines += [f"witness w{number} {each.signer.key}" for number, each in enumerate(witnesses)]
    lines += [f"group all-of-them {least} " + " ".join(f"w{number}" for number in range(len(witnesses)))]
    return read_policy("\n".join([*lines, "quorum all-of-them", ""]).encode(), "policy")


class Silent:
    """A witness that does not answer."""

    def add_checkpoint(self, body: bytes) -> bytes:
        raise Refusal("log-unreachable", "https://w.example.org", "TimeoutError")


@pytest.mark.parametrize("kind", [COSIGNATURE, ML_DSA_44])
def test_a_published_checkpoint_carries_its_quorum(log: Log, tmp_path: Path, kind: int) -> None:
    """Also when witnesses are behind by some publications, and in every receipt."""
    witnesses = [witness_of(tmp_path, number, kind) for number in range(3)]
    policy = policy_of(witnesses, "2")
    clients = [LocalWitness(each, NOW) for each in witnesses]
    log.add(5)
    assert log.publish(clients, policy).cosigned_by == ("w0", "w1", "w2")
    for count in (300, 1):
        log.add(count, seed=count)
        assert log.publish([clients[0], Silent(), clients[1]], policy).cosigned_by == ("w0", "w1")
    log.add(5, seed=3)
    assert log.publish(clients, policy).cosigned_by == ("w0", "w1", "w2")
    receipt = prove(log.store, 7)
    assert verify(receipt, log.leaves.entries[7], policy).cosigned_by == ("w0", "w1", "w2")
    assert check(log.store, policy).is_whole


def test_without_a_quorum_nothing_is_published(log: Log, tmp_path: Path) -> None:
    """The checkpoint waits, the old one stays, and the next publication takes all in."""
    witnesses = [witness_of(tmp_path, number) for number in range(2)]
    policy, clients = policy_of(witnesses, "all"), [LocalWitness(each, NOW) for each in witnesses]
    log.add(5)
    log.publish(clients, policy)
    log.add(5, seed=2)
    with pytest.raises(Refusal, match="quorum-missing"):
        log.publish([clients[0], Silent()], policy)
    assert isinstance(log.store, FolderStore)
    assert policy.open((log.store.folder / "checkpoint").read_bytes()).checkpoint.size == 5
    log.add(5, seed=3)
    assert log.publish(clients, policy).checkpoint.size == 15


def test_an_equivocating_log_finds_no_quorum_for_both(log: Log, tmp_path: Path) -> None:
    """Two histories under one key: honest witnesses cosign the first they see."""
    witnesses = [witness_of(tmp_path, number) for number in range(3)]
    policy, clients = policy_of(witnesses, "2"), [LocalWitness(each, NOW) for each in witnesses]
    log.add(300)
    log.publish(clients, policy)
    fork = Log(MemoryStore(), SigningState(tmp_path / "fork"))
    fork.add(400, seed=9)
    with pytest.raises(Refusal, match="quorum-missing"):
        fork.publish(clients, policy)


class Equivocating:
    """A witness that cosigns whatever it is given."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer

    def add_checkpoint(self, body: bytes) -> bytes:
        return self.signer.sign(body.partition(b"\n\n")[2].partition(b"\n\n")[0] + b"\n", NOW)


def test_one_equivocating_witness_does_not_make_a_quorum(log: Log, tmp_path: Path) -> None:
    """Two of three: the dishonest one cosigns both histories, and only the first finds a second."""
    honest = [witness_of(tmp_path, number) for number in range(2)]
    dishonest = witness_of(tmp_path, 2)
    policy = policy_of([*honest, dishonest], "2")
    clients = [*(LocalWitness(each, NOW) for each in honest), Equivocating(dishonest.signer)]
    log.add(300)
    assert log.publish(clients, policy).cosigned_by == ("w0", "w1", "w2")
    fork = Log(MemoryStore(), SigningState(tmp_path / "fork"))
    fork.add(300, seed=9)
    with pytest.raises(Refusal, match="cosigned by w2"):
        fork.publish(clients, policy)


class Lying:
    """A witness that answers for every history, with a signature on something else."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer

    def add_checkpoint(self, body: bytes) -> bytes:
        return self.signer.sign(Checkpoint(ORIGIN, 1, bytes(32)).text(), NOW)


def test_a_cosignature_on_something_else_does_not_count(log: Log, tmp_path: Path) -> None:
    """It is left out, so that it cannot spoil the checkpoint for who verifies."""
    witnesses = [witness_of(tmp_path, number) for number in range(2)]
    policy = policy_of(witnesses, "any")
    log.add(5)
    clients = [Lying(witnesses[0].signer), LocalWitness(witnesses[1], NOW)]
    assert log.publish(clients, policy).cosigned_by == ("w1",)


# --- over HTTP ------------------------------------------------------------------------------------------------------


def test_the_server_speaks_the_protocol(log: Log, witness: Witness) -> None:
    """Statuses, types and bodies as the specification has them."""
    log.add(5)
    log.publish()
    body = request_body(0, [], log.state.read() or b"")
    origin_hash = sha256(ORIGIN.encode()).hexdigest()
    with TestClient(witness_app(witness, lambda: NOW)) as client:
        assert client.get(f"/{origin_hash}/checkpoint").status_code == 404
        first = client.post("/add-checkpoint", content=body)
        assert (first.status_code, first.text.startswith("— w0.example.org ")) == (200, True)
        second = client.post("/add-checkpoint", content=body)
        assert (second.status_code, second.text, second.headers["content-type"]) == (409, "5\n", "text/x.tlog.size")
        assert client.get(f"/{origin_hash}/checkpoint").content == witness.checkpoint(origin_hash)
        assert client.get("/add-checkpoint").status_code in (404, 405)
        assert client.post("/add-checkpoint", content=b"x" * 3_000_000).status_code == 413


def test_a_receipt_of_before_a_witness_was_named_is_proved_in_the_log_of_today(log: Log, tmp_path: Path) -> None:
    """By the policy of its day it verifies for ever; by a later one the refusal says why, and the way on."""
    log.add(10)
    log.publish()
    receipt, entry = prove(log.store, 7), log.leaves.entries[7]
    witnesses = [witness_of(tmp_path, number) for number in range(2)]
    policy, clients = policy_of(witnesses, "all"), [LocalWitness(each, NOW) for each in witnesses]
    log.add(10, seed=2)
    log.publish(clients, policy)
    assert verify(receipt, entry, log.policy).signed.checkpoint.size == 10
    with pytest.raises(Refusal, match=r"(?s)quorum-missing.*before a witness was named.*--log LOG"):
        verify(receipt, entry, policy)
    anew = verify(prove_anew(receipt, log.store), entry, policy)
    assert (anew.index, anew.signed.checkpoint.size) == (7, 20)
