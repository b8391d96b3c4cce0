"""The commands on every page are run, and the files that it shows are parsed.

CONTRIBUTING.md gives the rules for writing such a page.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import doctest
import io
import json
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from tests.audit.servers import fill_postgres
from tests.conftest import Shown

from overt.audits._accepted import read_accepted
from overt.audits.mapping._mapping import parse_mapping
from overt.audits.results import findings_schema
from overt.charter import read_charter
from overt.cli import main
from overt.controls import check_control, read_cases, read_pack, shipped_packs
from overt.controls.engines import open_for_cases
from overt.reconcile import read_agreement

ROOT = Path(__file__).resolve().parent.parent.parent
MADE = ("docs/model.md", "docs/cli.md", "docs/controls/")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if not str(page.relative_to(ROOT)).startswith(MADE)]
# Commands that set up the machine. The build runs them; these tests do not.
NOT_RUN_HERE = ("make ",)
# Command lines that need the network or a CI server, and plain text.
NOT_CHECKED = ("console", "pycon", "sh", "yaml", "text")

_FENCE = re.compile(r"^( {0,3})```([^\n`]*)\n(.*?)^ {0,3}```[ ]*$", re.DOTALL | re.MULTILINE)
_FILES_OF = re.compile(r"<!-- files: (\S+)((?: \S+)*) -->")
_AFTER = re.compile(r"<!-- after: (\S+) -->")
_EXIT = re.compile(r"exit (\d+)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the rest of its info string, its text, and the line on which it begins."""

    language: str
    info: str
    text: str
    line: int

    @property
    def is_file(self) -> bool:
        """Return whether it is the content of the file that its info string names."""
        return bool(self.info) and self.language != "console"


@dataclass
class Step:
    """A command on a page, the lines shown below it, and its expected exit status."""

    words: list[str]
    line: int
    shown: list[str] = field(default_factory=list)
    code: int = 0


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _, info = match[2].strip().partition(" ")
        # A block in a list is indented with it.
        inside = re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE)
        found.append(Block(language, info.strip(), inside, text.count("\n", 0, match.start()) + 1))
    return found


def steps(block: Block) -> list[Step]:
    """Return the commands of a console block. A backslash continues a command on the next line."""
    found: list[Step] = []
    lines = iter(enumerate(block.text.splitlines(), start=block.line + 1))
    for number, line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                command = command[:-1] + next(lines)[1]
            found.append(Step(shlex.split(command, comments=True), number))
        elif exited := _EXIT.fullmatch(line.strip()):
            found[-1].code = int(exited[1])
        elif line.strip() not in ("", "…"):
            found[-1].shown.append(line)
    return found


def name_of(page: Path) -> str:
    """Return the path of the page in the repository."""
    return page.relative_to(ROOT).as_posix()


