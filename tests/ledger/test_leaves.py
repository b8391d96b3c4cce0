"""Canonical JSON, commitments and what an entry may say."""

from __future__ import annotations

import json
import math
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.ledger import (
    CanonicalFields,
    PublicLeaf,
    RecordLeaf,
    canonical_json,
    commitment,
    public_leaf,
    read_leaf,
    read_record,
    record_leaf,
)
from overt.ledger._canonical import _carefully
from overt.refusals import Refusal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ANY_TEXT = st.text(st.characters(exclude_categories=[]))
NUMBERS = st.integers(-(1 << 53), 1 << 53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DIGEST = sha256(b"a document").hexdigest()
SALT = bytes(range(32))


@settings(deadline=None)
@given(VALUES)
def test_canonical_json_says_what_went_in(value: object) -> None:
    """Any reader of JSON gets the same value back, and writing it again gives the same bytes."""
    data = canonical_json({"value": value})
    assert read_record(data, "a record") == {"value": value}
    assert canonical_json(read_record(data, "a record")) == data


@settings(deadline=None)
@given(st.dictionaries(TEXTS, NUMBERS, min_size=2))
def test_canonical_json_does_not_depend_on_order(value: dict[str, float]) -> None:
    """Two mappings that are equal have one form."""
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@settings(deadline=None)
@given(st.dictionaries(ANY_TEXT, st.none() | st.booleans() | st.integers() | ANY_TEXT))
def test_plain_records_are_written_the_same_in_both_ways(value: dict[str, object]) -> None:
    """The fast way for flat records gives the bytes, and the refusals, of the careful one."""
    try:
        wanted = _carefully(value)
    except Refusal as refusal:
        with pytest.raises(Refusal) as refused:
            canonical_json(value)
        assert refused.value == refusal
    else:
        assert canonical_json(value) == wanted


_NAMES = ("b", "@a", "aa", "a", '"')


@settings(deadline=None)
@given(st.tuples(*[st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT for _ in _NAMES]))
def test_fields_known_before_are_written_the_same(values: tuple[object, ...]) -> None:
    """Where the names are sorted once for many records: the same bytes, and the same refusals."""
    record = {name: value for name, value in zip(_NAMES, values, strict=True) if value is not None}
    try:
        wanted = _carefully(record)
    except Refusal as refusal:
        with pytest.raises(Refusal) as refused:
            CanonicalFields(_NAMES).write(values)
        assert refused.value == refusal
    else:
        assert CanonicalFields(_NAMES).write(values) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1e21, "1e+21"),
        (999999999999999700000.0, "999999999999999700000"),
        (333333333.3333332, "333333333.3333332"),
        (0.000001, "0.000001"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (1e-27, "1e-27"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_rfc_8785_lists_them(value: float, wanted: str) -> None:
    """Appendix B of RFC 8785."""
    assert canonical_json(value).decode() == wanted


def test_names_are_sorted_by_utf_16() -> None:
    """The example of RFC 8785 section 3.2.3, in which a surrogate pair stands before a code point beyond it."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    wanted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(names)))) == wanted


def test_texts_are_written_as_rfc_8785_says() -> None:
    """The example of section 3.2.2.2: short escapes where there are some, small hexadecimal where not."""
    assert canonical_json('\u20ac$\u000f\nA\'B"\\"/\u007f') == '"€$\\u000f\\nA\'B\\"\\\\\\"/\u007f"'.encode()


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        1 << 54,
        "\ud800",
        {"\udfff": 1},
        {1: "a"},
        {None: "a"},
        {"a": b"bytes"},
        {"a": {1, 2}},
        json.loads("[" * 70 + "]" * 70),
    ],
)
def test_what_has_no_one_form_is_refused(value: object) -> None:
    """Not a number, half a surrogate pair, an integer no other reader keeps, too deep, another kind of value."""
    with pytest.raises(Refusal, match="record-not-canonical"):
        canonical_json(value)


def test_a_refused_value_is_named_by_place_and_never_shown() -> None:
    """The refusal may go to a log; the value may be about a person."""
    with pytest.raises(Refusal) as refused:
        canonical_json({"item": [{"note": "Mary\ud800"}]})
    assert refused.value.where == "item[0].note"
    assert "Mary" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 9007199254740993}',
        b'{"a": 1' + b"0" * 400 + b"}",
        b"[1]",
        b"",
        b"\xff{}",
        b'{"a": 1} x',
        b"[" * 100_000,
        b'{"a": "' + b"x" * 1_000_001 + b'"}',
    ],
)
def test_json_that_can_be_read_in_two_ways_is_refused(data: bytes) -> None:
    """Twice the same name, no number, not an object, not UTF-8, more than one value, too deep, too large."""
    with pytest.raises(Refusal, match="record-malformed"):
        read_record(data, "a record")


def test_the_commitment_is_what_the_format_says() -> None:
    """Made by hand: the word, the salt, the canonical record."""
    wanted = sha256(b"overt:record:v1" + SALT + b'{"a":1,"b":"x"}').digest()
    assert commitment({"b": "x", "a": 1}, SALT) == wanted


def test_a_commitment_needs_its_whole_salt() -> None:
    """A short salt could be guessed."""
    with pytest.raises(Refusal, match="salt-size"):
        commitment({}, SALT[:31])


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_record_leaves_are_read_as_written(committed: bytes) -> None:
    """Padding is made of the same leaves, so nothing in them may tell the two apart."""
    assert read_leaf(record_leaf(committed)) == RecordLeaf(committed)


def test_public_leaves_are_read_as_written() -> None:
    """Kind, digest and name, in which blanks may stand."""
    leaf = public_leaf("key-change", DIGEST, "charter of 3 May.toml")
    assert leaf == f"overt:public:v1 key-change {DIGEST} charter of 3 May.toml\n".encode()
    assert read_leaf(leaf) == PublicLeaf("key-change", DIGEST, "charter of 3 May.toml")


@pytest.mark.parametrize(
    ("kind", "digest", "name"),
    [
        ("Charter", DIGEST, "x"),
        ("", DIGEST, "x"),
        ("a b", DIGEST, "x"),
        ("-a", DIGEST, "x"),
        ("charter", DIGEST.upper(), "x"),
        ("charter", DIGEST[:-1], "x"),
        ("charter", DIGEST, ""),
        ("charter", DIGEST, "two\nlines"),
        ("charter", DIGEST, " x"),
        ("charter", DIGEST, "\u202egnp.exe"),
        ("charter", DIGEST, "x" * 501),
    ],
)
def test_a_public_leaf_of_another_form_is_refused(kind: str, digest: str, name: str) -> None:
    """What would be shown to people has no line breaks and nothing that turns text around."""
    with pytest.raises(Refusal, match="leaf-malformed"):
        public_leaf(kind, digest, name)


@pytest.mark.parametrize("leaf", [record_leaf(SALT), public_leaf("charter", DIGEST, "x")])
def test_a_leaf_cut_short_or_continued_is_refused(leaf: bytes) -> None:
    """A leaf is read to its last byte."""
    for cut in [leaf[:at] for at in range(len(leaf))] + [leaf + b"\n", b" " + leaf, leaf[:-1] + b"\r\n"]:
        with pytest.raises(Refusal, match="leaf-malformed"):
            read_leaf(cut)
