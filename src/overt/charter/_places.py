"""On which line of a charter each key stands: TOML's own reader does not say."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

DEEPEST = 8
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LITERAL = re.compile(r"'([^'\n]*)'")
_BASIC = re.compile(r'"((?:[^"\\\n]|\\[^\n])*)"')
_LONG_LITERAL = re.compile(r"'''.*?'''(?:''?(?!'))?", re.DOTALL)
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:""?(?!"))?', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class KeyPlaces:
    """The lines of one file. A place that no line has is said by the nearest key that holds it."""

    name: str
    lines: dict[Path, int] = field(default_factory=dict)
    twice: tuple[tuple[Path, int], ...] = ()
    too_deep: int | None = None

    def line(self, *path: str | int) -> int:
        """The line of a key or table, counted from 1; of what holds it, where it has none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, *path: str | int) -> str:
        """The place as a refusal says it: `file, line 12`."""
        return f"{self.name}, line {self.line(*path)}"


def find_places(text: str, name: str) -> KeyPlaces:
    """Where each key and table of a TOML text stands.

    Does not judge the text: it goes on as far as it understands, and TOML's reader says what is wrong. It stops
    where keys or values are nested deeper than `DEEPEST`, before they can exhaust that reader.
    """
    finder = _KeyFinder(text)
    too_deep = None
    try:
        finder.document()
    except _TooDeepError as error:
        too_deep = error.line
    except _LostError:
        # The reader that comes next says where and why.
        pass
    return KeyPlaces(name, finder.lines, tuple(finder.twice), too_deep)


def dotted(path: tuple[str | int, ...]) -> str:
    """A place in a charter as people write it: `categories.age.reason`."""
    return shown(".".join(str(part) for part in path))


def shown(text: object, most: int = 100) -> str:
    """What a file says, made fit for a terminal: in one line, without what would steer it, and cut where it is long."""
    plain = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in str(text)[: most + 1])
    return plain if len(plain) <= most else f"{plain[:most]}…"


class _LostError(Exception):
    """The text is not TOML as far as the finder knows it."""


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _KeyFinder:
    """Walks through a text once, from key to key."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [line_end.end() for line_end in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.given: set[Path] = set()
        self.twice: list[tuple[Path, int]] = []
        self.lengths: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self.skip(_GAP) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        line, double = self.line(), self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        path = self.key(())
        self.expect("]]" if double else "]")
        # What is below a list of tables belongs to the last table of the list.
        whole: Path = ()
        for part in path[:-1]:
            whole = (*whole, part)
            if whole in self.lengths:
                whole = (*whole, self.lengths[whole] - 1)
        whole = (*whole, path[-1])
        if double:
            self.lines.setdefault(whole, line)
            self.lengths[whole] = self.lengths.get(whole, 0) + 1
            whole = (*whole, self.lengths[whole] - 1)
        self.note(whole, line)
        return whole

    def pair(self, table: Path) -> None:
        line = self.line()
        path = self.key(table)
        self.expect("=")
        self.note(path, line)
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: Path) -> None:
        start = self.text[self.at : self.at + 1]
        if start == "[":
            self.inside(path, "]")
        elif start == "{":
            self.inside(path, "}")
        elif self.text.startswith(('"""', "'''"), self.at):
            self.take(_LONG_BASIC if start == '"' else _LONG_LITERAL)
        elif start in ('"', "'"):
            self.take(_BASIC if start == '"' else _LITERAL)
        else:
            self.take(_PLAIN)

    def inside(self, path: Path, end: str) -> None:
        """The values of a list, or the pairs of a table in braces."""
        self.at += 1
        number = 0
        while self.skip(_GAP) < len(self.text):
            if self.text[self.at] == end:
                self.at += 1
                return
            if end == "}":
                self.pair(path)
            else:
                self.note((*path, number), self.line())
                self.value((*path, number))
            number += 1
            self.skip(_GAP)
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
            elif self.text[self.at : self.at + 1] != end:
                raise _LostError
        raise _LostError

    def key(self, table: Path) -> Path:
        """A key of one or more parts, below the table that it stands in."""
        path = table
        while True:
            self.skip(_BLANK)
            start = self.text[self.at : self.at + 1]
            if start == '"':
                path = (*path, _ESCAPE.sub(_unescaped, self.take(_BASIC)[1]))
            elif start == "'":
                path = (*path, self.take(_LITERAL)[1])
            else:
                path = (*path, self.take(_BARE)[0])
            if len(path) > DEEPEST:
                raise _TooDeepError(self.line())
            self.skip(_BLANK)
            if self.text[self.at : self.at + 1] != ".":
                return path
            self.at += 1

    def note(self, path: Path, line: int) -> None:
        """Keeps the line of a place, and of what holds it where that has no line of its own yet."""
        if len(path) > DEEPEST:
            raise _TooDeepError(line)
        if path in self.given:
            self.twice.append((path, line))
            return
        self.given.add(path)
        self.lines[path] = line
        for length in range(1, len(path)):
            self.lines.setdefault(path[:length], line)

    def expect(self, text: str) -> None:
        self.skip(_BLANK)
        if not self.text.startswith(text, self.at):
            raise _LostError
        self.at += len(text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _LostError
        self.at = match.end()
        return match

    def skip(self, pattern: re.Pattern[str]) -> int:
        self.at = self.take(pattern).end()
        return self.at

    def line(self) -> int:
        return bisect.bisect_right(self.starts, self.at) + 1


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        # Beyond Unicode, or half a pair: TOML's reader refuses it.
        return chr(number) if number < 0x110000 else ""
    return _ESCAPED.get(match[3], "")
