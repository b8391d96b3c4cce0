"""What Overt signs, publishes and proves, verified by Go's own packages."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from overt.ledger import FolderStore, Tree
from tests.conftest import lacking
from tests.ledger import oracle
from tests.ledger.conftest import Log, signer_of
from tests.waiting import MINUTES

_SOURCE = Path(__file__).parent / "go" / "crosscheck.go"
_PACKAGES = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def crosscheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built."""
    if shutil.which("go") is None or not (_PACKAGES / "src/golang.org/x/mod/sumdb").is_dir():
        lacking("Go or its package golang.org/x/mod is not installed (scripts/setup.sh installs them)")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(_PACKAGES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(
        ["go", "build", "-o", str(folder / "crosscheck"), str(_SOURCE)], check=True, env=environment, timeout=MINUTES
    )
    return folder / "crosscheck"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.go
def test_go_accepts_every_checkpoint_and_proof(log: Log, crosscheck: Path) -> None:
    """note.Open opens every checkpoint, CheckRecord and CheckTree hold, and Go makes the same proofs of our tiles."""
    draw = random.Random(4)
    heads, notes = [], []
    for count in (1, 254, 1, 1, 44, 700, 65_536):
        log.add(count, seed=count)
        published = log.publish()
        heads.append(published.checkpoint)
        notes.append(published.data.decode())
    head, entries = heads[-1], log.leaves.entries
    tree = Tree(log.store, head.size)
    indexes = [0, 255, 256, head.size - 1, *(draw.randrange(head.size) for _ in range(200))]
    assert isinstance(log.store, FolderStore)
    work = {
        "Vkey": str(signer_of(1).key),
        "Skey": signer_of(1).secret(),
        "Folder": str(log.store.folder),
        "Checkpoints": notes,
        "Refused": [notes[-1].replace(f"\n{head.size}\n", f"\n{head.size + 1}\n"), notes[-1][:-2] + "\n"],
        "Inclusions": [
            {
                "Index": index,
                "Size": head.size,
                "Root": text(head.root),
                "Entry": text(entries[index]),
                "Proof": list(map(text, tree.inclusion(index))),
            }
            for index in indexes
        ],
        "Consistency": [
            {
                "Old": old.size,
                "New": head.size,
                "OldRoot": text(old.root),
                "NewRoot": text(head.root),
                "Proof": list(map(text, tree.consistency(old.size))),
            }
            for old in heads
        ],
    }
    assert heads[3].root == oracle.root(entries[: heads[3].size])
    done = subprocess.run(
        [crosscheck], input=json.dumps(work), capture_output=True, text=True, timeout=MINUTES, check=False
    )
    assert (done.returncode, done.stdout) == (0, "7 checkpoints, 204 inclusions, 7 consistency proofs\n")
