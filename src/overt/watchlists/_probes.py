"""Test how a list handles harmless uses of its own terms, and misspellings intended to evade it.

Functions of a test suite that have a functional test in their name (`negate_pos_h`, `counter_quote_nh`) are
read from the counts of the corpus. Templates put every term into sentences in which it does no harm.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from overt.refusals import Refusal
from overt.rows import TEXT_KINDS, open_rows
from overt.watchlists._files import check_regular
from overt.watchlists._matcher import Matcher
from overt.watchlists._term import Term

_HERE = Path(__file__).parent
_SLOT = "{term}"
# The functions of HateCheck (P. Röttger and others, ACL 2021) and of suites made after it.
_FUNCTIONS = (
    ("negation", "negate"),
    ("quotation", "quote"),
    ("counter-speech", "counter"),
    ("reclaimed words", "reclaim"),
    ("homonyms", "homonym"),
    ("lyrics", "lyric"),
    ("harmless profanity", "profan"),
    ("neutral or positive identity", "ident"),
    ("aimed at no group", "target"),
    ("spelling", "spell"),
)
_LOOKALIKE = str.maketrans("aceopxyiACEHKMOPTX", "асеорхуіАСЕНКМОРТХ")
_TO_LEET = str.maketrans("oieast", "013457")


@dataclass(frozen=True)
class Probe:
    """A sentence with a place for a term, and what kind of use it stands for."""

    kind: str
    template: str


@dataclass(frozen=True)
class Probed:
    """Of so many sentences made of terms, so many were flagged."""

    kind: str
    template: str
    sentences: int
    flagged: int


def probe_of(function: str) -> str | None:
    """The kind of probe that a function of a test suite is, by its name."""
    name = function.casefold()
    return next((kind for kind, part in _FUNCTIONS if part in name), None)


def read_probes(path: Path | None) -> tuple[Probe, ...]:
    """The shipped templates, or those of a CSV file with the columns `kind` and `template`."""
    if path is None:
        shipped = tomllib.loads((_HERE / "probes.toml").read_text(encoding="utf-8"))
        return tuple(Probe(template["kind"], template["template"]) for template in shipped["probe"])
    wanted = f"a CSV file in UTF-8 with the columns kind and template, each template with {_SLOT}"
    check_regular(path, "watchlist-terms-unreadable")
    with open_rows(path, kinds=TEXT_KINDS) as rows:
        if not {"kind", "template"} <= set(rows.header):
            raise Refusal("watchlist-templates", path.name, ", ".join(rows.header), wanted)
        kind, template = rows.place("kind"), rows.place("template")
        probes = [(number, Probe(row[kind], row[template])) for number, row in rows.rows]
    for number, probe in probes:
        if _SLOT not in probe.template or not probe.kind:
            raise Refusal("watchlist-templates", f"{path.name}, row {number}", f"no kind, or no {_SLOT}", wanted)
    if not probes:
        raise Refusal("watchlist-templates", path.name, "there is no template", wanted)
    return tuple(probe for _, probe in probes)


def harmless_uses(
    terms: Sequence[Term], probes: Iterable[Probe], flag: Callable[[list[str]], np.ndarray]
) -> list[Probed]:
    """What of each template is flagged, filled with every term of the list."""
    words = [_filled(term) for term in terms]
    return [
        _probed(probe.kind, probe.template, [probe.template.replace(_SLOT, word) for word in words], flag)
        for probe in probes
    ]


def disguises(terms: Sequence[Term], flag: Callable[[list[str]], np.ndarray]) -> list[Probed]:
    """Of the terms with three letters or more that are found as written, how many are still found when disguised."""
    words = [word for term in terms if sum(map(str.isalpha, word := _filled(term))) >= 3]
    words = [
        word for word, is_flagged in zip(words, flag([f"x {word} y" for word in words]), strict=True) if is_flagged
    ]
    return [
        _probed(kind, shown, [f"x {disguised} y" for word in words if (disguised := make(word)) != word], flag)
        for kind, shown, make in _DISGUISES
    ]


def flagger(
    matcher: Matcher, flagged: Callable[..., tuple[np.ndarray, np.ndarray]]
) -> Callable[[list[str]], np.ndarray]:
    """A function that says of each text whether the list flags it."""

    def flag(texts: list[str]) -> np.ndarray:
        flags = [
            flagged(matcher.hits(texts[at : at + 5_000]), len(texts[at : at + 5_000]))[0]
            for at in range(0, len(texts), 5_000)
        ]
        return np.concatenate(flags) if flags else np.zeros(0, dtype=bool)

    return flag


def _filled(term: Term) -> str:
    return re.sub(r"\s+", " ", " ".join(term.positive).replace("*", "").replace("?", "a"))


def _probed(kind: str, template: str, texts: list[str], flag: Callable[[list[str]], np.ndarray]) -> Probed:
    return Probed(kind, template, len(texts), int(flag(texts).sum()))


def _doubled(word: str) -> str:
    return re.sub(r"([^\W\d_])(?=[^\W\d_]*$)", r"\1\1", word, count=1)


def _dropped(word: str) -> str:
    return re.sub(r"(?<=[^\W\d_])[aeiou]", "", word, count=1, flags=re.IGNORECASE)


def _swapped(word: str) -> str:
    return re.sub(r"(?<=[^\W\d_])([^\W\d_])([^\W\d_])", r"\2\1", word, count=1)


_DISGUISES: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("capitals", "DRILL", str.upper),
    ("spaces between letters", "d r i l l", lambda word: " ".join(word.replace(" ", ""))),
    ("a dot after the first letter", "d.rill", lambda word: f"{word[0]}.{word[1:]}"),
    ("digits for letters", "dr1ll", lambda word: word.translate(_TO_LEET)),
    ("letters of another alphabet", "drіll with a Cyrillic i", lambda word: word.translate(_LOOKALIKE)),
    (
        "full-width letters",
        "ｄｒｉｌｌ",
        lambda word: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word),
    ),
    ("an invisible character", "d\u200brill", lambda word: f"{word[0]}\u200b{word[1:]}"),
    ("an accent", "dríll", lambda word: re.sub("[aeiou]", lambda m: m[0] + "\u0301", word, count=1)),
    ("a doubled letter", "drilll", _doubled),
    ("a letter left out", "drll", _dropped),
    ("two letters swapped", "dirll", _swapped),
    ("a hashtag", "#drill", lambda word: word if word.startswith("#") else "#" + word.replace(" ", "")),
)
