"""Sources as a whole: folders and names, digests, and what an interruption leaves behind."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits.source._account import Limits, account_from_json
from overt.audits.source._loading import table_name
from overt.audits.source._source import is_complete, load_source, read_account
from overt.refusals import Refusal
from tests.audit.sources import load, refused, rows, written
from tests.waiting import MINUTES

ROOT = Path(__file__).resolve().parent.parent.parent


def test_each_file_of_a_folder_is_a_table(tmp_path: Path) -> None:
    """Of any kind; what holds no table is named in the account and not passed over."""
    folder = tmp_path / "register"
    written(folder, "Entries 2020.csv", "a\n1\n")
    written(folder, "items.tsv.gz", gzip.compress(b"a\n1\n2\n"))
    written(folder, "log.jsonl", '{"a": 1}\n')
    pq.write_table(pa.table({"a": [1, 2, 3]}), folder / "people.parquet")
    written(folder, "README.md", "words")
    written(folder, ".hidden.csv", "a\n1\n")
    (folder / "deeper").mkdir()
    account = load(folder, tmp_path / "db")
    found = {table.name: table.rows for table in account.tables}
    assert found == {"entries_2020": 1, "items": 2, "log": 1, "people": 3}
    assert account.unread == (".hidden.csv", "README.md", "deeper/")
    assert (account.name, account.kind) == ("register", "folder")


def test_a_folder_of_one_kind_says_so(tmp_path: Path) -> None:
    """As a generated register is a folder of Parquet files."""
    folder = tmp_path / "synthetic"
    folder.mkdir()
    pq.write_table(pa.table({"a": [1]}), folder / "entry.parquet")
    written(folder, "SYNTHETIC.txt", "made up")
    account = load(folder, tmp_path / "db")
    assert (account.kind, account.synthetic, account.unread) == ("parquet folder", True, ())


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    """The same for the same files wherever they lie, another when a name or a byte differs."""
    for name in ("one", "two"):
        written(tmp_path / name, "a.csv", "x\n1\n")
        written(tmp_path / name, "b.csv", "x\n2\n")
    first, second = (load(tmp_path / name, tmp_path / f"{name}.db").digest for name in ("one", "two"))
    assert first == second
    digests = [hashlib.sha256(text).hexdigest() for text in (b"x\n1\n", b"x\n2\n")]
    lines = "".join(f"{name}\0{digest}\n" for name, digest in zip(("a.csv", "b.csv"), digests, strict=True))
    assert first == hashlib.sha256(lines.encode()).hexdigest()
    (tmp_path / "two" / "b.csv").rename(tmp_path / "two" / "c.csv")
    assert load(tmp_path / "two", tmp_path / "three.db").digest != first


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Entries", "entries"),
        ("2016-06-metropolitan-stop-and-search.noloc", "2016_06_metropolitan_stop_and_search_noloc"),
        ("stops (1)", "stops_1"),
        ("Übersicht", "übersicht"),
        ("__", "table"),
        ('a"; drop table x; --', "a_drop_table_x"),
    ],
)
def test_tables_are_named_by_their_files(name: str, table: str) -> None:
    """In lower case, with `_` for all but letters and digits."""
    assert table_name(name) == table


def test_two_files_that_would_be_one_table_are_refused(tmp_path: Path) -> None:
    """Whatever they differ in is lost in the name."""
    folder = tmp_path / "x"
    written(folder, "Stops 1.csv", "a\n1\n")
    written(folder, "stops-1.csv", "a\n1\n")
    refusal = refused(folder, tmp_path / "db")
    assert (refusal.code, refusal.where) == ("source-table-twice", "stops-1.csv")
    assert "Stops 1.csv" in refusal.found


def test_too_many_tables_are_refused(tmp_path: Path) -> None:
    """A register has a few tables."""
    for number in range(4):
        written(tmp_path / "x", f"t{number}.csv", "a\n1\n")
    assert refused(tmp_path / "x", tmp_path / "db", limits=Limits(tables=3)).code == "source-too-many-tables"


@pytest.mark.parametrize(
    ("name", "code"),
    [("absent.csv", "source-absent"), ("x.docx", "source-kind-unknown"), ("x", "source-kind-unknown")],
)
def test_what_cannot_be_a_source_is_refused(tmp_path: Path, name: str, code: str) -> None:
    """And the refusal says what can."""
    if not name.startswith("absent"):
        written(tmp_path, name, "words")
    assert refused(tmp_path / name, tmp_path / "db").code == code


def test_json_is_told_from_json_lines(tmp_path: Path) -> None:
    """The refusal says what to make of it."""
    assert ".jsonl" in refused(written(tmp_path, "x.json", "{}"), tmp_path / "db").remedy
    assert refused(written(tmp_path, "x.parquet.gz", "x"), tmp_path / "db").code == "source-kind-unknown"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """As is one in which nothing is a table."""
    written(tmp_path / "x", "README.md", "words")
    assert refused(tmp_path / "x", tmp_path / "db").code == "source-empty"
    assert refused(written(tmp_path, "x.csv", ""), tmp_path / "db").code == "source-empty"


def test_links_out_of_a_folder_are_refused(tmp_path: Path) -> None:
    """Whoever made the folder would else choose which of the reader's own files is audited."""
    own = written(tmp_path, "own.csv", "a\n1\n")
    written(tmp_path / "x", "a.csv", "a\n1\n")
    (tmp_path / "x" / "b.csv").symlink_to(own)
    refusal = refused(tmp_path / "x", tmp_path / "db")
    assert (refusal.code, refusal.where) == ("source-link", "x/b.csv")
    (tmp_path / "x" / "b.csv").unlink()
    (tmp_path / "x" / "b.csv").symlink_to("a.csv")
    assert len(load(tmp_path / "x", tmp_path / "db").tables) == 2


