"""Labels brought to one spelling: case, space, dash, ampersand and punctuation are folded, and nothing else is.

A folded label is compared whole. "Any", "ethnic", "group", "background" and "people" are left out of it, since
published lists put them in and leave them out of the same label; a stroke, a comma and "or" are one sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SIGN = "/"
# Shortened and misspelt words that published files have.
_WORDS = {
    "oth": "other",
    "blk": "black",
    "brit": "british",
    "carib": "caribbean",
    "caribbn": "caribbean",
    "carribean": "caribbean",
    "carribbean": "caribbean",
    "caribean": "caribbean",
    "carrib": "caribbean",
    "afri": "african",
    "backround": "background",
    "backgrd": "background",
    "backgr": "background",
    "bkgd": "background",
    "backgrnd": "background",
    "bangladesi": "bangladeshi",
    "pakistan": "pakistani",
    "travellers": "traveller",
    "traveler": "traveller",
    "gypsies": "gypsy",
    "others": "other",
    "undefined": "unspecified",
}
_LEFT_OUT = frozenset(("any", "ethnic"))
# Left out at the end alone: "Other ethnic groups Chinese" is a heading and its part, and "Other Chinese" is not.
_LEFT_OUT_LAST = frozenset(("ethnicity", "group", "groups", "background", "backgrounds", "people", "persons", _SIGN))
# What a table says of a column and not of the people in it.
_REMARKS = re.compile(
    r"\((?:please )?(?:specify|describe|state|write in|do not use|excl?uding [^)]*not stated)[^)]*\)"
    r"|[-–—;:,]?\s*(?:ni|england and wales|scotland)?\s*\(?\b(?:eth(?:nic)?\s+)?(?:cat(?:egory)?\s+)?20\d1 census\b\)?"
    r"|;\s*measures\s*:\s*value\s*$"
    r"|\(\s*please\s*\)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\s*(?:\d{1,2}\s*[.):]|\(\d{1,2}\)|[a-z]\))\s+(?=\S)", re.IGNORECASE)
_DASHES = "-‐‑‒–—―−"
# Where a heading may end: a colon, a dash with a blank at one side, the signs of census interfaces; then a dash alone.
_STRONG = re.compile(rf"\s*(?:!!|:|;|>|\\)\s*|\s+[{_DASHES}]\s*|\s*[{_DASHES}]\s+")
_TIGHT = re.compile(rf"(?<=\w)[{_DASHES}](?=\w)")
_BRACKET = re.compile(r"^(?P<outer>[^()]+?)\s*\(\s*(?P<inner>[^()]+?)\s*\)?\s*$")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The label in the one spelling in which labels are compared; an empty text where it has no word."""
    tokens = [_WORDS.get(word, word) for word in _tokens(text)]
    words = [word for word in tokens if word not in _LEFT_OUT]
    while len(words) > 1 and words[-1] in _LEFT_OUT_LAST:
        words.pop()
    # "Other ethnic group" may be a heading, of which "any other ethnic group" is the last part.
    if words == ["other"] and "any" in tokens:
        words = ["any", "other"]
    if all(word == _SIGN for word in words):
        words = tokens
    without_repeats: list[str] = []
    for word in words:
        if word != _SIGN or (without_repeats and without_repeats[-1] != _SIGN):
            without_repeats.append(word)
    while without_repeats and without_repeats[-1] == _SIGN:
        without_repeats.pop()
    return " ".join(without_repeats)


def spelling(text: str) -> str:
    """The label as a person would say that it is the same word: without difference of case and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def bare(text: str) -> str:
    """The label without its number and without what its table says of the column."""
    plain = _REMARKS.sub("", text)
    return _NUMBER.sub("", plain).strip() or text.strip()


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"\bb/g\b", " background ", plain)
    plain = re.sub(r"['’`ʻ‘]", "", plain)
    plain = re.sub(r"[&+]", " and ", plain)
    plain = re.sub(r"[/,]|\bor\b", f" {_SIGN} ", plain)
    return re.sub(r"[^\w/#?]+", " ", plain).replace("_", " ").split()


def divisions(text: str, *, strong: bool = False) -> tuple[tuple[str, str], ...]:
    """Each way in which the label may be a heading and what stands under it, the plainest first.

    `strong` leaves only those that a colon, or a dash with a blank, marks.
    """
    return _divisions(text, strong)


@lru_cache(maxsize=65536)
def _divisions(text: str, strong: bool) -> tuple[tuple[str, str], ...]:
    return tuple(_divided(text, strong))


def _divided(text: str, strong: bool) -> Iterator[tuple[str, str]]:
    for sign in (_STRONG,) if strong else (_STRONG, _TIGHT):
        for match in sign.finditer(text):
            if (head := text[: match.start()].strip()) and (rest := text[match.end() :].strip()):
                yield head, rest
    if strong:
        return
    if bracket := _BRACKET.match(text):
        yield bracket["inner"], bracket["outer"]
        yield bracket["outer"], bracket["inner"]
    for match in re.finditer(r"(?<=[^\s,/&+])\s+(?=[^\s,/&+])", text):
        head, rest = text[: match.start()], text[match.end() :]
        # "White and", "Black or": a sign that joins two words is not the end of a heading. "Other Chinese" is Chinese.
        if fold(head) == "other" and "group" not in head.casefold():
            continue
        if not re.search(r"(?:^|\s)(?:and|or|of)$", head, re.IGNORECASE) and not re.match(
            r"(?:and|or|of)\s", rest, re.IGNORECASE
        ):
            yield head, rest


# The lengths at which columns of databases end.
_CUTS = frozenset((20, 24, 25, 30, 31, 32, 35, 40, 50, 63, 64))


def may_be_cut(text: str) -> bool:
    """Whether the label may be cut off: dots at its end, an open bracket, or a length where columns end."""
    dotted = text.rstrip().endswith(("...", "…"))
    return dotted or text.count("(") > text.count(")") or bool(_CUTS & {len(text), len(text.strip())})


def uncut(text: str) -> str:
    """A cut label without the dots."""
    return text.rstrip().rstrip(".…").rstrip()
