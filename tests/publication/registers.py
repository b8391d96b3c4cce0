"""Random registers that change from release to release, and the tables that are published of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from overt.disclosure import Cell, Link, Rule, SafeRelease, protect


@dataclass(frozen=True)
class Register:
    """A register with two or three divisions, at one moment: how many people in each finest part."""

    sizes: tuple[int, ...]
    counts: dict[tuple[int, ...], int]

    @property
    def parts(self) -> list[tuple[int, ...]]:
        """Every finest part."""
        return list(itertools.product(*(range(size) for size in self.sizes)))


def invented(random_source: random.Random) -> Register:
    """Small counts are common, as they are in a register divided finely."""
    sizes = tuple(random_source.choice((2, 2, 3)) for _ in range(random_source.choice((2, 2, 3))))
    empty = Register(sizes, {})
    middle = random_source.choice((4, 12, 30))
    counts = {
        part: random_source.choice((0, random_source.randint(0, 9), random_source.randint(0, 2 * middle)))
        for part in empty.parts
    }
    return Register(sizes, counts)


def releases(random_source: random.Random, many: int, rule: Rule | None = None) -> Iterator[tuple[SafeRelease, ...]]:
    """All releases so far, after each of `many`; each publishes other tables of a register that has changed."""
    register, made = invented(random_source), []
    before: dict[str, int] = {}
    for time in range(many):
        counts = {_atom("listed", time, part): count for part, count in register.counts.items()}
        links: list[Link] = []
        kinds = ["listed"]
        if time:
            register, flows = _changed(random_source, register, time)
            counts = {_atom("listed", time, part): count for part, count in register.counts.items()} | flows
            links = [_link(time, part) for part in register.parts]
            kinds += ["added", "removed"] if random_source.random() < 0.7 else []
        cells = [cell for kind in kinds for cell in _tables(random_source, register, kind, time)]
        before |= counts
        made.append(protect(cells, counts, links=links, earlier=made, rule=rule))
        yield tuple(made)


def _atom(kind: str, time: int, part: tuple[int, ...]) -> str:
    return f"{kind}@{time}:{'-'.join(map(str, part))}"


def _link(time: int, part: tuple[int, ...]) -> Link:
    signs = (("listed", time, 1), ("listed", time - 1, -1), ("added", time, -1), ("removed", time, 1))
    return Link(tuple((_atom(kind, when, part), sign) for kind, when, sign in signs))


def _changed(random_source: random.Random, register: Register, time: int) -> tuple[Register, dict[str, int]]:
    after, flows = {}, {}
    for part, count in register.counts.items():
        added = random_source.choice((0, 0, 1, 2, random_source.randint(0, 12)))
        removed = min(count, random_source.choice((0, 0, 1, random_source.randint(0, 6))))
        after[part] = count + added - removed
        flows[_atom("added", time, part)], flows[_atom("removed", time, part)] = added, removed
    return Register(register.sizes, after), flows


def _tables(random_source: random.Random, register: Register, kind: str, time: int) -> Iterator[Cell]:
    """The total, each division by itself, sometimes two crossed, and sometimes one with groups put together."""
    axes = range(len(register.sizes))
    yield _cell(register, kind, time, "total", {})
    for axis in axes:
        for value in range(register.sizes[axis]):
            yield _cell(register, kind, time, f"axis {axis}", {axis: {value}})
    if random_source.random() < 0.6:
        one, two = random_source.sample(axes, 2)
        for a, b in itertools.product(range(register.sizes[one]), range(register.sizes[two])):
            yield _cell(register, kind, time, f"axis {one} by {two}", {one: {a}, two: {b}})
    coarse = [axis for axis in axes if register.sizes[axis] > 2]
    if coarse and random_source.random() < 0.5:
        yield _cell(register, kind, time, f"axis {coarse[0]}, two together", {coarse[0]: {0, 1}})


def _cell(register: Register, kind: str, time: int, table: str, kept: dict[int, set[int]]) -> Cell:
    parts = [part for part in register.parts if all(part[axis] in values for axis, values in kept.items())]
    name = " ".join(f"{axis}={sorted(values)}" for axis, values in kept.items()) or "all"
    return Cell(f"{kind}@{time} {table}", name, frozenset(_atom(kind, time, part) for part in parts))
