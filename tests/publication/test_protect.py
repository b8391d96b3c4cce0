"""Counts made safe: the rule, the marks, and the cases that everybody gets wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.disclosure import Cell, Link, Mark, Rule, SafeCell, SafeRelease, percentage, protect
from overt.refusals import Refusal
from tests.publication.attacker import Attacker


def _table(counts: dict[str, int], time: str = "") -> tuple[list[Cell], dict[str, int]]:
    """One table: its total and a cell for each atom."""
    atoms = {f"{name}{time}": count for name, count in counts.items()}
    cells = [
        Cell("t" + time, "total", frozenset(atoms)),
        *(Cell("t" + time, atom, frozenset({atom})) for atom in atoms),
    ]
    return cells, atoms


def _shown(release: SafeRelease) -> dict[str, str]:
    return {each.cell.name: str(each) for each in release.cells}


def test_small_counts_are_withheld_and_others_rounded() -> None:
    """1 to 7 is a mark, 0 is 0, the rest to the nearest 5; the total by itself, so that parts need not add up."""
    cells, counts = _table({"a": 7, "b": 0, "c": 8, "d": 103, "e": 58, "f": 3})
    shown = _shown(protect(cells, counts, rule=Rule(secondary=False)))
    assert shown == {"total": "180", "a": "*", "b": "0", "c": "10", "d": "105", "e": "60", "f": "*"}


def test_one_small_cell_takes_another_with_it() -> None:
    """15 and 15 would leave 1 to 4 for the withheld one: the other is withheld too, or the total."""
    cells, counts = _table({"a": 2, "b": 15})
    release = protect(cells, counts)
    assert release.secondary == 1
    assert Attacker([release]).learn({"a"}).most >= 7


def test_a_cell_that_rounding_hides_well_enough_needs_no_other() -> None:
    """20 and 15 leave 1 to 9."""
    cells, counts = _table({"a": 5, "b": 15})
    assert _shown(protect(cells, counts)) == {"total": "20", "a": "*", "b": "15"}


def test_the_cheapest_cell_is_withheld_and_no_more() -> None:
    """Of ten large cells beside one small, one goes: the smallest, which says least."""
    cells, counts = _table({"a": 3, **{f"b{n}": 100 + n for n in range(2)}}, "")
    exact = protect(cells, counts, rule=Rule(safe_round_base=1))
    assert exact.secondary == 1
    assert sum(each.mark is Mark.SUPPRESSED for each in exact.cells) == 2


def test_a_later_release_may_not_give_away_an_earlier_one() -> None:
    """Differencing: under-25s, then under-26s. Exact figures would give the people of 25."""
    rule = Rule(safe_round_base=1)
    counts = {"under 25": 40, "25": 3, "over 25": 60}
    first = [Cell("by 25", "under", frozenset({"under 25"})), Cell("by 25", "all", frozenset(counts))]
    before = protect(first, counts, rule=rule)
    assert _shown(before) == {"under": "40", "all": "103"}
    second = [Cell("by 26", "under", frozenset({"under 25", "25"}))]
    after = protect(second, {}, earlier=[before], rule=rule)
    assert _shown(after) == {"under": "*"}


def test_the_complement_of_what_was_published_stays_hidden() -> None:
    """Everybody, and everybody but three: the second may not follow the first."""
    rule = Rule(safe_round_base=1)
    counts = {"children": 3, "others": 97}
    before = protect([Cell("all", "all", frozenset(counts))], counts, rule=rule)
    after = protect([Cell("grown", "grown", frozenset({"others"}))], {}, earlier=[before], rule=rule)
    assert after.cells[0].mark is Mark.SUPPRESSED


def test_flows_published_later_do_not_give_away_the_stock_before() -> None:
    """Listed then, plus added, less removed, is listed now."""
    rule = Rule(safe_round_base=1)
    cells, counts = _table({"a": 4, "b": 30}, "@1")
    before = protect([cells[0]], counts, rule=rule)
    now = {"a@2": 20, "b@2": 30, "+a": 16, "+b": 0, "-a": 0, "-b": 0}
    links = [Link(((f"{x}@2", 1), (f"{x}@1", -1), (f"+{x}", -1), (f"-{x}", 1))) for x in "ab"]
    asked = [Cell("now", each, frozenset({each})) for each in now]
    after = protect(asked, now, links=links, earlier=[before], rule=rule)
    learned = Attacker([before, after], base=1).learn({"a@1"})
    assert not learned.tells(7)


def test_asked_again_the_figure_is_the_same() -> None:
    """The same release a second time withholds nothing more and shows nothing else."""
    cells, counts = _table({"a": 2, "b": 15, "c": 40, "d": 0})
    first = protect(cells, counts)
    again = protect(cells, {}, earlier=[first])
    assert _shown(again) == _shown(first)


def test_four_marks_stay_four() -> None:
    """Suppressed, not known, zero and not asked are four values."""
    cells = [
        Cell("t", "small", frozenset({"a"})),
        Cell("t", "none", frozenset({"b"})),
        Cell("t", "unknown", frozenset(), mark=Mark.UNKNOWN),
        Cell("t", "not asked", frozenset(), mark=Mark.NOT_ASKED),
    ]
    release = protect(cells, {"a": 2, "b": 0})
    assert list(_shown(release).values()) == ["*", "0", "not known", "not asked"]
    assert release.utility == 0.5


def test_a_zero_is_withheld_where_it_would_give_another_away() -> None:
    """Nobody removed and nobody added, both shown, would make today's exact figure that of the day before."""
    rule = Rule(safe_round_base=1)
    before = protect([Cell("then", "a", frozenset({"a@1"}))], {"a@1": 3}, rule=rule)
    now = {"a@2": 9, "+a": 6, "-a": 0}
    links = [Link((("a@2", 1), ("a@1", -1), ("+a", -1), ("-a", 1)))]
    asked = [Cell("now", each, frozenset({each})) for each in now]
    after = protect(asked, now, links=links, earlier=[before], rule=rule)
    attacker = Attacker([before, after], base=1)
    assert not any(attacker.learn({atom}).tells(7) for atom in ("a@1", "+a"))