def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    """A pipe in a folder would be waited on for ever."""
    os.mkfifo(tmp_path / "x.csv")
    assert refused(tmp_path / "x.csv", tmp_path / "db").code == "source-not-a-file"
    assert refused("/dev/null", tmp_path / "db").code == "source-not-a-file"


def test_the_account_is_kept_in_the_database(tmp_path: Path) -> None:
    """So that an audit can go on without reading the source again."""
    written(tmp_path / "x", "a.csv", "a,b\n1,é\n\n")
    written(tmp_path / "x", "notes.txt", "words")
    account = load(tmp_path / "x", tmp_path / "db")
    assert read_account(tmp_path / "db") == account
    assert account_from_json(account.as_json()) == account


def test_progress_tells_of_tables_and_rows(tmp_path: Path) -> None:
    """The last that is said of a table is how many rows it has."""
    told: list[tuple[str, int]] = []
    written(tmp_path / "x", "a.csv", "a\n1\n2\n")
    written(tmp_path / "x", "b.jsonl", '{"a": 1}\n')
    load_source(str(tmp_path / "x"), tmp_path / "db", progress=lambda table, count: told.append((table, count)))
    assert dict(told) == {"a": 2, "b": 1}


def test_what_is_no_whole_database_is_told_apart(tmp_path: Path) -> None:
    """No file, no database, a database of something else, one without its last mark."""
    assert not is_complete(tmp_path / "absent")
    assert not is_complete(written(tmp_path, "torn", b"\x00" * 5000))
    with duckdb.connect(tmp_path / "other") as connection:
        connection.execute("create table t (a int)")
    assert not is_complete(tmp_path / "other")
    load(written(tmp_path, "x.csv", "a\n1\n"), tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection:
        connection.execute("delete from overt.source_account")
    assert not is_complete(tmp_path / "db")


def test_a_database_may_not_be_called_as_its_schemas(tmp_path: Path) -> None:
    """DuckDB could not tell one from the other."""
    path = written(tmp_path, "x.csv", "a\n1\n")
    with pytest.raises(ValueError, match="schema of that name"):
        load_source(str(path), tmp_path / "source.duckdb")


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """The digest would be of another file than the rows."""
    folder = tmp_path / "x"
    written(folder, "a.csv", "a\n1\n")
    written(folder, "b.csv", "a\n1\n")

    def meddle(table: str, count: int) -> None:
        if table == "b":
            written(folder, "a.csv", "a\n1\n2\n")

    with pytest.raises(Refusal, match="source-changed"):
        load_source(str(folder), tmp_path / "db", progress=meddle)
    assert not (tmp_path / "db").exists()


_LOAD = """
    import resource, sys
    from pathlib import Path
    from overt.audits.source._source import load_source
    from overt.refusals import Refusal
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    try:
        load_source(sys.argv[1], Path(sys.argv[2]))
    except Refusal as refusal:
        print(refusal.code)
"""


def _loader(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_LOAD), *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_a_database_killed_in_the_middle_is_not_taken_for_whole(tmp_path: Path) -> None:
    """Whenever the process dies, what it leaves is recognised, and can be removed and made again."""
    text = "a,b\n" + "".join(f"{number},text of row {number}\n" for number in range(300_000))
    folder = tmp_path / "x"
    for name in ("a.csv", "b.csv", "c.csv"):
        written(folder, name, text)
    database = tmp_path / "db"
    killed = 0
    for wait in (0.3, 0.1, 0.0):
        process = _loader(str(folder), str(database))
        while process.poll() is None and not database.exists():
            time.sleep(0.01)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.returncode == -signal.SIGKILL:
            killed += 1
            assert not is_complete(database) or len(rows(database, "c")) == 300_000
        for path in (database, Path(f"{database}.wal")):
            path.unlink(missing_ok=True)
    assert killed
    assert load(folder, database).by_name["c"].rows == 300_000


@pytest.mark.parametrize(("name", "limit"), [("x.csv", 300_000), ("x.csv.gz", 300_000), ("x.jsonl", 300_000)])
def test_a_full_disk_is_a_refusal(tmp_path: Path, name: str, limit: int) -> None:
    """Here files that may not grow; nothing half-written is left."""
    if name.endswith(".jsonl"):
        data = "".join(f'{{"a": "{number * 7919 % 1000003}"}}\n' for number in range(100_000)).encode()
    else:
        data = b"a,b\n" + b"".join(b"%d,%x\n" % (n, n * 2654435761 % 2**32) for n in range(200_000))
    path = written(tmp_path, name, gzip.compress(data) if name.endswith(".gz") else data)
    process = _loader(str(path), str(tmp_path / "db"), str(limit))
    out, _ = process.communicate(timeout=MINUTES)
    assert out.strip() == "disk-full"
    assert sorted(each.name for each in tmp_path.iterdir()) == [name]


def test_names_that_a_terminal_would_obey_are_shown_without_that(tmp_path: Path) -> None:
    """In accounts, notes and refusals, whatever the file is called."""
    folder = tmp_path / "x\x1b[2J"
    written(folder, "a\x1b[31m\n.csv", "a,b\n1,2\n\n")
    written(folder, "b\x07.txt", "words")
    account = load(folder, tmp_path / "db")
    shown = [account.name, *account.unread, *account.notes, account.files[0].name, account.tables[0].origin]
    assert all(each.isprintable() for each in shown)
    refusal = refused(written(tmp_path, "c\x1b[2J.csv", "a,b\n1\n"), tmp_path / "db2")
    assert refusal.where.isprintable()


def test_a_path_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """The engine takes paths in UTF-8 alone."""
    name = os.fsdecode(b"caf\xe9.csv")
    assert refused(written(tmp_path, name, "a\n1\n"), tmp_path / "db").code == "source-unreadable"
    written(tmp_path / "x", "a.csv", "a\n1\n")
    written(tmp_path / "x", os.fsdecode(b"caf\xe9.txt"), "words")
    assert load(tmp_path / "x", tmp_path / "db").unread == ("caf⟨U+DCE9⟩.txt",)


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08", b"PK\x03\x04", b"PAR1", b"SQLite format 3\0", b"%PDF-1.7"])
def test_a_file_with_the_ending_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    """The refusal says what it is, and not that it is badly encoded."""
    for name in ("x.csv", "x.jsonl"):
        refusal = refused(written(tmp_path, name, content + b"\xff" * 50), tmp_path / "db")
        assert refusal.code == "source-kind-unknown"
        assert "the content of" in refusal.found


@pytest.mark.parametrize("name", ["a*b.csv", "a?b.csv", "a[1].csv", "it's.csv", "{a,b}.csv"])
def test_the_name_of_a_csv_file_is_no_pattern(tmp_path: Path, name: str) -> None:
    """A star in a name means a star."""
    folder = tmp_path / "f[1]*"
    for other in ("axb.csv", "a1.csv", "a.csv", "b.csv"):
        written(folder, other, "a,b\n1,2\n3,4\n")
    account = load(written(folder, name, "c,d\n5,6\n"), tmp_path / "db")
    assert rows(tmp_path / "db", account.tables[0].name) == [("5", "6")]


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.jsonl", "x.csv.gz"])
@pytest.mark.parametrize("filler", [b"\n", b" ", b"\r", b'"', b","])
def test_a_file_of_one_character_ends_in_a_refusal(tmp_path: Path, name: str, filler: bytes) -> None:
    """Soon, and in little memory."""
    data = filler * 6_000_000
    path = written(tmp_path, name, gzip.compress(data, 1) if name.endswith(".gz") else data)
    refused(path, tmp_path / "db", limits=Limits(inflation_ratio=10_000, field_characters=10_000))
