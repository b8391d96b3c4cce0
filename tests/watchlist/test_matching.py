"""What counts as found, each rule by an example."""

from __future__ import annotations

import time

import pytest

from overt.watchlists import Case, Condition, Form, Matching, Patterns, Term, Where
from overt.watchlists._lexicon import read_lexicon
from overt.watchlists._matcher import Matcher
from overt.watchlists._matching import variants


def found(term: str | Term, text: str, matching: Matching | None = None) -> bool:
    """Whether a term stands in a text."""
    made = Term(term) if isinstance(term, str) else term
    return bool(len(Matcher([made], matching or Matching()).hits([text]).text))


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("drill", "UK Drill, now", True),
        ("drill", "drilling", False),
        ("drill", "drill_music", False),
        ("two words", "two\n words", True),
        ("#drill", "love #drill!", True),
        ("#drill", "love #drilling", False),
        ("🖕", "you🖕🏽", True),
        ("❤", "I❤\ufe0fdrill", True),
        ("drill", "I❤\ufe0fdrill", True),
        ("c++", "c++ is fine", True),
        ("straße", "STRASSE", True),
        ("cafe", "cafe\u0301", False),
        ("café", "cafe\u0301", True),
        ("हिन्द", "हिन्दी", False),
    ],
)
def test_a_whole_word_ends_where_words_end(term: str, text: str, is_found: bool) -> None:
    """Also for hashtags, emoji, phrases, marks and scripts that a simple rule tears apart."""
    assert found(term, text) is is_found


def test_a_boundary_is_that_of_regular_expressions() -> None:
    """It finds a hashtag only where a word runs into it, which is why it is not the default."""
    way = Matching(where=Where.BOUNDARY)
    assert not found("#drill", "love #drill", way)
    assert found("#drill", "love#drill", way)


def test_a_substring_is_found_inside_words() -> None:
    """The choice that turns `ass` into an alarm on `class`."""
    assert found("ass", "first class", Matching(where=Where.SUBSTRING))


def test_a_stem_is_found_in_other_forms_of_a_word() -> None:
    """On either side."""
    assert found("stabbing", "he stabs", Matching(where=Where.STEM))


def test_capitals_can_matter() -> None:
    """They do not unless asked for."""
    assert found("Met", "met office")
    assert not found("Met", "met office", Matching(case=Case.EXACT))


def test_characters_can_be_taken_as_written() -> None:
    """Full-width letters are others then."""
    assert found("drill", "ｄｒｉｌｌ")
    assert not found("drill", "ｄｒｉｌｌ", Matching(form=Form.AS_WRITTEN))


@pytest.mark.parametrize("text", ["dr1ll", "dríll", "d\u200brill", "DR1LL"])
def test_leetspeak_is_read_where_asked_for(text: str) -> None:
    """Digits, accents and characters that cannot be seen."""
    assert not found("drill", text)
    assert found("drill", text, Matching(leet=True))


@pytest.mark.parametrize(
    ("term", "text", "is_found"),
    [
        ("drill*", "drilling", True),
        ("*drill", "superdrill", True),
        ("*rill*", "drills", True),
        ("dr?ll", "drill and droll", True),
        ("dr?ll", "dreall", False),
        ("b*ch", "branch", True),
        ("b*ch", "big porch", False),
        ("drill*", "mandrill", False),
    ],
)
def test_wildcards_stand_for_characters_of_a_word(term: str, text: str, is_found: bool) -> None:
    """`*` for any number of them, `?` for one; and only where asked for."""
    assert found(term, text, Matching(patterns=Patterns.WILDCARD)) is is_found
    assert not found(term, text)


def test_a_condition_wants_all_and_one_and_none() -> None:
    """Each part by itself can make it fail."""
    term = Term("c", condition=Condition(all_of=("shank",), one_of=("bring", "carry"), none_of=("lamb",)))
    assert found(term, "bring the shank")
    assert not found(term, "the shank")
    assert not found(term, "bring it")
    assert not found(term, "bring the lamb shank")


def test_what_is_near_something_else_does_not_count() -> None:
    """Within so many words, on either side; one occurrence away from it is enough."""
    term = Term("c", condition=Condition(one_of=("drill",), not_near=("music",), within=2))
    assert not found(term, "drill music")
    assert not found(term, "music and drill")
    assert found(term, "music is not a drill")
    assert found(term, "drill music, then get me the drill")


def test_variants_differ_in_one_choice() -> None:
    """So that each shows what that choice does."""
    chosen = Matching()
    fields = ("where", "case", "form", "leet", "patterns", "language")
    for name, way in variants(chosen).items():
        differing = sum(getattr(way, field) != getattr(chosen, field) for field in fields)
        assert differing == (0 if name == "as chosen" else 1), name


@pytest.mark.parametrize("term", ["a*" * 40 + "b", "*a*a*a*a*b*", "a?" * 40 + "b", "a*?*?*?*b", "a*b"])
def test_a_pattern_takes_time_that_grows_with_the_text_alone(term: str) -> None:
    """A regular expression would try its ways for years."""
    text = "b" + "a" * 200_000
    way = Matching(patterns=Patterns.WILDCARD)
    started = time.process_time()
    found = Matcher([Term(term)], way).hits([text, f"{'a' * 60}b", "c"])
    assert time.process_time() - started < 10
    assert 0 not in found.text.tolist()


def test_a_term_that_looks_like_an_expression_is_looked_up_at_once() -> None:
    """Whether it names a group of people is asked of every term."""
    lexicon = read_lexicon()
    started = time.process_time()
    for term in (r"\w?" * 18 + "xyz", "a?" * 25 + "xyz", "[a-z]+" * 9, "(a+)+$", "*" * 30 + "abc", "mus*l*i*m*"):
        lexicon.identity_of(term)
    assert time.process_time() - started < 5
    assert lexicon.identity_of("muslims?")
