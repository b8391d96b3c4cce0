"""How the pages of Studio show a refusal: what happened, and what to do on a page of Studio.

The words of a refusal are those of the command line. What only a command can do is left out, and where a page of Studio
is the place to put things right, its link stands there instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from overt.refusals import Refusal

_OF_A_COMMAND = re.compile(
    r"(?<![\w-])--[a-z]|`overt\b|\bovert (?:audit|engine|map|model|pack|sample|source|studio|watchlist)\b|\bSOURCE\b"
)
# Between alternatives and sentences of a remedy.
_PARTS = re.compile(r"(?:,|;)? or (?=[a-z])|; |\. (?=[A-Z])|: (?=see )")
_MEANING = ("Say what the columns mean", "meaning")
_MAPPING = ("Change the mapping", "mapping")
_SOURCE = ("Choose the source, or how it is read", "source")
_AUDIT = ("Change what the audit asks", "audit")
_WORDS = ("Choose the list, the texts, or how they are read", "words")
_SAMPLE = ("Draw another sample", "sample")
# By a code, or by the beginning of several; the longest fits.
_PLACES: dict[str, tuple[str, str]] = {
    "mapping-": _MAPPING,
    "mapping-needed": _MEANING,
    "column-": _MAPPING,
    "key-": _MAPPING,
    "table-": _SOURCE,
    "source-": _SOURCE,
    "sheet-": _SOURCE,
    "header-": _SOURCE,
    "csv-": _SOURCE,
    "json-": _SOURCE,
    "gzip-": _SOURCE,
    "workbook-": _SOURCE,
    "encoding-": _SOURCE,
    "reading-": _SOURCE,
    "schema-": _SOURCE,
    "server-": _SOURCE,
    "field-too-long": _SOURCE,
    "file-unusable": _SOURCE,
    "inflates-too-far": _SOURCE,
    "list-sheets": _SOURCE,
    "nul-byte": _SOURCE,
    "studio-no-source": _SOURCE,
    "studio-sources-apart": _SOURCE,
    "tables-too-many": _SOURCE,
    "jurisdictions-mixed": _AUDIT,
    "threshold-": _AUDIT,
    "evidence-without-reason": _AUDIT,
    "watchlist-": _WORDS,
    "sample-": _SAMPLE,
    "sample-names": _MEANING,
    "frame-": _SAMPLE,
    "too-many-strata": _SAMPLE,
}


@dataclass(frozen=True)
class ShownRefusal:
    """A refusal in the words of Studio; each part is empty where there is nothing to say.

    `page` is the last part of the address where it can be put right, and `link` the words that lead there.
    """

    code: str
    where: str
    found: str
    wanted: str
    remedy: str
    link: str
    page: str

    @property
    def sentence(self) -> str:
        """What happened, and where."""
        return f"{self.where}: {self.found}" if self.where else self.found

    @property
    def may_pass(self) -> bool:
        """Whether the same work may succeed if nothing is changed."""
        return not self.page


def shown_refusal(refusal: Refusal | Mapping[str, str]) -> ShownRefusal:
    """A refusal, or what a job kept of one, as pages show it. No letter of a name changes its case."""
    if isinstance(refusal, Refusal):
        code, where, found, wanted, remedy = (
            refusal.code, refusal.where, refusal.found, refusal.wanted, refusal.remedy,
        )  # fmt: skip
    else:
        code, where, found, wanted, remedy = (
            refusal.get(name, "") for name in ("code", "where", "found", "wanted", "remedy")
        )
    link, page = _place_of(code)
    return ShownRefusal(
        code, _without_commands(where), found, _without_commands(wanted), _without_commands(remedy), link, page
    )


def _place_of(code: str) -> tuple[str, str]:
    fitting = [start for start in _PLACES if code == start or (start.endswith("-") and code.startswith(start))]
    return _PLACES[max(fitting, key=len)] if fitting else ("", "")


def _without_commands(text: str) -> str:
    """What is left of a text when the parts that name a command or its options are gone."""
    if not _OF_A_COMMAND.search(text):
        return text
    left = [part for part in _PARTS.split(text) if not _OF_A_COMMAND.search(part)]
    return "; ".join(part.strip(" ,.;") for part in left)
