"""What changed from one version of a charter to the next, in words and in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import pairwise

from overt.charter._charter import Charter, CharterText
from overt.periods import day_words

# In the order in which people ask; every other field of a charter comes after them.
SECTIONS = (
    "categories",
    "recipients",
    "purposes",
    "authorities",
    "retention",
    "thresholds",
    "assessments",
    "packs",
    "populations",
)
_BOUND_TO_CHANGE = ("version", "previous", "adopted_on", "effective_on")


@dataclass(frozen=True)
class CharterChange:
    """One value that changed: where it stands, what it was and what it is; None is not there."""

    path: str
    old: object
    new: object

    def __str__(self) -> str:
        return f"{self.path}: {_said(self.old)} → {_said(self.new)}"


@dataclass(frozen=True)
class SectionDifference:
    """What changed in one section: names added, removed and (for categories) retired; values changed in those kept.

    `before` and `after` count the names; of categories, those not retired on the day their version takes effect.
    """

    name: str
    before: int
    after: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retired: tuple[str, ...]
    changed: tuple[CharterChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.retired or self.changed)


@dataclass(frozen=True)
class Difference:
    """What changed from one version to another: section by section, and in the fields outside them.

    `titles` are those of what has one, by section and name: `categories.emoji`.
    """

    old: int
    new: int
    effective_on: dt.date
    sections: tuple[SectionDifference, ...]
    changed: tuple[CharterChange, ...]
    titles: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> str:
        """One line: `categories 16 → 34, recipients 3 → 5, thresholds 1 changed`."""
        parts = [f"{part.name} {part.before} → {part.after}" for part in self.sections if part.before != part.after]
        for part in self.sections:
            if part.before == part.after and not part.is_empty:
                names = {change.path.split(".")[1] for change in part.changed}
                parts.append(
                    f"{part.name} {len(names) + len(part.added) + len(part.removed) + len(part.retired)} changed"
                )
        parts += sorted({f"{change.path.split('.')[0].replace('_', ' ')} changed" for change in self.changed})
        return ", ".join(parts) or "no change"

    def lines(self) -> list[str]:
        """Every change in words, one a line, section by section."""
        lines: list[str] = []
        for section in self.sections:
            if section.before != section.after:
                lines.append(f"{section.name} {section.before} → {section.after}")
            lines += [f"{section.name}: {name} is new" for name in section.added]
            lines += [f"{section.name}: {name} is retired" for name in section.retired]
            lines += [f"{section.name}: {name} is removed" for name in section.removed]
            lines += [str(change) for change in section.changed]
        return lines + [str(change) for change in self.changed]

    def sentences(self) -> list[str]:
        """The same for a reader who does not know the names: titles, with the name behind them, and days in words."""
        lines: list[str] = []
        for part in self.sections:
            heading = part.name.capitalize()
            if part.before != part.after:
                lines.append(f"{heading}: {part.before} → {part.after}")
            for names, what in ((part.added, "is new"), (part.retired, "is retired"), (part.removed, "is removed")):
                lines += [f"{heading}: {self._titled(part.name, name)} {what}" for name in names]
            lines += [self._sentence(change) for change in part.changed]
        return lines + [self._sentence(change) for change in self.changed]

    def _titled(self, section: str, name: str) -> str:
        title = self.titles.get(f"{section}.{name}")
        return f"{title} ({name})" if title else name

    def _sentence(self, change: CharterChange) -> str:
        section, _, rest = change.path.partition(".")
        name, _, column = rest.partition(".")
        parts = [section.replace("_", " ").capitalize()]
        parts += [self._titled(section, name)] if name else []
        parts += [column.replace("_", " ").replace(".", ", ")] if column else []
        return f"{': '.join(parts)}: {_said_plainly(change.old)} → {_said_plainly(change.new)}"


@dataclass(frozen=True)
class HistoryLine:
    """One version in the history of a charter: what it brought, in one line."""

    version: int
    effective_on: dt.date
    summary: str

    def __str__(self) -> str:
        return f"{self.version}  {self.effective_on}  {self.summary}"


def difference(old: Charter, new: Charter) -> Difference:
    """What changed from `old` to `new`. The version, its days and the digest before it always do, and are left out."""
    sections = tuple(_section(name, old, new) for name in SECTIONS)
    rest = [field.name for field in fields(CharterText) if field.name not in (*SECTIONS, *_BOUND_TO_CHANGE)]
    changed = [change for name in rest for change in _changes(name, getattr(old, name), getattr(new, name))]
    shown = tuple(section for section in sections if not section.is_empty or section.before != section.after)
    titles = {
        f"{name}.{key}": part.title
        for name in SECTIONS
        for charter in (old, new)
        for key, part in getattr(charter, name).items()
        if getattr(part, "title", "")
    }
    return Difference(old.version, new.version, new.effective_on, shown, tuple(changed), titles)


def history(charters: Sequence[Charter]) -> tuple[HistoryLine, ...]:
    """One line for each version, in order: `2  2021-07-28  categories 16 → 34, recipients 3 → 5`.

    The first says what it begins with. The charters are taken to be a chain (`check_chain`).
    """
    ordered = sorted(charters, key=lambda charter: charter.version)
    lines = [HistoryLine(charter.version, charter.effective_on, _beginning(charter)) for charter in ordered[:1]]
    return (
        *lines,
        *(HistoryLine(new.version, new.effective_on, difference(old, new).summary()) for old, new in pairwise(ordered)),
    )


def _beginning(charter: Charter) -> str:
    counts = ((name, _count(charter, name)) for name in SECTIONS)
    return ", ".join(f"{name} {count}" for name, count in counts if count)


def _count(charter: Charter, section: str) -> int:
    if section == "categories":
        return len(_open(charter))
    return len(getattr(charter, section))


def _open(charter: Charter) -> set[str]:
    """The categories not retired on the day the version takes effect; one announced for later counts."""
    day = charter.effective_on
    return {name for name, held in charter.categories.items() if held.retired_on is None or day < held.retired_on}


def _section(name: str, old: Charter, new: Charter) -> SectionDifference:
    before: Mapping[str, object] = getattr(old, name)
    after: Mapping[str, object] = getattr(new, name)
    retired = sorted((_open(old) & after.keys()) - _open(new)) if name == "categories" else []
    in_both = [key for key in before if key in after]
    return SectionDifference(
        name=name,
        before=_count(old, name),
        after=_count(new, name),
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        retired=tuple(retired),
        changed=tuple(change for key in in_both for change in _changes(f"{name}.{key}", before[key], after[key])),
    )


def _changes(path: str, old: object, new: object) -> Iterator[CharterChange]:
    """The values that differ, as deep as both sides have the same shape."""
    if is_dataclass(old) and is_dataclass(new):
        for field in fields(old):
            yield from _changes(f"{path}.{field.name}", getattr(old, field.name), getattr(new, field.name))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            yield from _changes(f"{path}.{name}", old.get(name), new.get(name))
    elif (type(old), old) != (type(new), new):
        yield CharterChange(path, old, new)


def _said_plainly(value: object) -> str:
    if isinstance(value, dt.date):
        return day_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _said(value)


def _said(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if is_dataclass(value):
        return "; ".join(f"{field.name} {_said(getattr(value, field.name))}" for field in fields(value))
    # A reason may go on over several lines; a change is told in one.
    return " ".join(str(value).split())
