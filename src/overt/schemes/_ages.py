"""Age bands with their bounds: read from their words, and brought to bands that two lists share.

Bands that nest are added up; bands that cross cannot be, and are refused by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from overt.schemes._files import LineKind
from overt.schemes._index import is_blank, word

# No age of a person is above it: the upper end of a band without one.
OPEN = 200
_NUMBER = r"(\d{1,3})"
_YEARS = r"(?:\s*(?:years?|yrs?|y))?(?:\s*(?:of age|olds?|old))?"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (rf"(?:under|less than|below|younger than|<)\s*{_NUMBER}{_YEARS}", "under"),
        (rf"{_NUMBER}{_YEARS}\s*(?:and|or|&)\s*(?:under|younger|below|less)", "up to"),
        (rf"(?:up to|<=|≤)\s*{_NUMBER}{_YEARS}", "up to"),
        (rf"(?:over|greater than|more than|older than|above|>)\s*{_NUMBER}{_YEARS}", "over"),
        (rf"{_NUMBER}{_YEARS}\s*(?:and|or|&)\s*(?:over|older|above|more|up)", "from"),
        (rf"(?:>=|≥)\s*{_NUMBER}{_YEARS}", "from"),
        (rf"{_NUMBER}{_YEARS}\s*(?:\+|plus){_YEARS}", "from"),
        (rf"{_NUMBER}{_YEARS}\s*(?:to|-|–|—|−)\s*(?:under|less than|<)\s*{_NUMBER}{_YEARS}", "until"),
        (rf"{_NUMBER}{_YEARS}\s*(?:to|thru|through)\s*{_NUMBER}{_YEARS}(?:\s*\(?inclusive\)?)?", "to"),
        (rf"{_NUMBER}{_YEARS}\s*(?:-|–|—|−)\s*{_NUMBER}{_YEARS}", "dash"),
        (rf"{_NUMBER}{_YEARS}\s*(?:and|or|&)\s*{_NUMBER}{_YEARS}", "two"),
        (rf"{_NUMBER}{_YEARS}", "one"),
    )
)
_LEAD = re.compile(r"^(?:(?:aged|ages|age group|age band|age)\b\s*[:=]?\s*)+")
_REMARK = re.compile(r"\s*;\s*measures\s*:\s*value\s*$")


@dataclass(frozen=True)
class Band:
    """Ages in whole years, both ends in it; `high` is `OPEN` where nothing ends it."""

    low: int
    high: int

    def holds(self, other: Band) -> bool:
        """Whether every age of the other is in it."""
        return self.low <= other.low and other.high <= self.high

    def meets(self, other: Band) -> bool:
        """Whether they share an age."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Aged:
    """How a label of ages is read: a band, or a total, or unknown, or unplaced."""

    label: str
    kind: LineKind
    band: Band | None = None


def read_ages(labels: Collection[str]) -> dict[str, Aged]:
    """The bands of a list of labels.

    "20-30" beside "30-40" ends with 29, beside "over 30" with 30. Alone it may be either, and is unplaced.
    """
    forms = {label: _form(label) for label in labels}
    known = [form for form in forms.values() if form and form[1][0] <= form[1][-1]]
    shared = {numbers[0] for name, numbers in known if name in ("to", "dash", "two", "from")}
    ends = {numbers[1] for name, numbers in known if name in ("to", "dash")}
    after = {numbers[0] for name, numbers in known if name == "over"}
    short, full = len(shared & ends), len(after & ends) + len({end + 1 for end in ends} & shared)
    is_short, is_full = short > full, full > short
    return {label: _aged(label, form, is_short, is_full) for label, form in forms.items()}


def _form(label: str) -> tuple[str, tuple[int, ...]] | None:
    """The form of a label and its numbers; of several parts, as census interfaces write them, the last."""
    text = label.casefold().rpartition("!!")[2]
    text = _LEAD.sub("", _REMARK.sub("", text).strip()).strip(" .:")
    for pattern, name in _FORMS:
        if match := pattern.fullmatch(text):
            return name, tuple(int(text) for text in match.groups())
    return None


def _aged(label: str, form: tuple[str, tuple[int, ...]] | None, is_short: bool, is_full: bool) -> Aged:
    if form is None:
        return Aged(label, LineKind.UNKNOWN if is_blank(label) else word(label))
    name, numbers = form
    low, high = numbers[0], numbers[-1]
    if name in ("to", "dash", "until"):
        # Both ends at whole fives, with a dash: eleven years, or ten? Only its neighbours tell.
        if name == "dash" and not (is_short or is_full) and low and low % 5 == 0 and high % 5 == 0:
            return Aged(label, LineKind.UNPLACED)
        high -= is_short or name == "until"
    band = {
        "under": (0, low - 1),
        "up to": (0, low),
        "over": (low + 1, OPEN),
        "from": (low, OPEN),
    }.get(name, (low, high))
    is_two = name == "two" and high != low + 1
    if band[0] > band[1] or band[0] > 130 or is_two:
        return Aged(label, LineKind.UNPLACED)
    return Aged(label, LineKind.GROUP, Band(*band))


@dataclass(frozen=True)
class NestedBands:
    """Two lists of bands brought together: each band of either, to the band that both can be counted in.

    `crossing` are bands that cross; `torn` are bands of which one list has only a part, and what it has.
    """

    bands: Mapping[Band, Band]
    crossing: tuple[tuple[Band, Band], ...] = ()
    torn: tuple[Band, ...] = ()


def nest(one: Iterable[Band], other: Iterable[Band]) -> NestedBands:
    """The widest bands of either list that hold all the others that they meet, and what stands against it."""
    first, second = set(one), set(other)
    every = sorted(first | second, key=lambda band: (band.low, -band.high))
    crossing = tuple(
        (a, b)
        for place, a in enumerate(every)
        for b in every[place + 1 :]
        if a.meets(b) and not a.holds(b) and not b.holds(a)
    )
    widest = [band for band in every if not any(wide != band and wide.holds(band) for wide in every)]
    home = {band: next(wide for wide in widest if wide.holds(band)) for band in every} if not crossing else {}
    torn = tuple(wide for wide in widest if home and any(not _tiled(wide, band) for band in (first, second)))
    return NestedBands(home, crossing, torn)


def parents(bands: Iterable[Band]) -> dict[Band, list[Band]]:
    """The bands of one list that others of it make up together, with these; the narrowest that do."""
    every = set(bands)
    inner_of: dict[Band, list[Band]] = {}
    for band in every:
        inner = {one for one in every if one != band and band.holds(one)}
        leaves = {one for one in inner if not any(two != one and one.holds(two) for two in inner)}
        if leaves:
            inner_of[band] = sorted(leaves, key=lambda one: one.low)
    return inner_of


def _tiled(wide: Band, bands: Collection[Band]) -> bool:
    """Whether the bands of a list that lie in the wide one fill it without a gap."""
    inside = sorted((band for band in bands if wide.holds(band)), key=lambda band: band.low)
    if not inside:
        return True
    reached = wide.low - 1
    for band in inside:
        if band.low > reached + 1:
            return False
        reached = max(reached, band.high)
    # Nobody is older than anybody can be: a list that ends at 100 and over is whole.
    return reached >= wide.high


def band_label(band: Band) -> str:
    """A band as data.police.uk writes it."""
    if band.low == 0 and band.high < OPEN:
        return f"under {band.high + 1}"
    if band.high >= OPEN:
        return f"over {band.low - 1}" if band.low else "all ages"
    return str(band.low) if band.low == band.high else f"{band.low}-{band.high}"
