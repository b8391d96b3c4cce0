"""Patterns that RE2, PostgreSQL and Java read alike, once what differs is written out.

A pattern may hold characters, classes, `\\d \\w \\s \\b`, groups, `|`, `^`, `$` and quantifiers. Options, lazy
quantifiers and all else are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from overt.audits.mapping._server_sql import NotOnServer

_TOKEN = re.compile(
    r"(?P<class>\[\^?\]?(?:\\[dws\]\[\\.^$*+?(){}|/-]|[^\]\[\\])*\])"
    r"|(?P<escape>\\[dwsbDWS]|\\[^0-9A-Za-z])"
    r"|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)|(?P<start>\^)|(?P<end>\$)"
    r"|(?P<many>(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})(?![?+]))"
    r"|(?P<char>[^\\\[\](){}|^$*+?])"
)
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": " \t\n\f\r"}
_SPECIAL = r"\.[]{}()*+?|^$"
_REPEATABLE = ("class", "escape", "char", "close")
_PLAIN = "write it with characters, classes, groups, |, ^, $ and greedy quantifiers"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True)
class Pattern:
    """A pattern in the form for one engine."""

    tokens: tuple[_Token, ...]
    dialect: str

    @property
    def text(self) -> str:
        """The pattern."""
        return "".join(self._written())

    def _written(self) -> Iterator[str]:
        for token in self.tokens:
            if token.kind == "end":
                yield "$" if self.dialect == "postgres" else r"\z"
            elif token.kind == "escape" and token.text == r"\b":
                if self.dialect == "spark":
                    raise NotOnServer(r"\b in a pattern", r"write (^|[^0-9A-Za-z_]) or ($|[^0-9A-Za-z_]) for it")
                yield r"\y"
            else:
                yield token.text if token.kind not in ("class", "escape", "char") else _set(token)

    def is_decided(self) -> bool:
        """Whether one text alone can be what matches at a place: the leftmost is the longest for every engine."""
        tokens = [token for token in self.tokens if token.kind not in ("start", "end", "open", "close")]
        if any(token.kind == "or" or token.text == r"\b" for token in tokens):
            return False
        grouped = any(
            one.kind == "close" and after.kind == "many"
            for one, after in zip(self.tokens, self.tokens[1:], strict=False)
        )
        atoms: list[tuple[_Token, str]] = []
        for token in tokens:
            if token.kind == "many":
                atoms[-1] = (atoms[-1][0], token.text)
            else:
                atoms.append((token, ""))
        return not grouped and all(self._parted(atoms, place) for place in range(len(atoms)))

    def can_be_empty(self) -> bool:
        """Whether an empty text matches."""
        return re.fullmatch(_for_python(self.tokens), "") is not None

    @staticmethod
    def _parted(atoms: list[tuple[_Token, str]], place: int) -> bool:
        token, many = atoms[place]
        if not many or re.fullmatch(r"\{([0-9]+)(,\1)?\}", many):
            return True
        for follower, again in atoms[place + 1 :]:
            if _members(token) & _members(follower):
                return False
            if not again.startswith(("*", "?", "{0")):
                return True
        return True


def read_pattern(pattern: str, dialect: str) -> Pattern:
    """The pattern in the form of an engine; raises `NotOnServer` for what cannot be said alike."""
    tokens: list[_Token] = []
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or token.lastgroup is None:
            raise NotOnServer(f"“{pattern[at : at + 4]}” in a pattern", _PLAIN)
        if token.lastgroup == "many" and (not tokens or tokens[-1].kind not in _REPEATABLE):
            raise NotOnServer(f"“{token.group()}” in a pattern, after what cannot repeat", _PLAIN)
        tokens.append(_Token(token.lastgroup, token.group()))
        at = token.end()
    return Pattern(tuple(tokens), dialect)


def _set(token: _Token) -> str:
    """One character, or one of a class, with what engines read differently written out."""
    text = token.text
    if token.kind == "char":
        return r"[^\n]" if text == "." else text
    if token.kind == "escape":
        name = text[1]
        if name.lower() in _CLASSES:
            return f"[{'^' if name.isupper() else ''}{_CLASSES[name.lower()]}]"
        return f"\\{name}" if name in _SPECIAL else name
    inner = text[1:-1]
    start = "[^" if inner.startswith("^") else "["
    inner = inner.removeprefix("^")
    inner = re.sub(r"\\([dws])", lambda found: _CLASSES[found[1]], inner)
    # A bracket, a blank set operator of Java's and a backslash are written so that no engine takes them for more.
    inner = re.sub(r"(?<!\\)([\[&~])", r"\\\1", inner)
    return f"{start}{inner}]"


def _members(token: _Token) -> frozenset[int]:
    """Which of the first characters, and of one for all others, the token matches."""
    pattern = re.compile(_for_python((token,)))
    return frozenset(code for code in (*range(0x250), 0x4E00) if pattern.fullmatch(chr(code)))


def _for_python(tokens: tuple[_Token, ...]) -> str:
    return "".join(
        {"end": r"\Z", "start": r"\A"}.get(token.kind)
        or (_set(token) if token.kind in ("class", "escape", "char") and token.text != r"\b" else token.text)
        for token in tokens
    )
