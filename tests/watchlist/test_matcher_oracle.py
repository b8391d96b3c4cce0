"""What the bench finds is what a slow, plain reading finds, on random lists and texts with Unicode traps."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from overt.watchlists import Case, Condition, Form, Matching, Patterns, Term, Where
from overt.watchlists._matcher import Matcher
from tests.often import often
from tests.watchlist import oracle

TRAPS = [
    "a", "b", "A", "i", "s", " ", "  ", "\t", "\n", "\u00a0", "\u2003", "-", "'", "_", "#", "@", "$", "0", "1", "3",
    "!", "ß", "ẞ", "İ", "ı", "ſ", "\u212a", "ﬁ", "ﬀ", "é", "e\u0301", "\u0301", "\u00ad", "\u200b", "\u200c", "\u200d",
    "🖕", "🏽", "👩\u200d💻", "❤\ufe0f", "１", "²", "½", "٣", "\u0937\u093f", "\u0e33", "Σ", "ς", "ΐ", "ǆ", "Å",
    "\u212b", "가", "\u1100\u1161", "ｄ", "\u0345", "running", "runs", "ran", "drill", "drills", "\U000e0100", "‿",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(TRAPS), max_size=12).map("".join)
WORDS = st.lists(st.sampled_from([*TRAPS, "*", "?"]), min_size=1, max_size=4).map("".join).filter(str.strip)
CONDITIONS = st.builds(
    lambda all_of, one_of, none_of, near, within: Condition(
        tuple(all_of), tuple(one_of or ([] if all_of else ["a"])), tuple(none_of), tuple(near), within if near else 0
    ),
    st.lists(WORDS, max_size=2), st.lists(WORDS, max_size=2), st.lists(WORDS, max_size=1), st.lists(WORDS, max_size=2),
    st.integers(1, 3),
)  # fmt: skip
TERMS = st.one_of(st.builds(Term, WORDS), st.builds(lambda condition: Term("c", condition=condition), CONDITIONS))
WAYS = st.builds(
    Matching,
    st.sampled_from(Where),
    st.sampled_from(Case),
    st.sampled_from(Form),
    st.booleans(),
    st.sampled_from(Patterns),
)


@settings(max_examples=often(600), deadline=None)
@example([Term("*  a")], [" a"], Matching(patterns=Patterns.WILDCARD))
@given(st.lists(TERMS, min_size=1, max_size=6), st.lists(TEXTS, min_size=1, max_size=6), WAYS)
def test_hits_equal_a_slow_reading(terms: list[Term], texts: list[str], matching: Matching) -> None:
    """Each pair of a text and a term, in every way of matching, in a block of several texts."""
    hits = Matcher(terms, matching).hits(texts)
    found = set(zip(hits.text.tolist(), hits.term.tolist(), strict=True))
    expected = {
        (at, place)
        for at, text in enumerate(texts)
        for place, term in enumerate(terms)
        if oracle.holds(term, text, matching)
    }
    assert found == expected


@settings(max_examples=often(200), deadline=None)
@given(st.lists(TERMS, min_size=1, max_size=6), st.lists(TEXTS, min_size=2, max_size=6), WAYS)
def test_a_text_is_read_alone(terms: list[Term], texts: list[str], matching: Matching) -> None:
    """Searching texts together finds what searching each by itself finds."""
    matcher = Matcher(terms, matching)
    together = matcher.hits(texts)
    alone = [matcher.hits([text]).term.tolist() for text in texts]
    assert [together.term[together.text == at].tolist() for at in range(len(texts))] == alone