class Reader:
    """A reader who follows every step of a page in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.demonstrated: Callable[[], Shown] | None = None
        self.new_database: Callable[[], str] | None = None
        self.database = ""
        self.said = ""
        self.names: dict[str, Any] = {}

    def follow(self, page: Path) -> None:
        """Create the files that the page shows and run its commands, from top to bottom.

        If the page continues in the folder of another page, that page is followed first.
        """
        for before in _AFTER.findall(page.read_text(encoding="utf-8")):
            self.follow(ROOT / before)
        for other, names in _FILES_OF.findall(page.read_text(encoding="utf-8")):
            for block in blocks(ROOT / other):
                if block.is_file and (not names or block.info in names.split()):
                    self.write(block)
        for block in blocks(page):
            if block.is_file:
                self.write(block)
            elif block.language == "console":
                for step in steps(block):
                    self.give(step, f"{name_of(page)}, line {step.line}")
            elif block.language == "pycon":
                self.type(block, page)

    def write(self, block: Block) -> None:
        """Create the file that a block shows."""
        path = self.folder / block.info
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def type(self, block: Block, page: Path) -> None:
        """Run a block of Python, with the names of earlier blocks, and compare its output with the block."""
        # `overt` prevents imports of pandas in its process. What a reader types in Python runs in another.
        sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") != "_Spared"]
        shown = doctest.DocTestParser().get_doctest(block.text, self.names, name_of(page), str(page), block.line)
        said = io.StringIO()
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(shown, out=said.write, clear_globs=False)
        assert not said.getvalue(), said.getvalue()
        self.names = shown.globs

    def give(self, step: Step, where: str) -> None:
        """Run one command, and compare its exit status and output with the page."""
        if f"{step.words[0]} ".startswith(NOT_RUN_HERE):
            return
        assert step.words[0] == "overt", f"{where}: {step.words[0]} is not run by anything"
        for word in step.words:
            if word in FILLED_BY_HAND and not (self.folder / word).exists():
                FILLED_BY_HAND[word](self.folder / word)
        code, said = self.ran(step.words)
        assert code == step.code, f"{where}: exit status {code}, expected {step.code}:\n{said}"
        lines = [_plain(line) for line in said.splitlines()]
        for shown in step.shown:
            pattern = ".*".join(re.escape(part) for part in _plain(shown).split("…"))
            assert any(re.fullmatch(pattern, line) for line in lines), f"{where}: not in the output: {shown}\n{said}"

    def ran(self, words: list[str]) -> tuple[int, str]:
        """Return the exit status of a command and its output."""
        if words == DEMONSTRATION and self.demonstrated is not None:
            shown = self.demonstrated()
            shutil.copytree(shown.out, self.folder / "alpha")
            return shown.done.returncode, f"{shown.done.stdout}\n{shown.done.stderr}"
        return run([self.on_server(word) for word in words[1:]])

    def on_server(self, word: str) -> str:
        """The word, and for the server of the page a database that has the register of the page's folder."""
        if word != SERVER or self.new_database is None:
            return word
        if not self.database:
            self.database = self.new_database()
            fill_postgres(self.database, self.folder / "register")
        return self.database


