"""Nobody who holds everything ever published can work out what was withheld."""

from __future__ import annotations

import random

import pytest

from overt.publication import Mark, Rule, SafeRelease
from tests.often import NIGHTLY
from tests.publication.attacker import Attacker
from tests.publication.registers import releases

# The mark for a small count leaves 1 to 7.
VALUES = 7


def _secrets(made: tuple[SafeRelease, ...]) -> set[frozenset[str]]:
    """Withheld small cells, small finest parts, and small differences of shown cells, of every release.

    A zero that was withheld for the sake of others is nobody, and no secret.
    """
    counts = {atom: count for each in made for atom, count in each.counts.items()}
    small = {frozenset({atom}) for atom, count in counts.items() if 1 <= count <= VALUES}
    hidden = {
        each.cell.atoms
        for release in made
        for each in release.cells
        if each.mark is Mark.SUPPRESSED and 1 <= each.count <= VALUES
    }
    shown = [each for release in made for each in release.cells if each.mark is Mark.SHOWN]
    differences = {
        outer.cell.atoms - inner.cell.atoms
        for outer in shown
        for inner in shown
        if inner.cell.atoms < outer.cell.atoms and 1 <= outer.count - inner.count <= VALUES
    }
    return small | hidden | differences


def _recovered(seed: int, many: int, rule: Rule | None = None) -> tuple[int, int]:
    """How many secrets an attacker learns more of than their mark says, and how many there are."""
    made: tuple[SafeRelease, ...] = ()
    for so_far in releases(random.Random(seed), many, rule):
        made = so_far
    attacker, secrets = Attacker(made), _secrets(made)
    return sum(attacker.learn(atoms).tells(VALUES) for atoms in secrets), len(secrets)


@pytest.mark.parametrize("seed", range(0, 24, 1 if NIGHTLY else 2))
def test_attacker_recovers_nothing(seed: int) -> None:
    """Random registers, linked tables, up to twelve successive releases."""
    recovered, _ = _recovered(seed, 1 + seed % 12)
    assert recovered == 0


def test_attacker_succeeds_without_secondary_suppression() -> None:
    """On the same registers: so the attacker is one, and the other withheld cells are what stops it."""
    found = [_recovered(seed, 1 + seed % 4, Rule(secondary=False)) for seed in range(24)]
    assert sum(recovered > 0 for recovered, _ in found) > 12


def test_attacker_learns_the_rest_of_a_sum() -> None:
    """Exact figures and one withheld cell: it is what is left."""
    exact = Rule(safe_round_base=1, secondary=False)
    made = tuple(releases(random.Random(5), 1, exact))[-1]
    attacker = Attacker(made, base=1)
    learned = [attacker.learn(each.cell.atoms) for each in made[0].cells if each.mark is Mark.SUPPRESSED]
    assert any(each.least == each.most for each in learned)


@pytest.mark.parametrize("seed", range(4))
def test_attacker_recovers_nothing_from_figures_that_are_not_rounded(seed: int) -> None:
    """Without rounding, withholding other cells is all that protects."""
    made: tuple[SafeRelease, ...] = ()
    for so_far in releases(random.Random(seed), 2, Rule(safe_round_base=1)):
        made = so_far
    attacker = Attacker(made, base=1)
    assert not [atoms for atoms in _secrets(made) if attacker.learn(atoms).tells(VALUES)]


@pytest.mark.slow
@pytest.mark.parametrize("block", range(100))
def test_attacker_recovers_nothing_from_a_thousand_registers(block: int) -> None:
    """1,000 random registers with up to twelve successive releases."""
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        assert _recovered(seed, 1 + random.Random(seed).randrange(12))[0] == 0
