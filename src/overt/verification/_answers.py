"""Responses to requests for information: the letters that the ledger names, and what each says of its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from overt.gate import ANSWER_KIND
from overt.ledger import DOCUMENT_LIMIT, Survey, document_path
from overt.pages import day
from overt.publication import ReleaseDocument, read_letter
from overt.verification._published import ListedAnswer, PublishedIndex
from overt.verification._result import CheckedPart
from overt.verification._source import ANSWERS, PublishedSource

_NAME = re.compile(r"answer-([0-9]{4,9})\.txt")


def check_answers(
    source: PublishedSource, log: Survey, index: PublishedIndex | None, documents: Sequence[ReleaseDocument]
) -> CheckedPart:
    """Every letter that was sent: as it was sent, citing a release as it was published."""
    part = CheckedPart("answers", "Responses to requests")
    rows = {row.number: row for row in index.answers} if index else {}
    entered: dict[str, str] = {}
    for entry, leaf in log.of_kind(ANSWER_KIND):
        match = _NAME.fullmatch(leaf.name)
        if match is None:
            part.contradicts(f"entry {entry} of the ledger", "it names a response without a number")
            continue
        number = match[1]
        entered[number] = leaf.digest
        path = f"{ANSWERS}/{number}/answer.txt"
        served = source.read(path)
        if served is None:
            part.contradicts(path, f"entry {entry} of the ledger names this response, and it is not served")
        elif sha256(served).hexdigest() != leaf.digest:
            part.contradicts(path, "it is not the letter whose digest is in the ledger")
        data = source.log.read(document_path(leaf.digest), DOCUMENT_LIMIT)
        letter = data if data is not None and sha256(data).hexdigest() == leaf.digest else None
        if letter is not None:
            _letter(letter, number, rows.get(number), {one.release: one for one in documents}, part)
    _listed(source, entered, index, part)
    if entered and part.agrees:
        part.holds.append(f"Responses: {len(entered)}. Each is as it was sent, and the release that it cites is there.")
    return part


def _letter(
    data: bytes, number: str, row: ListedAnswer | None, releases: Mapping[str, ReleaseDocument], part: CheckedPart
) -> None:
    where = f"{ANSWERS}/{number}/answer.txt"
    letter = read_letter(data.decode("utf-8", "replace"))
    if letter is None:
        part.unchecked.append(f"What response {number} says: it is not a letter as this version of Overt writes it.")
        return
    if letter.number != number:
        part.contradicts(where, f"the letter is that of response {letter.number}")
    if row is not None:
        for name, words, on in (("sent", letter.dated, row.sent_on), ("received", letter.received, row.received_on)):
            if on is not None and words != day(on):
                part.contradicts(
                    "published.json", f"response {number} is said to be {name} on {on}, and the letter says {words}"
                )
    cited = letter.cited
    if cited is None:
        return
    release = releases.get(cited.release)
    facts = (release.digest, release.origin, release.made_from.leaves, release.made_from.root) if release else None
    if facts != (cited.digest, cited.origin, cited.leaves, cited.root):
        part.contradicts(where, f"release {cited.release}, which it cites, is not published so")


def _listed(
    source: PublishedSource, entered: Mapping[str, str], index: PublishedIndex | None, part: CheckedPart
) -> None:
    numbers = [int(row.number) for row in index.answers if row.number.isdecimal()] if index else []
    for missing in sorted(set(range(1, max(numbers, default=0))) - set(numbers)):
        part.contradicts("published.json", f"request {missing:04} is not listed; numbers are given without a gap")
    for row in index.answers if index else ():
        digest = entered.get(row.number)
        if row.digest != digest:
            state = "not listed as answered" if row.digest is None else "listed with another letter than in the ledger"
            part.contradicts("published.json", f"response {row.number} is {state}")
        elif row.sent_on is None and digest is not None:
            part.contradicts("published.json", f"response {row.number} is in the ledger and listed as not sent")
    listed_numbers = {row.number for row in index.answers} if index else set(entered)
    for number in sorted(set(entered) - listed_numbers):
        part.contradicts("published.json", f"response {number} is in the ledger and not listed")
    for name in source.names(ANSWERS) or ():
        if name not in {f"{number}/answer.txt" for number in entered}:
            part.contradicts(f"{ANSWERS}/{name}", "it is no response that the ledger names")
