"""Watch-lists are tested, not run: no author, no stream, no socket, nothing about a single text."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.refusals import Refusal, Refusals
from overt.watchlists import CorpusOptions, Term, TermList, TrialRequest, account, read_terms, trial_files, try_list
from overt.watchlists._columns import told_by_name
from overt.watchlists._corpus import blocks, survey

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "overt" / "watchlists"
TELLING = (
    "author", "Author_Name", "authorId", "user", "userName", "user_id", "screen_name", "handle", "account", "name",
    "full name", "nickname", "e-mail", "Email", "mail_address", "phone", "location", "user.location", "lat",
    "longitude", "postcode", "IP", "date", "created_at", "createdAt", "timestamp", "post time", "datetime",
    "tweet_id", "url",
)  # fmt: skip
HARMLESS = (
    "", "text", "test_case", "case_id", "ref_case_id", "label", "label_gold", "target_ident", "functionality",
    "direction", "focus_words", "focus_lemma", "templ_id", "case_templ", "category", "genre", "dialect", "language",
    "toxicity",
    "annotator_agreement", "tweet", "comment", "sentence", "id", "split", "template",
)  # fmt: skip
VALUES = (
    "somebody@police.example", "@somebody", "@somebody@social.example", "2021-07-28", "2021-07-28T12:30:00Z",
    "28/07/2021 12:30", "Wed Jul 28 12:30:00 +0000 2021", "28 July 2021", "12:30:05", "1627475400",
    "1420070400000000000", "51.5074, -0.1278", "POINT(-0.1278 51.5074)",
    "https://social.example/somebody/1", "SW1A 1AA",
)  # fmt: skip


def corpus(tmp_path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> CorpusOptions:
    """A corpus of text, label and more columns."""
    path = tmp_path / "corpus.jsonl"
    lines = [json.dumps(dict(zip(header, row, strict=True))) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return CorpusOptions((path,), "text", "label", {})


@pytest.mark.parametrize("name", TELLING)
def test_a_column_named_for_who_where_or_when_is_refused(tmp_path: Path, name: str) -> None:
    """Also where it is not read, unless it is dropped; what stands in it is not said."""
    chosen = corpus(tmp_path, ("text", "label", name), [("a", "1", "zzz-secret"), ("b", "0", "zzz-secret")])
    with pytest.raises(Refusal, match="watchlist-corpus-personal") as refused:
        survey(chosen)
    assert "zzz-secret" not in str(refused.value)
    assert survey(replace(chosen, drop=(name,))).rows == 2


@pytest.mark.parametrize("name", HARMLESS)
def test_columns_of_test_suites_are_let_in(name: str) -> None:
    """The boundary keeps no researcher out."""
    assert told_by_name(name) is None


@pytest.mark.parametrize("value", VALUES)
def test_a_column_whose_values_tell_is_refused(tmp_path: Path, value: str) -> None:
    """Whatever it is called; what stands in it is not said."""
    chosen = corpus(tmp_path, ("text", "label", "c7"), [("a", "1", value), ("b", "0", value)])
    with pytest.raises(Refusal, match="watchlist-corpus-personal") as refused:
        survey(chosen)
    assert value not in str(refused.value)
    assert survey(replace(chosen, drop=("c7",))).rows == 2


def test_a_few_telling_values_among_many_are_enough(tmp_path: Path) -> None:
    """One in a hundred."""
    rows = [("a", str(n % 2), "@somebody" if n % 100 == 0 else "x") for n in range(1_000)]
    with pytest.raises(Refusal, match="watchlist-corpus-personal"):
        survey(corpus(tmp_path, ("text", "label", "c7"), rows))


def test_a_column_of_handles_is_no_column_of_texts(tmp_path: Path) -> None:
    """Nor is a column of authors that is given as one."""
    with pytest.raises(Refusal, match="watchlist-corpus-personal"):
        survey(corpus(tmp_path, ("text", "label"), [("@one", "1"), ("@two", "0")]))
    with pytest.raises(Refusal, match="watchlist-corpus-personal"):
        survey(replace(corpus(tmp_path, ("user", "label"), [("one", "1"), ("two", "0")]), text="user"))


INSIDE = (
    "look at @somebody_9 now", "(@Somebody) said so", "RT @somebody: a song", "@somebody@social.example said so",
    "write to some.body@police.example", "see https://social.example/somebody/status/1", "ends with @somebody",
    "at www.social.example/somebody",
)  # fmt: skip
OUTSIDE = (
    "@USER said so", "RT @user: a song", "@mention and @username", "you b@st@rd", "a @ b", "2 @ £3", "5@6", "e.g. this",
)  # fmt: skip


@pytest.mark.parametrize("text", INSIDE)
def test_texts_that_hold_handles_are_refused_or_masked(tmp_path: Path, text: str) -> None:
    """One text in a hundred is enough, as in columns; masked, nothing of a handle is left to be searched."""
    rows = [(text if n == 50 else "a song", str(n % 2)) for n in range(100)]
    chosen = corpus(tmp_path, ("text", "label"), rows)
    with pytest.raises(Refusal, match="watchlist-corpus-personal") as refused:
        survey(chosen)
    assert "omebody" not in str(refused.value)
    assert "--mask-handles" in str(refused.value)
    read = [each for block in blocks(replace(chosen, mask_handles=True), frozenset({"1"})) for each in block.texts]
    assert survey(replace(chosen, mask_handles=True)).rows == len(read) == 100
    assert not any(part in each.casefold() for each in read for part in ("somebody", "some.body", "police", "social"))


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_sign_that_is_no_handle_keeps_no_corpus_out(tmp_path: Path, text: str) -> None:
    """Placeholders that corpora put in a handle's place, words in disguise, prices."""
    assert survey(corpus(tmp_path, ("text", "label"), [(text, "1"), ("a song", "0")])).rows == 2


