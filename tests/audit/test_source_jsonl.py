"""JSON lines: flat objects, each key once, nothing rounded."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.audits.source._account import Limits
from overt.refusals import Refusal, Refusals
from tests.audit.sources import load, read_back, refusal_of, rows, written
from tests.often import often


def test_values_keep_their_kind(tmp_path: Path) -> None:
    """A column has a kind when all its values have it."""
    text = (
        '{"id": 1, "name": "A", "live": true, "score": 1.5, "n": null}\n'
        '{"id": 2, "name": "", "live": false, "score": 2, "n": null}\n'
    )
    path = written(tmp_path, "people.jsonl", text)
    account = load(path, tmp_path / "db")
    assert account.tables[0].columns == (
        ("id", "BIGINT"),
        ("name", "VARCHAR"),
        ("live", "BOOLEAN"),
        ("score", "DOUBLE"),
        ("n", "VARCHAR"),
    )
    assert rows(tmp_path / "db", "people") == [(1, "A", True, 1.5, None), (2, "", False, 2.0, None)]


def test_a_key_that_a_line_lacks_is_null(tmp_path: Path) -> None:
    """Columns stand in the order of their first place in any line, then by name."""
    account = load(written(tmp_path, "y.ndjson", '{"b": 1}\n{"b": 2, "a": "x"}\n{"c": true}'), tmp_path / "db")
    assert [name for name, _ in account.tables[0].columns] == ["b", "c", "a"]
    assert rows(tmp_path / "db", "y") == [(1, None, None), (2, None, "x"), (None, True, None)]


def test_mixed_kinds_are_text_and_told(tmp_path: Path) -> None:
    """A number among texts is as it was written, in its shortest form."""
    account = load(written(tmp_path, "x.jsonl", '{"a": 1.10}\n{"a": "x"}\n{"a": true}\n'), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [("1.1",), ("x",), ("true",)]
    assert account.notes == ("x.jsonl, column A: values of several types; all were read as text",)


def test_long_numbers_are_not_rounded(tmp_path: Path) -> None:
    """A reference of twenty digits is no double."""
    digits = "12345678901234567890123"
    account = load(written(tmp_path, "x.jsonl", f'{{"a": {digits}}}\n'), tmp_path / "db")
    assert rows(tmp_path / "db", "x") == [(digits,)]
    assert "18 digits" in account.notes[0]


def test_text_that_looks_like_a_date_stays_text(tmp_path: Path) -> None:
    """Nothing is guessed."""
    assert read_back(tmp_path, "x.jsonl", '{"a": "2020-01-02", "b": "1"}\n') == [("2020-01-02", "1")]


def test_packed_marked_and_padded_files_are_read(tmp_path: Path) -> None:
    """gzip, a byte order mark, CRLF, and blank lines at the end."""
    expected = [(1,), (2,)]
    text = b'{"a": 1}\r\n{"a": 2}\r\n'
    for name, data in (
        ("x.jsonl.gz", gzip.compress(text)),
        ("x.jsonl", b"\xef\xbb\xbf" + text),
        ("x.jsonl", text + b"\r\n \n"),
    ):
        assert read_back(tmp_path, name, data) == expected


def test_odd_keys_are_columns(tmp_path: Path) -> None:
    """Keys with quotes, dots, slashes and blanks are names like any other."""
    record = {"a.b": 1, "it's": 2, 'say "x"': 3, "x/y": 4, "$": 5, " z ": 6, "0": 7}
    path = written(tmp_path, "x.jsonl", json.dumps(record) + "\n")
    account = load(path, tmp_path / "db")
    assert [name for name, _ in account.tables[0].columns] == list(record)
    assert rows(tmp_path / "db", "x") == [(1, 2, 3, 4, 5, 6, 7)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"a": 1', "json-broken"),
        ('{"a": 1}{"a": 2}', "json-broken"),
        ('{"a": 1},', "json-broken"),
        ('{"a": 1,}', "json-broken"),
        ("{'a': 1}", "json-broken"),
        ('{"a": NaN}', "json-broken"),
        ('{"a": -Infinity}', "json-broken"),
        ('{"a": 01}', "json-broken"),
        ('{"a": 1} // c', "json-broken"),
        ('{"a": "\\ud800"}', "json-broken"),
        ('{"a": "x\ty"}', "json-broken"),
        ("[1, 2]", "json-broken"),
        ("1", "json-broken"),
        ("", "json-broken"),
        ("   ", "json-broken"),
        ('{"a": {"b": 1}}', "json-nested"),
        ('{"a": [1]}', "json-nested"),
        ('{"a": []}', "json-nested"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "json-nested"),
        ('{"a": 1, "a": 2}', "json-key-twice"),
    ],
)
def test_a_wrong_line_is_refused_by_number(tmp_path: Path, line: str, code: str) -> None:
    """Wherever it stands in the file, and without what stands in it."""
    refusal = refusal_of(tmp_path, "x.jsonl", f'{{"a": 1}}\n{{"a": 2}}\n{line}\n{{"a": 3}}\n')
    assert (refusal.code, refusal.where) == (code, "x.jsonl, line 3")
    assert refusal_of(tmp_path, "x.jsonl", f'{line}\n{{"a": 3}}\n').where == "x.jsonl, line 1"


def test_an_object_without_keys_is_a_blank_row_but_no_table(tmp_path: Path) -> None:
    """It is told of and not counted; alone it says nothing."""
    assert read_back(tmp_path, "x.jsonl", '{}\n{"a": 1}\n') == [(1,)]
    assert refusal_of(tmp_path, "x.jsonl", "{}\n{}\n").code == "json-broken"


def test_an_array_of_flat_objects_is_read(tmp_path: Path) -> None:
    """Over as many lines as it likes, as it is published."""
    text = '\ufeff[\n  {"a": 1,\n   "b": "x]}, {"},\n {"a": 2}\n]\n'
    assert read_back(tmp_path, "x.json", text) == [(1, "x]}, {"), (2, None)]
    assert read_back(tmp_path, "x.json", '[{"a":1},{"a":2}]') == [(1,), (2,)]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('[{"a": 1}, {"a": [1]}]', "json-nested", "x.json, object 2"),
        ('[{"a": 1}, {"a": 1, "a": 2}]', "json-key-twice", "x.json, object 2"),
        ('[{"a": 1}, 2]', "json-broken", "x.json, object 2"),
        ('[{"a": 1}, {"a": 2}', "json-broken", "x.json, object 2"),
        ('[{"a": 1} {"a": 2}]', "json-broken", "x.json, object 1"),
        ('[{"a": 1},]', "json-broken", "x.json, object 1"),
        ('[{"a": 1}] x', "json-broken", "x.json"),
        ('[{"a": "x', "json-broken", "x.json, object 1"),
        ('[{"a": NaN}]', "json-broken", "x.json, object 1"),
        ("[" * 5000, "json-broken", "x.json, object 1"),
        ('[{"a": ' + "[" * 100_000, "json-nested", "x.json, object 1"),
        ("[]", "source-empty", "x.json"),
    ],
)
def test_what_is_no_array_of_flat_objects_is_refused(tmp_path: Path, text: str, code: str, where: str) -> None:
    """By the number of the object."""
    refusal = refusal_of(tmp_path, "x.json", text)
    assert (refusal.code, refusal.where) == (code, where)


def test_keys_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    """SQL takes them for one."""
    assert refusal_of(tmp_path, "x.jsonl", '{"Name": 1, "name": 2}\n').code == "header-twice"
    assert refusal_of(tmp_path, "x.jsonl", '{"": 1}\n').code == "header-blank"


def test_too_many_keys_are_refused(tmp_path: Path) -> None:
    """An object of names for keys would be one column for each person."""
    text = "".join(json.dumps({f"k{number}": 1}) + "\n" for number in range(30))
    assert refusal_of(tmp_path, "x.jsonl", text, limits=Limits(columns=20)).code == "header-too-wide"


def test_a_long_text_is_refused(tmp_path: Path) -> None:
    """By the limit on characters, as in every source."""
    limits = Limits(field_characters=100)
    text = json.dumps({"a": "é" * 100}, ensure_ascii=False)
    assert read_back(tmp_path, "x.jsonl", text, limits=limits) == [("é" * 100,)]
    refusal = refusal_of(tmp_path, "x.jsonl", json.dumps({"a": "x" * 101}), limits=limits)
    assert refusal.code == "field-too-long"


def test_an_escaped_nul_is_refused(tmp_path: Path) -> None:
    """It would end the text in half of the programs that read it."""
    refusal = refusal_of(tmp_path, "x.jsonl", '{"a": "x"}\n{"a": "x\\u0000y"}\n')
    assert (refusal.code, refusal.where) == ("nul-byte", "x.jsonl, row 2, column A")


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)


def _says_something(record: dict[str, Any]) -> bool:
    """Whether the record is a row: one that is blank throughout is not."""
    return any(value is not None and (not isinstance(value, str) or value.strip()) for value in record.values())


@settings(max_examples=often(40), deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b b", 'c"']), _VALUES, min_size=1), min_size=1, max_size=5))
def test_what_is_written_as_json_is_read_back(records: list[dict[str, Any]]) -> None:
    """Of every kind, alone or mixed with others as text."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    with tempfile.TemporaryDirectory() as folder:
        account = load(written(Path(folder), "x.jsonl", text), Path(folder) / "db")
        found = rows(Path(folder) / "db", "x")
    names = [name for name, _ in account.tables[0].columns]
    for record, row in zip([each for each in records if _says_something(each)], found, strict=True):
        for name, value in zip(names, row, strict=True):
            wanted = record.get(name)
            same = value == wanted or (wanted is not None and value == json.dumps(wanted))
            assert same, (name, value, wanted)


@settings(max_examples=often(60), deadline=None)
@given(st.text(st.sampled_from('{}[]",:a1 \n\\tn'), max_size=16))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing fails but by a refusal."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            load(written(Path(folder), "x.jsonl", '{"a": 1}\n' + text), Path(folder) / "db")
        except (Refusal, Refusals):
            pass
        else:
            for line in text.rstrip().split("\n"):
                assert not line.strip() or isinstance(json.loads(line), dict)


def test_a_key_with_a_nul_is_refused(tmp_path: Path) -> None:
    """It would end the name of the column in half of the programs that read it."""
    assert refusal_of(tmp_path, "x.jsonl", '{"a\\u0000b": 1}\n').code == "nul-byte"
