"""`overt ledger`, as somebody at a terminal uses it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from overt.cli import main
from overt.ledger import COSIGNATURE, FolderStore, LeafFile, check, read_policy, read_skey
from tests.ledger.conftest import ORIGIN, entries_of, signer_of
from tests.waiting import MINUTES, answers, until


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def overt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in a folder of its own, with a passphrase in the environment."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str) -> Done:
        with monkeypatch.context() as patched, pytest.raises(SystemExit) as left:
            for name, value in {"OVERT_LEDGER_PASSPHRASE": "correct horse", **environment}.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["overt", "ledger", *arguments])
            capsys.readouterr()
            main()
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def folder(overt: Run, tmp_path: Path) -> Path:
    """A log that `init` made."""
    done = overt("init", "log", "--origin", "register.example.org/stops")
    assert done.returncode == 0, done.stderr
    return tmp_path / "log"


def test_from_init_to_a_verified_receipt(overt: Run, folder: Path, tmp_path: Path) -> None:
    """The whole way of one record, and one who was given its receipt."""
    (tmp_path / "entry.json").write_text('{"entry_id": "E-1", "role": "victim"}', encoding="utf-8")
    (tmp_path / "charter.toml").write_text("categories = 16", encoding="utf-8")
    done = overt("publish", "log", "--document", "charter=charter.toml", "--record", "entry.json")
    assert done.stdout == "register.example.org/stops: 0 → 2 entries\n", done.stderr
    verified = overt("verify", "entry.json.tlog-proof", "--record", "entry.json", "--policy", "log/policy")
    assert verified.stdout == "It is entry 1 of 2 in register.example.org/stops\n"
    (tmp_path / "entry.json").write_text('{"entry_id": "E-1", "role": "suspect"}', encoding="utf-8")
    refused = overt("verify", "entry.json.tlog-proof", "--record", "entry.json", "--policy", "log/policy")
    assert (refused.returncode, "proof-bad" in refused.stderr) == (3, True)


def test_trying_again_enters_nothing_twice(overt: Run, folder: Path, tmp_path: Path) -> None:
    """Witnesses do not answer; what was given is entered, waits, and is published by the same command later."""
    (tmp_path / "entry.json").write_text('{"entry_id": "E-1"}', encoding="utf-8")
    (tmp_path / "charter.toml").write_text("categories = 16", encoding="utf-8")
    policy = (folder / "policy").read_text(encoding="utf-8")
    witness = signer_of(10, "w.example.org", COSIGNATURE).key
    waiting = policy.replace("quorum none", f"witness w {witness} http://127.0.0.1:1\nquorum w")
    (folder / "policy").write_text(waiting, encoding="utf-8")
    given = ("publish", "log", "--document", "charter=charter.toml", "--record", "entry.json")
    assert [overt(*given).returncode for _ in range(2)] == [3, 3]
    (folder / "policy").write_text(policy, encoding="utf-8")
    assert overt(*given).stdout == "register.example.org/stops: 0 → 2 entries\n"
    verified = overt("verify", "entry.json.tlog-proof", "--record", "entry.json", "--policy", "log/policy")
    assert verified.returncode == 0
    assert not (tmp_path / "entry.json.salt").exists()


def test_a_document_that_comes_back_is_published_again(overt: Run, folder: Path, tmp_path: Path) -> None:
    """The first charter, the second, and the first again are three entries; the same twice is one."""
    for text in ("categories = 16", "categories = 34", "categories = 34", "categories = 16"):
        (tmp_path / "charter.toml").write_text(text, encoding="utf-8")
        overt("publish", "log", "--document", "charter=charter.toml")
    assert LeafFile(folder / "leaves").size() == 3


def test_check_says_what_is_wrong_and_leaves_with_1(overt: Run, folder: Path) -> None:
    """In words and as JSON."""
    LeafFile(folder / "leaves").append(entries_of(300))
    overt("publish", "log")
    assert overt("check", "log/public", "--policy", "log/policy").returncode == 0
    tile = folder / "public/tile/0/000"
    tile.write_bytes(bytes(8192))
    done = overt("check", "log/public", "--policy", "log/policy", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [fault["where"] for fault in found["faults"]] == ["tile/0/000"]


def test_watch_leaves_with_1_on_a_shrunken_log(overt: Run, folder: Path) -> None:
    """And says where the evidence lies."""
    older = (folder / "public/checkpoint").read_bytes()
    LeafFile(folder / "leaves").append(entries_of(3))
    overt("publish", "log")
    assert overt("watch", "log/public", "--state", "seen", "--policy", "log/policy").returncode == 0
    (folder / "public/checkpoint").write_bytes(older)
    done = overt("watch", "log/public", "--state", "seen", "--policy", "log/policy")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "The log shrank: 3 entries were seen before, 0 are served now\nEvidence: seen/evidence/"
    )


def test_rotation_signs_with_both_keys_and_announces(overt: Run, folder: Path) -> None:
    """Then the old key can go."""
    done = overt("key", "rotate", "log")
    assert done.returncode == 0, done.stderr
    policy = read_policy((folder / "policy").read_bytes(), "policy")
    assert len(policy.logs) == 2
    assert len(policy.open((folder / "public/checkpoint").read_bytes()).note.signed_by) == 2
    assert "key published" in overt("watch", "log/public", "--state", "seen", "--policy", "log/policy").stdout
    (folder / "keys/001.key").unlink()
    LeafFile(folder / "leaves").append(entries_of(3))
    assert overt("publish", "log").returncode == 0
    assert check(FolderStore(folder / "public"), policy).is_whole


def test_a_key_from_the_environment_signs(overt: Run, folder: Path) -> None:
    """Instead of the files; one of another name is refused."""
    signer = signer_of(1, "other.example.org")
    assert read_skey(signer.secret()) == signer
    done = overt("publish", "log", OVERT_LEDGER_KEY=signer.secret())
    assert done.returncode == 3
    assert signer.secret() not in done.stderr


def test_a_log_can_be_kept_without_a_key_file(overt: Run, tmp_path: Path) -> None:
    """The key is in the environment, from the first to the last."""
    secret = signer_of(1).secret()
    assert overt("init", "log", "--origin", ORIGIN, OVERT_LEDGER_KEY=secret).stdout == f"{signer_of(1).key}\n"
    LeafFile(tmp_path / "log/leaves").append(entries_of(3))
    assert overt("publish", "log", OVERT_LEDGER_KEY=secret).returncode == 0
    assert not (tmp_path / "log/keys").exists()
    assert overt("check", "log/public", "--key", str(signer_of(1).key)).returncode == 0


def test_a_wrong_passphrase_is_refused(overt: Run, folder: Path) -> None:
    """And nothing is changed."""
    done = overt("publish", "log", OVERT_LEDGER_PASSPHRASE="another horse")  # noqa: S106
    assert (done.returncode, "key-sealed" in done.stderr) == (3, True)


@contextmanager
def serving(tmp_path: Path, *arguments: str) -> Iterator[str]:
    """A server of ours on a free port of loopback; gives its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "overt.cli", "ledger", *arguments, "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "OVERT_LEDGER_PASSPHRASE": "correct horse"},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(port), "the server")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=MINUTES)


