"""pymerkle, in memory and on SQLite. It has no tiles, checkpoints, receipts or witnesses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pymerkle
from task import Answers, arguments, entries, indexes


def main() -> None:
    """The in-memory tree, or with `sqlite` at the end the one on disk."""
    kind = sys.argv.pop()
    given, answers = arguments(), Answers(f"pymerkle, {kind}")
    data = entries(given.leaves)
    folder = Path(given.folder)
    folder.mkdir()
    if kind == "sqlite":
        tree: Any = pymerkle.SqliteTree(str(folder / "tree.db"), algorithm="sha256")
    else:
        tree = pymerkle.InmemoryTree(algorithm="sha256")
    answers.timed(
        "leaves integrated in memory" if kind == "memory" else "durable appends, one batch",
        len(data),
        lambda: tree.append_entries(data),
    )
    answers.root = tree.get_root().hex()
    wanted = indexes(given.proofs if kind == "memory" else min(given.proofs, 100), len(data))[:2000]
    name = "inclusion proofs, tiles cached" if kind == "memory" else "inclusion proofs, tiles on disk"
    proofs = answers.timed(name, len(wanted), lambda: [tree.prove_inclusion(index + 1) for index in wanted])
    root, leaves = tree.get_root(), [tree.get_leaf(index + 1) for index in wanted]

    def verified() -> None:
        for leaf, proof in zip(leaves, proofs, strict=True):
            pymerkle.verify_inclusion(leaf, root, proof)

    answers.timed("inclusion proofs verified", len(wanted), verified)
    olds = [index + 1 for index in wanted]
    name = "consistency proofs, tiles cached" if kind == "memory" else "consistency proofs, tiles on disk"
    grown = answers.timed(name, len(olds), lambda: [tree.prove_consistency(old, len(data)) for old in olds])
    states = [tree.get_root(old) for old in olds]

    def consistent() -> None:
        for state, proof in zip(states, grown, strict=True):
            pymerkle.verify_consistency(state, root, proof)

    answers.timed("consistency proofs verified", len(olds), consistent)
    answers.versions = {"pymerkle": pymerkle.__version__}
    answers.give()


if __name__ == "__main__":
    main()
