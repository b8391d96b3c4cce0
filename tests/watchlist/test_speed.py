"""The search is far quicker than a regular expression, measured side by side."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

from overt.watchlists import Matching, Term
from overt.watchlists._matcher import Matcher

LETTERS = "abcdefghijklmnopqrstuvwxyz"


ROUNDS = 30


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, in seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def test_ten_thousand_terms_take_a_twentieth_of_an_alternation() -> None:
    """And flag the same texts, though every term of each is found and not only the first."""
    draw = random.Random(1)
    words = sorted({"".join(draw.choices(LETTERS, k=draw.randint(3, 10))) for _ in range(40_000)})
    terms = draw.sample(words, 10_000)
    texts = [" ".join(draw.choices(words, k=14)) for _ in range(300)]
    matcher = Matcher([Term(term) for term in terms], Matching())
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(terms, key=len, reverse=True))})\b", re.IGNORECASE)
    # A text with a term more keeps the matcher from answering out of what it has kept.
    turn = iter(range(100))
    ours = theirs = float("inf")
    # Both are at their best when nobody else has the processor: they are tried again until that has been so.
    for _ in range(ROUNDS):
        ours = min(ours, seconds(lambda: matcher.hits([*texts, str(next(turn))])))
        theirs = min(theirs, seconds(lambda: [pattern.search(text) is not None for text in texts]))
        if theirs / ours >= 20:
            break
    flagged = {at for at, text in enumerate(texts) if pattern.search(text)}
    assert set(matcher.hits(texts).text.tolist()) == flagged
    assert theirs / ours >= 20