def run(words: list[str]) -> tuple[int, str]:
    """Return the exit status of `overt` and its output."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr("sys.argv", ["overt", *words])
        with pytest.raises(SystemExit) as left:
            main()
    return int(left.value.code or 0), f"{out.getvalue()}\n{err.getvalue()}"


def _plain(line: str) -> str:
    return " ".join(line.split())


def _marked(drawn: str, *marks: str) -> Callable[[Path], None]:
    """Fill in a copy of a worksheet as a reviewer would, with the marks in turn."""

    def fill(path: Path) -> None:
        book = openpyxl.load_workbook(path.parent / drawn)
        rows = book.worksheets[0].iter_rows()
        place = next(at for at, cell in enumerate(next(rows)) if str(cell.value).startswith("mark"))
        for number, row in enumerate(rows):
            row[place].value = marks[number % len(marks)]
        book.save(path)

    return fill


# Pages that begin with it get copies of what it made and said once.
DEMONSTRATION = ["overt", "demo", "--out", "alpha"]
# The server of a page that audits a register where it lies.
SERVER = "postgresql://auditor@db.example/police"
FILLED_BY_HAND = {
    "filled-by-a.xlsx": _marked("sample/sample.xlsx", "adequate", "adequate", "adequate", "inadequate"),
    "filled-by-b.xlsx": _marked("sample/sample.xlsx", "adequate", "adequate", "inadequate", "inadequate"),
    "filled-by-c.xlsx": _marked("sample/unsettled.xlsx", "inadequate"),
}


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader in an empty checkout with the examples and, if available, the public data next to it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "examples").symlink_to(ROOT / "examples")
    beside = ROOT.parent / "shared" / "data"
    if beside.is_dir():
        (tmp_path / "shared").mkdir()
        (tmp_path / "shared" / "data").symlink_to(beside)
    for name in list(os.environ):
        if name.startswith("OVERT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(folder)
    yield Reader(folder)


# Pages that another page continues are followed together with that page.
_GONE_ON_FROM = {before for page in PAGES for before in _AFTER.findall(page.read_text(encoding="utf-8"))}
_WITH_COMMANDS = [
    page
    for page in PAGES
    if any(block.language in ("console", "pycon") for block in blocks(page)) and name_of(page) not in _GONE_ON_FROM
]


@pytest.mark.parametrize("page", _WITH_COMMANDS, ids=name_of)
def test_page_does_what_it_says(page: Path, reader: Reader, request: pytest.FixtureRequest) -> None:
    """Each command has the exit status that the page gives, and prints the lines that it shows."""
    text = page.read_text(encoding="utf-8")
    if "../shared/data" in text:
        request.getfixturevalue("shared_data")
    if SERVER in text:
        reader.new_database = request.getfixturevalue("new_database")
    reader.demonstrated = lambda: request.getfixturevalue("honest")
    reader.follow(page)


_SHOWN = [(page, block) for page in PAGES for block in blocks(page) if block.language not in NOT_CHECKED]


@pytest.mark.parametrize(("page", "block"), _SHOWN, ids=[f"{name_of(page)}:{each.line}" for page, each in _SHOWN])
def test_what_a_page_shows_is_read_by_overt(page: Path, block: Block, tmp_path: Path) -> None:
    """A control lints, a mapping is a mapping, cases are cases, TOML is TOML, JSON is JSON, a CSV has a header."""
    assert block.language in CHECKS, f"{name_of(page)}, line {block.line}: nothing checks {block.language or 'this'}"
    CHECKS[block.language](block, tmp_path)


def _check_sql(block: Block, folder: Path) -> None:
    if "create view" in block.text:
        assert parse_mapping(block.text, "the page")
        return
    assert block.text.startswith("-- id:"), "neither a control nor a mapping"
    names = set(re.findall(r"(?<!:):([a-z_]+)\b", block.text)) - {"as_of"}
    thresholds = "".join(f'[thresholds.{name}]\nvalue = 1\nreason = "a page"\n' for name in sorted(names))
    texts = "".join(f'{name} = "page"\n' for name in ("name", "version", "title", "jurisdiction", "owner"))
    (folder / "pack.toml").write_text(texts + thresholds, encoding="utf-8")
    (folder / "page.sql").write_text(block.text, encoding="utf-8")
    (folder / "page.cases.md").write_text("# A page\n", encoding="utf-8")
    assert read_pack(folder).controls


def _check_toml(block: Block, folder: Path) -> None:
    body = tomllib.loads(block.text)
    if str(body.get("format")).startswith("overt-copies-agreement"):
        path = folder / "agreed.toml"
        path.write_text(block.text, encoding="utf-8")
        assert read_agreement(path, dt.date(2026, 6, 30)).reveals_rows
    if "register" in body:
        assert read_charter(block.text.encode(), block.info)
    if "accept" in body:
        path = folder / "accepted.toml"
        path.write_text(block.text, encoding="utf-8")
        assert read_accepted(path, dt.date(2026, 6, 30)).in_force


def _check_cases(block: Block, folder: Path) -> None:
    """Run test cases whose title names a control of a built-in pack on that control."""
    path = folder / "page.cases.md"
    path.write_text(block.text, encoding="utf-8")
    cases = read_cases(path)
    assert cases
    pack = read_pack(shipped_packs()["core"])
    control = next((each for each in pack.controls if block.text.startswith(f"# {each.id} ")), None)
    if control is not None:
        thresholds = {name: each.value for name, each in pack.thresholds.items()}
        differences = [each.difference for each in check_control(control, cases, thresholds, open_for_cases("duckdb"))]
        assert not any(differences), differences


def _check_csv(block: Block, folder: Path) -> None:
    lines = list(csv.reader(block.text.splitlines()))
    assert len({len(line) for line in lines}) == 1


def _check_json(block: Block, folder: Path) -> None:
    body = json.loads(block.text)
    assert body
    if "schema_version" in body:
        jsonschema.validate(body, findings_schema())


def _check_psql(block: Block, _folder: Path) -> None:
    """The SQL for a database administrator is the SQL that the tests of the server run."""
    done = (ROOT / "tests" / "register" / "test_postgres_leftovers.py").read_text(encoding="utf-8")
    assert [each for each in block.text.rstrip("; \n").split(";\n") if f'"{each}"' not in done] == []


CHECKS: dict[str, Callable[[Block, Path], Any]] = {
    "sql": _check_sql,
    "psql": _check_psql,
    "toml": _check_toml,
    "md": _check_cases,
    "csv": _check_csv,
    "json": _check_json,
}
