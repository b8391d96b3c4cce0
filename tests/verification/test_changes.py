"""Each single change to what the demonstration publishes is named: issue 21, "Must show" 4.

The first group is anybody's who can write to the web server. The second is a keeper's who has the log's key and both
witnesses', and signs what was changed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from overt.publication import ReleaseDocument
from overt.refusals import Exit
from overt.verification import Verification, source_of, verify_published
from tests.verification.keeper import (
    Entries,
    change_list,
    entries_of,
    flip,
    publish_release_again,
    release_of,
    replace_in,
    sign_again,
    swap,
    with_figure,
)

NOW = dt.datetime(2024, 9, 5, 9, tzinfo=dt.UTC)
Change = Callable[[Path], object]


def verified(folder: Path, state: Path | None = None) -> Verification:
    return verify_published(source_of(str(folder)), None, NOW, state=state)


def named(result: Verification) -> str:
    return "\n".join(f"{part.name} | {one.where} | {one.found}" for part, one in result.contradictions())


def document_path(folder: Path, kind: str, place: int = 0) -> Path:
    leaves = [entry.decode().split(" ") for entry in entries_of(folder) if entry.startswith(b"overt:public:v1 ")]
    return folder / "ledger" / "documents" / [leaf[2] for leaf in leaves if leaf[1] == kind][place]


def drop_release(folder: Path) -> None:
    """It is taken from the server and from the list; only the ledger still names it."""
    shutil.rmtree(folder / "figures" / "0002")
    change_list(folder, lambda index: index["releases"].pop(1))


def drop_witness(folder: Path) -> None:
    path = folder / "ledger" / "checkpoint"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "university" not in line))


def old_checkpoint(folder: Path) -> None:
    """A head that the key signed, and both witnesses cosigned, before anything was released."""
    older = folder.parent / "older"
    shutil.copytree(folder, older)
    sign_again(older, lambda entries: entries[:9216])
    shutil.copy(older / "ledger" / "checkpoint", folder / "ledger" / "checkpoint")


def move(folder: Path, old: str, new: str) -> None:
    shutil.rmtree(folder / new)
    shutil.copytree(folder / old, folder / new)


# What is done, and what has to be in a contradiction: part, place and a word.
ANYBODY: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a cell of a CSV file": (
        lambda it: replace_in(it / "figures/0003/data/reviews-due.csv", "175", "170"),
        ("releases | figures/0003/data/reviews-due.csv | it is not what release.json makes",),
    ),
    "a cell of a JSON file": (
        lambda it: replace_in(it / "figures/0003/data/reviews-due.json", "175", "170"),
        ("figures/0003/data/reviews-due.json",),
    ),
    "a cell of release.json": (
        lambda it: replace_in(it / "figures/0003/release.json", '"value": 175', '"value": 170'),
        ("figures/0003/release.json", "listed: 170, and 175 in the ledger"),
    ),
    "a figure on a page": (
        lambda it: replace_in(it / "figures/0003/reviews-due.html", "175", "170"),
        ("figures/0003/reviews-due.html",),
    ),
    "the date of a release": (
        lambda it: replace_in(it / "figures/0001/release.json", '"day": "2023-09-03"', '"day": "2023-09-04"'),
        ("figures/0001/release.json", "day is 2023-09-04, and 2023-09-03 in the ledger"),
    ),
    "the date of a release in the list": (
        lambda it: change_list(it, lambda index: index["releases"][0].update(day="2023-09-04")),
        ("published.json | release 0001 has another date",),
    ),
    "the digest of a release in the list": (
        lambda it: change_list(it, lambda index: index["releases"][2].update(digest="0" * 64)),
        ("published.json | release 0003 has another date or digest",),
    ),
    "a word of the served charter": (
        lambda it: replace_in(it / "charters/0002", "Example Youth Service", "Example Yacht Service"),
        ("charters | charters/0002", "Example Yacht Service"),
    ),
    "a word of the charter beside the ledger": (
        lambda it: replace_in(document_path(it, "charter", 1), "Example Youth Service", "Example Yacht Service"),
        ("ledger/documents/", "the document that entry", "is another"),
    ),
    "a dropped charter": (lambda it: (it / "charters/0001").unlink(), ("charters/0001", "is not served")),
    "a dropped charter beside the ledger": (
        lambda it: document_path(it, "charter").unlink(),
        ("ledger/documents/", "is not there"),
    ),
    "a charter of another register": (
        lambda it: shutil.copy(it / "charters/0001", it / "charters/0003"),
        ("charters/0003", "no charter that the ledger names"),
    ),
    "a dropped release": (drop_release, ("releases | figures/0002", "is not served")),
    "a dropped release still listed": (
        lambda it: shutil.rmtree(it / "figures/0003"),
        ("releases | figures/0003", "is not served"),
    ),
    "a release that never was": (
        lambda it: shutil.copytree(it / "figures/0003", it / "figures/0004"),
        ("figures/0004 | it is no release that the ledger names",),
    ),
    "a release in the place of another": (
        lambda it: move(it, "figures/0001", "figures/0002"),
        ("figures/0002/release.json", "day is 2023-09-03, and 2024-03-03"),
    ),
    "a dropped table": (
        lambda it: (it / "figures/0001/data/disclosures.csv").unlink(),
        ("figures/0001/data/disclosures.csv | the file is missing",),
    ),
    "a file that is no part of a release": (
        lambda it: (it / "figures/0001/people-more.html").write_text("more"),
        ("figures/0001/people-more.html | a file that is no part of the release",),
    ),
    "an old checkpoint": (
        old_checkpoint,
        ("release 0001 is listed and not in the ledger", "figures/0003 | it is no release that the ledger names"),
    ),
    "a checkpoint with another root": (
        lambda it: flip(it / "ledger/checkpoint", 35),
        ("ledger | ledger/checkpoint",),
    ),
    "a cosignature taken away": (drop_witness, ("ledger | ledger/checkpoint", "cosigned by ombudsman")),
    "a bit of a tile": (
        lambda it: flip(it / "ledger/tile/0/003"),
        ("ledger/tile/0/003", "the hash of entry"),
    ),
    "a bit of an entry": (
        lambda it: flip(it / "ledger/tile/entries/007", 60),
        ("ledger/tile/entries/007", "is not what the tile says"),
    ),
    "a removed answer": (
        lambda it: shutil.rmtree(it / "answers"),
        ("answers | answers/0001/answer.txt", "names this response, and it is not served"),
    ),
    "an answer removed from the list too": (
        lambda it: (shutil.rmtree(it / "answers"), change_list(it, lambda index: index["answers"].clear())),
        ("published.json | response 0001 is in the ledger and not listed",),
    ),
    "a figure of an answer": (
        lambda it: replace_in(it / "answers/0001/answer.txt", "145", "140"),
        ("answers/0001/answer.txt | it is not the letter whose digest is in the ledger",),
    ),
    "the day on which an answer was sent": (
        lambda it: change_list(it, lambda index: index["answers"][0].update(sent_on="2024-08-26")),
        ("published.json | response 0001 is said to be sent on 2024-08-26, and the letter says 3 September 2024",),
    ),
    "a request left out of the list": (
        lambda it: change_list(it, lambda index: index["answers"].append(
            {"number": "0003", "received_on": "2024-09-01", "due_on": "2024-09-30", "sent_on": None, "digest": None}
        )),
        ("published.json | request 0002 is not listed",),
    ),
    "a word of a statutory record": (
        lambda it: replace_in(it / "records/s61.html", "Example Youth Service", "Example Yacht Service"),
        ("records | records/s61.html | it is not what the charters and the newest release make",),
    ),
    "a dropped record": (lambda it: (it / "records/atrs.json").unlink(), ("records/atrs.json", "not served")),
    "another name for the register's ledger": (
        lambda it: change_list(it, lambda index: index.update(origin="beta.example/register")),
        ("list | published.json | it is the list of the ledger beta.example/register",),
    ),
    "another key in the trust policy": (
        lambda it: (it / "verify/policy").write_text(
            "log beta.example/x+6dbcaf4a+ATZo4sDkrGQ+TDvVQFwNf0vmqYJIj6UFzZtVqTwSMYoA\nquorum none\n"
        ),
        ("verify/policy",),
    ),
}  # fmt: skip


def drop_leaf(kind: str, place: int) -> Callable[[Entries], Entries]:
    """Puts padding in the place of a public leaf."""

    def changed(entries: Entries) -> Entries:
        leaves = [at for at, entry in enumerate(entries) if entry.startswith(f"overt:public:v1 {kind} ".encode())]
        padding = next(entry for entry in reversed(entries) if entry.startswith(b"overt:record:v1 "))
        return [padding if at == leaves[place] else entry for at, entry in enumerate(entries)]

    return changed


def other_figure(table: str, row: int, value: int) -> Callable[[ReleaseDocument], ReleaseDocument]:
    return lambda document: with_figure(document, table, row, value)


def rewrite_charter(folder: Path) -> None:
    """A category that was adopted in 2021 is said to have been there from the beginning."""
    old = (folder / "charters/0002").read_bytes()
    new = old.replace(b"adopted_on = 2021-07-28", b"adopted_on = 2020-09-03", 1)
    assert new != old
    (folder / "charters/0002").write_bytes(new)
    sign_again(folder, swap("charter", old, new), new)


def other_pack(folder: Path) -> None:
    text = (folder / "charters/0002").read_text()
    old = text.split('digest = "')[1].split('"')[0]
    new = text.replace(old, "0" * 64).encode()
    (folder / "charters/0002").write_bytes(new)
    sign_again(folder, swap("charter", text.encode(), new), new)


def rewrite_letter(folder: Path) -> None:
    """An answer whose figures are from another release than it says, published anew."""
    path = folder / "answers/0001/answer.txt"
    old = path.read_bytes()
    digests = [release_of(folder, number).digest.encode() for number in ("0002", "0003")]
    new = old.replace(*digests)
    path.write_bytes(new)
    sign_again(folder, swap("answer", old, new), new)


KEEPER: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a release struck from the ledger": (
        lambda it: sign_again(it, drop_leaf("release", 1)),
        ("release 0002 is listed and not in the ledger", "release 0003", "another root at 9984 leaves"),
    ),
    "an answer struck from the ledger": (
        lambda it: sign_again(it, drop_leaf("answer", 0)),
        ("published.json | response 0001", "answers/0001/answer.txt | it is no response that the ledger names"),
    ),
    "a figure of the first release": (
        lambda it: publish_release_again(it, "0001", other_figure("people", 0, 400)),
        ("corrections | release 0002 | its changes since release 0001 are not those",),
    ),
    "a figure of the release that an answer cites": (
        lambda it: publish_release_again(it, "0002", other_figure("people", 0, 400)),
        ("answers/0001/answer.txt | release 0002, which it cites, is not published so",),
    ),
    "a figure of the last release": (
        lambda it: publish_release_again(it, "0003", other_figure("people", 0, 400)),
        ("corrections | release 0003 | its changes since release 0002 are not those", "people: all / all / listed"),
    ),
    "a verdict of the audit": (
        lambda it: publish_release_again(it, "0003", other_figure("audit", 1, 0)),
        ("audits | release 0003: audit | 0 duties are said to be breached, and 7 listed",),
    ),
    "a release said to be the first": (
        lambda it: publish_release_again(it, "0002", lambda one: replace(one, is_first=True)),
        ("corrections | release 0002 | it is not the first",),
    ),
    "a root that the ledger never had": (
        lambda it: publish_release_again(
            it, "0003", lambda one: replace(one, made_from=replace(one.made_from, leaves=9000))
        ),
        ("releases | release 0003: the log | another root at 9000 leaves",),
    ),
    "a release under another charter": (
        lambda it: publish_release_again(it, "0001", lambda one: replace(one, charter="0" * 64)),
        ("release 0001 | the ledger has no charter with the digest that it names",),
    ),
    "a category said to be older": (
        rewrite_charter,
        ("charters | charter of entry", "was adopted on 2020-09-03, before assessment DPIA-2 was signed"),
    ),
    "the digest of a pack": (other_pack, ("packs | charter, version 2 | its digest of pack core",)),
    "an answer that cites another release": (
        rewrite_letter,
        ("answers/0001/answer.txt | release 0002, which it cites",),
    ),
    "a history signed without witnesses": (
        lambda it: sign_again(it, lambda entries: entries[::-1], witnessed=False),
        ("ledger | ledger/checkpoint", "cosigned by nobody"),
    ),
    "a cosignature from before a release": (
        lambda it: sign_again(it, lambda entries: entries, now=1_600_000_000),
        ("witnesses | ledger/checkpoint", "holds a release that was counted on 2024-09-03"),
    ),
}


@pytest.mark.parametrize("change", [*ANYBODY, *KEEPER])
def test_each_change_is_named(folder: Path, change: str) -> None:
    """The verification is contradicted, exits with status 1, and says where and how."""
    do, words = (ANYBODY | KEEPER)[change]
    do(folder)
    result = verified(folder)
    assert result.exit_code is Exit.BREACHES
    said = named(result)
    assert [word for word in words if word not in said] == [], said


def test_a_forked_and_a_shrunk_log_are_named_by_who_saw_the_log_before(folder: Path, tmp_path: Path) -> None:
    """With every key, a keeper can hide another history from a new visitor, and not from one who kept the last head."""
    state, honest = tmp_path / "seen", tmp_path / "honest"
    assert verified(folder, state).exit_code is Exit.CLEAR
    shutil.copytree(folder, honest)
    sign_again(folder, lambda entries: [*entries[:100], entries[101], entries[100], *entries[102:]])
    assert "growth | ledger/checkpoint | The log forked: two roots over the same" in named(verified(folder, state))
    old_checkpoint(honest)
    assert "growth | ledger/checkpoint | The log shrank" in named(verified(honest, state))