def test_masking_lets_in_no_column_of_handles(tmp_path: Path) -> None:
    """Nor any other column that tells."""
    chosen = replace(corpus(tmp_path, ("text", "label"), [("@one", "1"), ("@two", "0")]), mask_handles=True)
    with pytest.raises(Refusal, match="watchlist-corpus-personal"):
        survey(chosen)


def test_a_column_of_timestamps_is_refused_by_its_type(tmp_path: Path) -> None:
    """In Parquet, where values are not text."""
    path = tmp_path / "corpus.parquet"
    pq.write_table(pa.table({"text": ["a"], "label": ["1"], "c7": pa.array([0], pa.timestamp("s"))}), path)
    with pytest.raises(Refusal, match="watchlist-corpus-personal"):
        survey(CorpusOptions((path,), "text", "label", {}))


def test_every_telling_column_is_named_at_once(tmp_path: Path) -> None:
    """So that nobody drops one to learn of the next."""
    chosen = corpus(tmp_path, ("text", "label", "author", "created_at"), [("a", "1", "x", "y"), ("b", "0", "x", "y")])
    with pytest.raises(Refusals) as refused:
        survey(chosen)
    assert len(refused.value.refusals) == 2


def test_no_stream_is_read(tmp_path: Path) -> None:
    """Neither standard input, nor a pipe, nor a device, nor a socket, as texts or as a list."""
    pipe, door = tmp_path / "corpus.csv", tmp_path / "socket.csv"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        for path in (Path("-"), Path("/dev/stdin"), Path("/dev/zero"), Path("/proc/self/fd/0"), pipe, door):
            with pytest.raises(Refusal, match="watchlist-live"):
                survey(CorpusOptions((path,), "text", "label", {}))
            with pytest.raises(Refusal, match="watchlist-live"):
                read_terms(path)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_nothing_listens_and_nothing_is_called(path: Path) -> None:
    """No module of the bench knows a network, a process, a queue, standard input or a schedule."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    live = {"socket", "ssl", "http", "urllib", "asyncio", "selectors", "subprocess", "multiprocessing", "sched", "sys"}
    assert names & live <= ({"sys"} if path.name == "_matching.py" else set())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "stdin" not in attributes


def test_a_trial_opens_no_socket(tmp_path: Path) -> None:
    """The whole command runs where every attempt to open one fails."""
    code = (
        "import socket, sys\n"
        "class Refused(socket.socket):\n"
        "    def __init__(self, *a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket = Refused\n"
        "from overt.cli import main\n"
        "main()\n"
    )
    (tmp_path / "list.txt").write_text("drill\n", encoding="utf-8")
    (tmp_path / "corpus.csv").write_text("text,label\na drill,0\nb,1\n", encoding="utf-8")
    command = ["watchlist", "test", "list.txt", "--corpus", "corpus.csv", "--text", "text", "--label", "label", "-q"]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_nothing_tells_which_text_was_flagged(tmp_path: Path) -> None:
    """Whichever of two like texts a term stands in, every figure of the result is the same."""
    made = []
    for name, texts in (("one", ("drill it", "leave it")), ("two", ("leave it", "drill it"))):
        (tmp_path / name).mkdir()
        rows = [(text, "0") for text in texts] + [("c", "1")]
        chosen = corpus(tmp_path / name, ("text", "label"), rows)
        trial = account(try_list(TrialRequest(TermList("list.txt", "0" * 64, (Term("drill"),)), chosen)))
        trial["corpus"]["files"] = []
        made.append(trial_files(trial))
    assert made[0] == made[1]


def test_no_result_has_a_row_of_the_corpus(tmp_path: Path) -> None:
    """Twice as many texts make no table longer."""
    sizes = []
    for count in (50, 100):
        rows = [(f"drill number{n}", str(n % 2)) for n in range(count)]
        (tmp_path / str(count)).mkdir()
        chosen = corpus(tmp_path / str(count), ("text", "label"), rows)
        files = trial_files(account(try_list(TrialRequest(TermList("list.txt", "0" * 64, (Term("drill"),)), chosen))))
        sizes.append({name: content.count(b"\n") for name, content in files.items()})
        assert not any(b"number7" in content for content in files.values())
    assert sizes[0] == sizes[1]
