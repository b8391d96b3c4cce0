"""Corpora are read whole and strictly, in every kind of file."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.refusals import Refusal, Refusals
from overt.watchlists import CorpusOptions, count_labels, look_at_texts
from overt.watchlists._corpus import Survey, blocks, survey
from tests.watchlist.conftest import HEADER, ROWS, write_csv

PLAIN = ",".join(HEADER) + "\n" + "\n".join(f'"{text}",{rest}' for text, *more in ROWS if (rest := ",".join(more)))


def options(path: Path, **changes: Any) -> CorpusOptions:
    """The columns of the synthetic sentences, in another file."""
    made = CorpusOptions((path,), "text", "label", {"group": "group", "function": "function"}, positive=("threat",))
    return replace(made, **changes)


def texts(chosen: CorpusOptions) -> list[str]:
    """All texts of a corpus."""
    return [text for block in blocks(chosen, frozenset({"threat"})) for text in block.texts]


def written(tmp_path: Path, kind: str) -> Path:
    """The synthetic sentences in a file of that kind."""
    path = tmp_path / f"corpus{kind}"
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    if kind == ".parquet":
        pq.write_table(pa.Table.from_pylist(objects), path)
        return path
    lines = "\n".join(map(json.dumps, objects)) if ".jsonl" in kind else PLAIN
    text = lines.replace(",", "\t") if ".tsv" in kind else lines
    content = ("\ufeff" + text).encode() if ".csv" in kind else text.encode()
    path.write_bytes(gzip.compress(content) if kind.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("kind", [".csv", ".csv.gz", ".tsv", ".jsonl", ".jsonl.gz", ".parquet"])
def test_every_kind_of_file_gives_the_same_texts(tmp_path: Path, kind: str) -> None:
    """A byte-order mark aside."""
    chosen = options(written(tmp_path, kind))
    found = survey(chosen)
    assert (found.rows, dict(found.labels)) == (8, {"harmless": 5, "threat": 3})
    assert texts(chosen) == [row[0] for row in ROWS]


def test_several_files_are_one_corpus(tmp_path: Path) -> None:
    """Each with its own digest."""
    first = write_csv(tmp_path / "a.csv", ROWS[:3])
    second = write_csv(tmp_path / "b.csv", ROWS[3:])
    found = survey(options(first, paths=(first, second)))
    assert found.rows == 8
    assert [name for name, _ in found.files] == ["a.csv", "b.csv"]


def labels(tmp_path: Path, *values: str, positive: tuple[str, ...] = ()) -> Survey:
    """The survey of texts with those labels."""
    path = write_csv(tmp_path / "c.csv", [["x", value] for value in values], ("text", "label"))
    return survey(CorpusOptions((path,), "text", "label", {}, positive=positive))


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("hateful", "non-hateful"), ("1", "0"), ("TRUE", "FALSE"), ("toxic", "not toxic"), ("hate", "nothate"),
        ("OFF", "NOT"), ("x", "none"),
    ],
)  # fmt: skip
def test_the_label_that_means_yes_is_told(tmp_path: Path, yes: str, no: str) -> None:
    """Where one of two is a negation of the other."""
    assert labels(tmp_path, no, yes, no).positive == {yes}


@pytest.mark.parametrize(
    "only",
    [("harmless",), ("0",), ("non-hateful",), ("Not toxic",), ("FALSE",), ("neutral", "harmless"), ("none", "0")],
)
def test_labels_that_all_say_harmless_make_a_corpus_of_harmless_texts(tmp_path: Path, only: tuple[str, ...]) -> None:
    """Nothing is sought in it; one of two is not taken for what is sought because the other is a word for nothing."""
    assert labels(tmp_path, *only).positive == frozenset()


@pytest.mark.parametrize("values", [("a", "b"), ("1", "2", "3"), ("hateful", "hateful"), ("nun", "nun")])
def test_labels_that_cannot_be_told_are_asked_for(tmp_path: Path, values: tuple[str, ...]) -> None:
    """Rather than guessed."""
    with pytest.raises(Refusal, match="watchlist-label"):
        labels(tmp_path, *values)


def test_labels_can_be_given(tmp_path: Path) -> None:
    """More than one may mean yes; one that is not there is refused."""
    assert labels(tmp_path, "a", "b", "c", positive=("a", "b")).positive == {"a", "b"}
    with pytest.raises(Refusal, match="watchlist-label"):
        labels(tmp_path, "a", "b", positive=("d",))


@pytest.mark.parametrize(
    ("name", "content", "code", "where"),
    [
        ("c.csv", b"text,label,group,function\nx,a,b,c\n\xff,a,b,c\n", "encoding-not-utf8", "line 3"),
        ("c.csv", b"text,label,group,function\nx,a,b,c\nx\0,a,b,c\n", "nul-byte", "line 3"),
        ("c.csv", b"text,label,group,function\nx,a,b\n", "csv-ragged", "line 2"),
        ("c.csv", b'text,label,group,function\nx,a,b,"c\n', "csv-unclosed-quote", "line 2"),
        ("c.csv", b"text,label,group,function\n" + b"x" * 1_000_001 + b",a,b,c\n", "field-too-long", "line 2"),
        ("c.csv", b"text,label,group,function\n" + b"x" * 4_000_001, "field-too-long", "line 2"),
        ("c.csv", b"text,label,group,function\n", "watchlist-corpus-empty", "c.csv"),
        ("c.csv", b"", "source-empty", "c.csv"),
        ("c.csv", b"text,text,label,group\n", "header-twice", "c.csv"),
        ("c.csv", "text,label,group,function\nx,a,b,c\n".encode("utf-16"), "encoding-not-utf8", "line 1"),
        ("c.csv.gz", gzip.compress(b"text,label\n" * 99, mtime=0)[:20], "gzip-broken", "c.csv.gz"),
        ("c.jsonl", b'{"text": "x"}\n[1]\n', "json-broken", "line 2"),
        ("c.jsonl", b'{"text": "x", "label": {}, "group": 1, "function": 2}\n', "json-nested", "line 1"),
        ("c.jsonl", b'{"text": "\\u0000", "label": "a", "group": 1, "function": 2}', "nul-byte", "line 1"),
        ("c.jsonl", b'{"text": "\\ud800", "label": "a", "group": 1, "function": 2}', "json-broken", "line 1"),
        ("c.parquet", b"PAR1", "parquet-broken", "c.parquet"),
        ("c.docx", b"", "source-kind-unknown", "c.docx"),
        ("c.csv", b"text,label,group,function\nx,,b,c\n", "watchlist-label", "column label"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_its_format_says_is_refused(
    tmp_path: Path, name: str, content: bytes, code: str, where: str
) -> None:
    """With the place, and without the value, whatever limit the process has for CSV fields."""
    path = tmp_path / name
    path.write_bytes(content)
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(Refusal) as refused:
            survey(options(path))
    finally:
        csv.field_size_limit(before)
    assert refused.value.code == code
    assert where in refused.value.where


def test_missing_columns_are_named_all_at_once(corpus: CorpusOptions) -> None:
    """Together with what is there."""
    with pytest.raises(Refusals) as refused:
        survey(replace(corpus, text="sentence", label="gold"))
    assert {each.code for each in refused.value.refusals} == {"watchlist-corpus-column"}


def test_a_column_of_thousands_of_groups_is_refused(tmp_path: Path) -> None:
    """It is a column of ids or of texts."""
    path = write_csv(tmp_path / "c.csv", [["x", str(n % 2), f"g{n}"] for n in range(1_200)], ("text", "label", "group"))
    with pytest.raises(Refusal, match="watchlist-corpus-levels"):
        survey(CorpusOptions((path,), "text", "label", {"group": "group"}))


def test_a_column_of_texts_is_neither_label_nor_group(tmp_path: Path) -> None:
    """Results hold labels and groups, and may hold no text: not a long one, and not the column of the texts."""
    rows = [["x", str(n % 2), f"{n} " + "a sentence " * 20] for n in range(40)]
    path = write_csv(tmp_path / "c.csv", rows, ("text", "label", "group"))
    for chosen, code in (
        (CorpusOptions((path,), "text", "label", {"group": "group"}), "watchlist-corpus-levels"),
        (CorpusOptions((path,), "text", "group", {}), "watchlist-corpus-levels"),
        (CorpusOptions((path,), "text", "label", {"group": "text"}), "watchlist-corpus-column"),
        (CorpusOptions((path,), "text", "text", {}), "watchlist-corpus-column"),
    ):
        with pytest.raises(Refusal, match=code) as refused:
            survey(chosen)
        assert "sentence" not in str(refused.value)


def test_a_look_at_texts_tells_columns_and_labels(tmp_path: Path) -> None:
    """What tells who wrote a text, and labels with their texts; a file without names of columns is refused."""
    path = write_csv(
        tmp_path / "c.csv", [["x", str(n % 3 > 0), "a"] for n in range(30)], ("user comment", "label", "author")
    )
    columns = look_at_texts(path)
    assert [(column.name, column.told, column.may_be_text) for column in columns] == [
        ("user comment", "an author", True), ("label", "", True), ("author", "an author", False),
    ]  # fmt: skip
    assert count_labels(path, "label") == {"True": 20, "False": 10}
    for header in (("It is late.", "1"), ("a", "2024-01-01"), ("a", "x" * 60), ("one two three four five six", "b")):
        bare = write_csv(tmp_path / "bare.csv", [["x", "1"]], header)
        with pytest.raises(Refusal, match="watchlist-corpus-headings") as refused:
            look_at_texts(bare)
        assert not any(name in str(refused.value) for name in header if len(name) > 1)