def test_a_log_and_a_witness_are_served(overt: Run, folder: Path, tmp_path: Path) -> None:
    """The log asks the witness at its address; a stranger checks the log at its own, by quorum."""
    witness = overt("key", "new", "w.key", "--name", "w.example.org", "--witness").stdout.strip()
    log_key = overt("key", "show", "log/keys/001.key").stdout.strip()
    LeafFile(folder / "leaves").append(entries_of(300))
    with serving(tmp_path, "witness", "w.key", "--state", "cosigned", "--log", log_key) as address:
        policy = f"log {log_key}\nwitness w {witness} {address}\nquorum w\n"
        (folder / "policy").write_text(policy, encoding="utf-8")
        done = overt("publish", "log")
        assert done.returncode == 0, done.stderr
    with serving(tmp_path, "serve", "log") as address:
        found = json.loads(overt("check", address, "--policy", "log/policy", "--json").stdout)
        assert (found["entries"], found["cosigned_by"], found["fault_count"]) == (300, ["w"], 0)


def test_an_interrupted_append_is_cut_off(tmp_path: Path) -> None:
    """Half an entry at the end of the file was never reported as there."""
    leaves = LeafFile(tmp_path / "leaves")
    leaves.append(entries_of(3))
    with (tmp_path / "leaves").open("ab") as stream:
        stream.write(b"\0\x40" + entries_of(1)[0][:20])
    again = LeafFile(tmp_path / "leaves")
    assert again.append(entries_of(2, seed=2)) == 3
    assert LeafFile(tmp_path / "leaves").read(0, 5) == [*entries_of(3), *entries_of(2, seed=2)]