def test_a_cell_that_two_contributors_make_up_is_withheld() -> None:
    """Dominance: one of the two could reckon the other's."""
    rule = Rule(secondary=False)
    whole, spread = (
        Cell("spend", name, frozenset({"a"}), contributions=parts)
        for name, parts in (("dominated", (90, 8, 2)), ("spread", (30, 30, 20, 20)))
    )
    marks = [each.mark for each in protect([whole, spread], {"a": 100}, rule=rule).cells]
    assert marks == [Mark.SUPPRESSED, Mark.SHOWN]


def test_percentages_need_a_base_of_a_hundred() -> None:
    """They are worked out from the published figures, and not where one is withheld."""
    rule = Rule()
    part, base, small = (SafeCell(Cell("t", "c", frozenset()), Mark.SHOWN, value, value) for value in (25, 100, 95))
    hidden = SafeCell(Cell("t", "c", frozenset()), Mark.SUPPRESSED, None, 3)
    assert percentage(part, base, rule) == 25
    assert percentage(part, small, rule) is None
    assert percentage(hidden, base, rule) is None


@given(st.integers(0, 10_000), st.sampled_from([1, 3, 5, 10]))
def test_a_shown_figure_says_no_more_than_its_rule(count: int, base: int) -> None:
    """The count lies within the limits that the public reads out of the figure."""
    rule = Rule(safe_round_base=base)
    mark = Mark.ZERO if not count else Mark.SUPPRESSED if rule.is_small(count) else Mark.SHOWN
    low, high = rule.limits(mark, rule.rounded(count) if mark is Mark.SHOWN else None)
    assert low <= count <= high


def test_the_exact_count_is_not_in_what_is_printed() -> None:
    """A log line or a traceback that shows a cell does not show its count."""
    release = protect([Cell("t", "c", frozenset({"a"}))], {"a": 6})
    assert "6" not in repr(release.cells[0])
    assert "counts" not in repr(release)


def test_what_does_not_add_up_is_refused() -> None:
    """An atom that nothing counts, and a link between counts that contradict each other."""
    with pytest.raises(Refusal, match="release-atom-unknown"):
        protect([Cell("t", "c", frozenset({"a"}))], {})
    with pytest.raises(Refusal, match="release-link-broken"):
        protect([Cell("t", "c", frozenset({"a"}))], {"a": 1, "b": 2}, links=[Link((("a", 1), ("b", -1)))])
