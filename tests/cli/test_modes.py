"""Whatever the umask: what holds grounds, salts, secrets or rows of a register is for its owner alone."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from overt.cli import main
from tests.gate.conftest import CHARTERS, listing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="on Windows the folder decides who may read")

# What is made to be read by everybody, or was written by the test itself.
PUBLIC = (
    "given", "given/*",
    # The result of an audit, but for its evidence.
    "result", "result/*.html", "result/*.json", "result/*.csv", "result/*.sarif", "result/*.xml", "result/*.svg",
    "result/*.png",
    # What a register publishes, and what the public is told to trust; it lies behind the door of the register's folder.
    "alpha/charters/*", "alpha/documents", "alpha/documents/*", "alpha/policy", "alpha/public", "alpha/public/*",
    "alpha/signed", "alpha/signed/*", "alpha/releases", "alpha/releases/0001", "alpha/releases/0001/site",
    "alpha/releases/0001/site/*", "alpha/releases/0001/release.json", "alpha/releases/0001/draft.json",
    "mapping.sql",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_umask() -> Iterator[None]:
    """Nothing is taken from the modes that the program asks for."""
    before = os.umask(0)
    yield
    os.umask(before)


def overt(monkeypatch: pytest.MonkeyPatch, *words: object, codes: tuple[int, ...] = (0,)) -> None:
    """Runs a command here, where the umask is none, and holds it to its exit status."""
    with monkeypatch.context() as patched, pytest.raises(SystemExit) as left:
        patched.setenv("OVERT_LEDGER_PASSPHRASE", "synthetic words")
        patched.setattr(sys, "argv", ["overt", *map(str, words)])
        main()
    assert int(left.value.code or 0) in codes, words


def open_to_others(folder: Path) -> list[str]:
    """The files and folders below that others may read, change or enter, but for those that are public."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077 and not any(fnmatch(name, each) for each in PUBLIC):
            found.append(f"{mode:o} {name}")
    return found


def test_every_command_that_writes_closes_what_is_not_public(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A register from its key to its backup, with an umask that takes nothing away."""
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "given"
    given.mkdir()
    (given / "words").write_text("correct horse battery staple\n")
    lines = [{"table": each.table, "values": each.values, "bundle": each.bundle} for each in listing(1)]
    (given / "one.jsonl").write_text("".join(json.dumps(each, default=str) + "\n" for each in lines))
    lines = [{"table": each.table, "values": each.values, "bundle": each.bundle} for each in listing(2)]
    (given / "bulk.jsonl").write_text("".join(json.dumps(each, default=str) + "\n" for each in lines))

    def run(*words: object, codes: tuple[int, ...] = (0,)) -> None:
        overt(monkeypatch, *words, codes=codes)

    run("pseudonym", "keygen", "pseudonym.key", "--passphrase-file", given / "words")
    capsys.readouterr()
    run(
        "register", "init", "alpha", "--charter", CHARTERS[0], "--key", "pseudonym.key",
        "--by", "P1001", "--decider", "P2001",
    )  # fmt: skip
    run("register", "adopt", "alpha", "--charter", CHARTERS[1], "--by", "P1001")
    run("admit", "alpha", given / "one.jsonl", "--by", "P1001", codes=(0, 1))
    run("admit", "--bulk", "alpha", given / "bulk.jsonl", "--by", "P1001", codes=(0, 1))
    run("ledger", "init", "alpha")
    run("ledger", "publish", "alpha")
    run("rights", "new", "alpha", "--kind", "access", "--by", "P1001")
    run("register", "snapshot", "alpha", "--out", "handed")
    run("register", "backup", "alpha", "--out", "backup")
    run("register", "restore", "backup", "--out", "restored", "--none-erased", "--none-owed", "--none-published")
    run("audit", "alpha", "--out", "result", "--quiet", codes=(0, 1))
    run("release", "draft", "alpha", "--by", "P1001", codes=(0, 3))
    run("map", "new", "alpha", "--out", "mapping.sql", codes=(0, 3))
    assert (tmp_path / "alpha" / "register.sqlite").is_file()
    assert (tmp_path / "backup").is_dir()
    # What is public in a register's folder lies behind the door of that folder.
    assert stat.S_IMODE((tmp_path / "alpha").stat().st_mode) == 0o700
    left = "\n".join(open_to_others(tmp_path))
    assert left == "", left
