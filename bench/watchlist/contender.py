"""One way of looking for the terms of a list in texts, in a process of its own: `contender.py NAME TEXTS TERMS LIMIT`.

Prints the seconds to build and to search, and a digest of which texts were flagged, so that answers can be compared.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

BLOCK = 5_000
Search = Callable[[Sequence[str]], bytes]


def overt(terms: list[str]) -> Search:
    """Overt finds every term in every text."""
    import numpy as np

    from overt.watchlists import Matching, Term
    from overt.watchlists._matcher import Matcher
    from overt.watchlists._matching import word_characters

    word_characters()
    matcher = Matcher([Term(term) for term in terms], Matching())

    def search(texts: Sequence[str]) -> bytes:
        flagged = np.zeros(len(texts), dtype=np.uint8)
        for at in range(0, len(texts), BLOCK):
            flagged[at + matcher.hits(texts[at : at + BLOCK]).text] = 1
        return flagged.tobytes()

    return search


def alternation(terms: list[str]) -> re.Pattern[str]:
    """The list as one regular expression, the longest term first."""
    longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.IGNORECASE)


def regex(terms: list[str]) -> Search:
    """The regular expression stops at the first term of a text: less work than Overt does."""
    pattern = alternation(terms)
    pattern.search("")
    return lambda texts: bytes(pattern.search(text) is not None for text in texts)


def pandas(terms: list[str]) -> Search:
    """`Series.str.contains` with the same regular expression."""
    import pandas as pd

    # It warns of groups that capture; this one has none.
    pattern = alternation(terms)
    return lambda texts: bytes(pd.Series(texts).str.contains(pattern).to_numpy().astype("uint8").tobytes())


def main() -> None:
    name, texts_path, terms_path, limit = sys.argv[1:]
    texts = Path(texts_path).read_text(encoding="utf-8").split("\n")[: int(limit)]
    terms = Path(terms_path).read_text(encoding="utf-8").split("\n")
    started = time.perf_counter()
    search = {"overt": overt, "regex": regex, "pandas": pandas}[name](terms)
    built = time.perf_counter()
    flagged = search(texts)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = {
        "build": built - started,
        "search": ended - built,
        "texts": len(texts),
        "flagged": sum(flagged),
        "digest": hashlib.sha256(flagged).hexdigest(),
        "peak_kib": peak,
    }
    print(json.dumps(made))


if __name__ == "__main__":
    main()
