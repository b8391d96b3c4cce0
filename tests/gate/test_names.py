"""The quick look for what names a person passes nothing that the close look would find."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from overt.gate import _names

_MARKS = ["@", "://", "www.", "x.co.uk", " ", "(", ")", "-", ".", ",", "\n", "’"]
_DIGITS = ["07", "+44", "00", "44", "1", "2", "9", "½", "٣", "٤", "1st", "E1"]
_LETTERS = ["SW", "k", "K", "ſ", "A", "Mr", "Dr. ", "Ann", "Lee", "e", "of", "AA"]
_PARTS = st.sampled_from([*_MARKS, *_DIGITS, *_LETTERS])


@given(st.lists(_PARTS, max_size=24).map("".join))
@example("E1 6AN")
@example("07700 900123")
@example("Ann Lee")
@example("٠1234567890")
def test_quick_look_misses_no_shape(text: str) -> None:
    """Each shape has in it something that the quick look looks for."""
    if _names._IN_FIELDS.search(text) or _names._IN_WORDS.search(text):
        assert not _names.is_free_of_shapes(text)
