"""The plan of one register: which rows are special, what is changed in them, and what that breaks.

People have an index. The listed come first, the removed last. Special people, who carry a fault or
come close to one, are taken from both ends; everybody between them is made by chance and is clean.
Without a change, a special person is plain: an adult with two good items and nothing else, so that
a fault is alone on its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from overt.refusals import Refusal
from overt.synthetic._controls import controls_of
from overt.synthetic._ledger import Ledger
from overt.synthetic._numbers import Chance, Shuffle, number_of, numbered
from overt.synthetic._setting import FACTOR_ROWS, ROWS_OF_A_DISTRICT, SERVICES, PartnerBody, Setting

LETTERS = {
    "review": "V",
    "disclosure": "D",
    "access": "L",
    "copy": "C",
    "notice": "N",
    "term_hit": "H",
    "correction": "K",
    "decision_safeguard": "G",
    "authority": "A",
    "outcome": "",
    "authority_review": "",
    "subject": "",
}
"""Tables to which rows can be added for a person, and the letter that their numbers begin with."""

# Each addition, or group of one, has so many numbers for the keys of a person's rows.
_NUMBERS = 100


@dataclass(frozen=True)
class Slots:
    """Neighbouring indexes of special people."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.stop))

    def part(self, start: int, stop: int | None = None) -> Slots:
        """Some of them, counted from 0."""
        last = len(self) if stop is None else min(stop, len(self))
        return Slots(self.start + min(start, len(self)), self.start + last)

    def halves(self) -> tuple[Slots, Slots]:
        """The first half and the second."""
        return self.part(0, len(self) // 2), self.part(len(self) // 2)

    @property
    def nth(self) -> str:
        """SQL for which of them a row belongs to, counted from 0."""
        return f"(i - {self.start})"

    @property
    def condition(self) -> str:
        """SQL that is true for their rows."""
        return f"(i >= {self.start} and i < {self.stop})"


@dataclass(frozen=True)
class Rounds:
    """Special people in groups whose sizes come round again: with (52, 50), 52 of them, then 50, then 52 and so on.

    However many rounds there are, they are one condition and one select.
    """

    slots: Slots
    sizes: tuple[int, ...]

    @property
    def number(self) -> str:
        """SQL for the round of a row, counted from 0."""
        return f"({self.slots.nth} // {sum(self.sizes)})"

    @property
    def group(self) -> str:
        """SQL for the group of a row, counted from 0 over all rounds."""
        return f"({self.number} * {len(self.sizes)} + {self.pick([str(place) for place in range(len(self.sizes))])})"

    def pick(self, values: Sequence[str]) -> str:
        """SQL for the value of a row's group in its round."""
        within = f"({self.slots.nth} % {sum(self.sizes)})"
        ends = accumulate(self.sizes[:-1])
        cases = " ".join(f"when {within} < {end} then {value}" for end, value in zip(ends, values, strict=False))
        return f"(case {cases} else {values[-1]} end)"

    def group_of(self, index: int) -> int:
        """The group of a person, counted from 0 over all rounds."""
        round_, within = divmod(index - self.slots.start, sum(self.sizes))
        place = sum(within >= end for end in accumulate(self.sizes[:-1]))
        return round_ * len(self.sizes) + place

    def people(self, group: int) -> Iterator[int]:
        """The people of one group of each round, by its place in the round."""
        first = self.slots.start + sum(self.sizes[:group])
        for start in range(first, self.slots.stop, sum(self.sizes)):
            yield from range(start, start + self.sizes[group])

    def __len__(self) -> int:
        return len(self.slots) // sum(self.sizes) * len(self.sizes)


@dataclass(frozen=True)
class PlannedChange:
    """Columns that special rows have otherwise; `where` narrows it, as to one of a person's items."""

    slots: Slots
    columns: Mapping[str, str]
    where: str | None = None

    @property
    def condition(self) -> str:
        """SQL that is true for the rows that are changed."""
        return f"({self.slots.condition} and {self.where})" if self.where else self.slots.condition


@dataclass(frozen=True)
class Addition:
    """Rows added to a table for special people, so many for each; `j` counts them.

    `base` is where the numbers of their keys begin. Each group of `rounds` has numbers of its own.
    """

    table: str
    slots: Slots
    count: int
    base: int
    columns: Mapping[str, str]
    rounds: Rounds | None = None
    columns_of_groups: Sequence[Mapping[str, str]] = ()

    def filled(self, plain: Mapping[str, str]) -> dict[str, str]:
        """SQL for each column, given those of a clean row."""
        columns = {**plain, **self.columns}
        if self.rounds:
            for name in dict.fromkeys(name for group in self.columns_of_groups for name in group):
                columns[name] = self.rounds.pick([group.get(name, columns[name]) for group in self.columns_of_groups])
        return columns

    @property
    def base_sql(self) -> str:
        """SQL for where the numbers of a person's keys begin."""
        return f"({self.base} + {_NUMBERS} * {self.rounds.group})" if self.rounds else str(self.base)

    @property
    def key_sql(self) -> str:
        """SQL for the key of a row."""
        return f"'{LETTERS[self.table]}' || {numbered('p')} || '-' || cast({self.base_sql} + j as varchar)"

    def key_numbers(self, index: int) -> range:
        """The numbers of a person's keys."""
        base = self.base + (_NUMBERS * self.rounds.group_of(index) if self.rounds else 0)
        return range(base, base + self.count)

    @property
    def first_key_sql(self) -> str:
        """SQL for the key of a person's first row, where another row of the person speaks of it."""
        return f"'{LETTERS[self.table]}' || {numbered('p')} || '-{self.base}'"


@dataclass
class RegisterPlan:
    """A register in the making. Taking, changing and adding are for faults; the rest is for the writer."""

    setting: Setting
    rows: int
    seed: int
    changes: dict[str, list[PlannedChange]] = field(default_factory=dict)
    additions: dict[str, list[Addition]] = field(default_factory=dict)
    dropped: dict[str, list[Slots]] = field(default_factory=dict)
    values: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    published: dict[str, object] = field(default_factory=dict)
    zeros: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger.of(controls_of(self.setting.pack))
        self.chance = Chance(self.seed)
        self.listed, self.removed = self.setting.split(self.rows)
        self.total = self.listed + self.removed
        self.entries = Shuffle.of(self.total, self.chance.salt("entry numbers"))
        self.subjects = Shuffle.of(self.total, self.chance.salt("subject numbers"))
        self._next_listed = 0
        self._next_removed = self.total

    @property
    def as_of(self) -> str:
        """SQL for the day of the audit."""
        return f"date '{self.setting.as_of}'"

    @property
    def factor(self) -> int:
        """How many sets of the invented faults a register of this size has."""
        return max(1, self.rows // FACTOR_ROWS)

    @property
    def bodies(self) -> tuple[PartnerBody, ...]:
        """The bodies that entries are sent to, services last: those of the setting, in each of several districts."""
        districts = -(-self.rows // ROWS_OF_A_DISTRICT)
        everywhere = [
            replace(body, name=f"{body.name}, district {number}") if number > 1 else body
            for number in range(1, districts + 1)
            for body in self.setting.bodies
        ]
        return tuple(sorted(everywhere, key=lambda body: body.kind in SERVICES))

    @property
    def special_listed(self) -> int:
        """How many of the listed are special: their indexes come first."""
        return self._next_listed

    @property
    def special_removed(self) -> int:
        """How many of the removed are special: their indexes come last."""
        return self.total - self._next_removed

    @property
    def special(self) -> str:
        """SQL that is true for a special person's rows."""
        return f"(i < {self._next_listed} or i >= {self._next_removed})"

    def take(self, count: int) -> Slots:
        """The next listed people, to be special."""
        self._next_listed += count
        return Slots(self._next_listed - count, self._next_listed)

    def take_rounds(self, count: int, *sizes: int) -> Rounds:
        """The next listed people, in so many rounds of groups of these sizes."""
        return Rounds(self.take(count * sum(sizes)), sizes)

    def take_removed(self, count: int) -> Slots:
        """The next removed people, to be special."""
        self._next_removed -= count
        return Slots(self._next_removed, self._next_removed + count)

    def change(self, table: str, slots: Slots, where: str | None = None, **columns: str) -> None:
        """Gives special rows of `facts`, `entry`, `subject` or `item` other values, as SQL."""
        self.changes.setdefault(table, []).append(PlannedChange(slots, columns, where))

    def score_zero(self, slots: Slots) -> None:
        """Gives people a score of zero, and counts them towards the share that was published."""
        self.change("facts", slots, zero="true")
        self.zeros += len(slots)

    def add(self, table: str, people: Slots | Rounds, count: int = 1, /, **columns: str) -> Addition:
        """Adds rows to a table for special people; what is not given is as in a clean row."""
        earlier = self.additions.setdefault(table, [])
        base = _NUMBERS * (1 + sum(len(each.rounds) if each.rounds else 1 for each in earlier))
        rounds = people if isinstance(people, Rounds) else None
        slots = people.slots if isinstance(people, Rounds) else people
        addition = Addition(table, slots, count, base, columns, rounds)
        earlier.append(addition)
        return addition

    def add_rounds(self, table: str, rounds: Rounds, columns: Sequence[Mapping[str, str]]) -> Addition:
        """Adds a row to a table for each person of the rounds, whose columns each group has of its own."""
        addition = replace(self.add(table, rounds), columns_of_groups=columns)
        self.additions[table][-1] = addition
        return addition

    def drop(self, table: str, slots: Slots) -> None:
        """Leaves out the rows that a table would have for these people."""
        self.dropped.setdefault(table, []).append(slots)

    def write(self, table: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Puts rows that belong to no person in a table; values are SQL."""
        self.values.setdefault(table, []).extend(rows)

    def entry_keys(self, people: Iterable[int]) -> Iterator[str]:
        """The numbers of people's entries."""
        return (f"E{number_of(self.entries.place(index))}" for index in people)

    def subject_keys(self, slots: Slots) -> Iterator[str]:
        """People's pseudonyms."""
        return (f"S{number_of(self.subjects.place(index))}" for index in slots)

    def item_keys(self, slots: Slots, *places: int) -> Iterator[str]:
        """The numbers of some of their items, which are counted from 0."""
        return (f"I{number_of(self.entries.place(index))}-{place + 1}" for index in slots for place in places)

    def added_keys(self, addition: Addition, people: Iterable[int] | None = None) -> Iterator[str]:
        """Yield the ids of the rows that an addition creates, for the given people or for all of its people."""
        letter = LETTERS[addition.table]
        for index in addition.slots if people is None else people:
            number = number_of(self.entries.place(index))
            yield from (f"{letter}{number}-{key}" for key in addition.key_numbers(index))

    def check(self) -> None:
        """Refuses a register that is too small for the faults it must hold."""
        short = max(self.special_listed - self.listed, self.special_removed - self.removed)
        if short > 0:
            raise too_few(self.setting.kind, self.rows, f"room for {short} more of the people who carry faults")


Fault = Callable[[RegisterPlan, int], None]

_PLANTED: dict[str, list[tuple[Fault, int]]] = {}


def planted_in(kind: str, count: int) -> Callable[[Fault], Fault]:
    """Registers a fault with a kind of register: `count` rows of it for each set of faults (`Plan.factor`).

    Registered faults are planted after those that the register plants itself, in the order of their definition.
    """

    def register(fault: Fault) -> Fault:
        _PLANTED.setdefault(kind, []).append((fault, count))
        return fault

    return register


def plant_registered(plan: RegisterPlan) -> None:
    """Plants the faults that are registered with the plan's kind of register."""
    for fault, count in _PLANTED.get(plan.setting.kind, ()):
        fault(plan, count * plan.factor)


def too_few(kind: str, rows: int, wanted: str) -> Refusal:
    """A register cannot be as small as was asked."""
    return Refusal(
        "synth-rows",
        f"overt synth {kind} --rows {rows}",
        "there are too few rows",
        wanted,
        "give a larger number of rows",
    )
