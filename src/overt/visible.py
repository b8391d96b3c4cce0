"""Text of others as it may stand on a page, in a report or at a terminal: nothing in it that is obeyed and not seen.

A column, a file or a pack may be named with characters that turn the direction of what follows, hide letters, or move
a terminal's cursor, so that a reader sees another name than is there. Each is shown as what it is, such as ⟨U+202E⟩.
"""

from __future__ import annotations

import re

# What a program need not show, beside the characters whose category says so: joiners, fillers, variation selectors.
_IGNORABLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff"
)

# The categories for controls, formats, surrogates and line ends, written out, since to look takes too long at every
# start; a test holds them against the tables of Unicode.
_RANGES = (
    "\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd"
    "\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
_HIDDEN = re.compile(f"[{_RANGES}{_IGNORABLE}]")
# A page has hundreds of lines, and a pattern that stops at none of them is many times faster.
_HIDDEN_IN_LINES = re.compile(f"(?![\t\n\r])[{_RANGES}{_IGNORABLE}]")


def visible(text: str, *, lines: bool = True) -> str:
    """The text with every character shown that would be obeyed or hidden. With `lines`, line ends and tabs stay."""
    return (_HIDDEN_IN_LINES if lines else _HIDDEN).sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def visible_json(text: str) -> str:
    """The same for JSON, where such a character stands only in a string: escaped, so that what is read is unchanged."""
    return _HIDDEN_IN_LINES.sub(lambda match: _escaped(match[0]), text)


def _escaped(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
