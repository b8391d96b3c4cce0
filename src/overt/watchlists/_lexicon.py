"""Identity words and ordinary words, so that they are found on a list without being told.

A term is a **bare identity word** when it is a word for a group of people and nothing more, or a
pattern that such a word fits (`wom[ae]n`, `jew\\w*`, `muslim*`). It is an **ordinary word** when every
word of it is among a thousand everyday words of English (`ordinary.txt`, chosen by hand) or a form of one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer  # type: ignore[import-untyped]

from overt.refusals import Refusal
from overt.watchlists._files import lines_of, regular_bytes

_HERE = Path(__file__).parent
_WORDS = re.compile(r"[^\W_]+(?:['’+-][^\W_]+)*\+?")
# What may stand in a term that is meant as a pattern.
_PATTERN = re.compile(r"[\[\]*?+\\]")
_SAFE_PATTERN = re.compile(r"(?:[\w '’-]|\[[\w+*\\-]+\]|\\w|\\d|\\\+|\\\*|[*?+])+")
# With more of these signs, a regular expression may try its ways for hours.
_MOST_REPEATED, _MOST_OPTIONAL = 4, 6


@dataclass(frozen=True)
class Lexicon:
    """Words by kind of identity, words that may stand beside them, and the stems of ordinary words."""

    identity: dict[str, str]
    beside: frozenset[str]
    ordinary: frozenset[str]

    def identity_of(self, term: str) -> str | None:
        """The kind of identity that the term names and no more, or `None`."""
        text = " ".join(term.casefold().replace("’", "'").strip().lstrip("#@").split())
        if not text:
            return None
        if _PATTERN.search(text):
            return self._pattern_of(text)
        joined = text.replace(" ", "-")
        if joined in self.identity:
            return self.identity[joined]
        words = _WORDS.findall(text)
        if not words or ("".join(words) != re.sub(r"[\W_]", "", text) and " ".join(words) != text):
            return None
        kinds = [self.identity[word] for word in words if word in self.identity]
        if kinds and all(word in self.identity or word in self.beside for word in words):
            return kinds[0]
        return None

    def is_ordinary(self, term: str) -> bool:
        """Whether every word of the term is an ordinary one."""
        words = re.findall(r"[^\W\d_]+", term.casefold().replace("’", "'"))
        return bool(words) and all(word in self.ordinary or _stem(word) in self.ordinary for word in words)

    def _pattern_of(self, text: str) -> str | None:
        # Few letters fit many words: such a pattern names nothing.
        letters = re.sub(r"\[[^\]]*\]|\\.|[^\w]", "", text)
        repeated, optional = sum(text.count(sign) for sign in "*+"), text.count("?")
        if len(letters) < 3 or len(text) > 60 or repeated > _MOST_REPEATED or optional > _MOST_OPTIONAL:
            return None
        kinds = [kind for word, kind in self.identity.items() if any(form.fullmatch(word) for form in _readings(text))]
        spaced = [
            kind
            for word, kind in self.identity.items()
            if "-" in word and any(form.fullmatch(word.replace("-", " ")) for form in _readings(text))
        ]
        return next(iter(kinds + spaced), None)


def read_lexicon(identity: Path | None = None, ordinary: Path | None = None) -> Lexicon:
    """The shipped words, and those of two files of one word a line: more words for identities, more ordinary ones."""
    shipped = tomllib.loads((_HERE / "identity.toml").read_text(encoding="utf-8"))
    beside = frozenset(shipped.pop("beside")["words"].split())
    words = {word: kind.replace("_", " ") for kind, table in shipped.items() for word in table["words"].split()}
    words |= {line.replace(" ", "-"): "given" for line in _lines(identity)}
    usual = (_HERE / "ordinary.txt").read_text(encoding="utf-8").split()
    return Lexicon(words, beside, frozenset(_with_stems([*usual, *_lines(ordinary)])))


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        text = regular_bytes(path, "watchlist-terms-unreadable").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("watchlist-terms-encoding", path.name, "the text is not UTF-8", "a list in UTF-8") from error
    return [line.casefold() for _, line in lines_of(text, path.name)]


def _with_stems(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        yield word
        yield _stem(word)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(snowballstemmer.stemmer("english").stemWord(word))


@lru_cache(maxsize=1_000)
def _readings(text: str) -> tuple[re.Pattern[str], ...]:
    """The term as a pattern: as a regular expression without groups, and as one with `*` and `?` alone."""
    patterns = []
    if _SAFE_PATTERN.fullmatch(text):
        with suppress(re.error):
            patterns.append(re.compile(text))
    wild = "".join({"*": r"\w*", "?": r"\w"}.get(sign, re.escape(sign)) for sign in text)
    patterns.append(re.compile(wild))
    return tuple(patterns)
