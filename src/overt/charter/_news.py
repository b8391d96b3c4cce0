"""What a new version of a charter changes, for a reader of the ledger."""

from __future__ import annotations

from overt.charter._charter import Charter
from overt.charter._difference import difference
from overt.charter._read import read_charter
from overt.refusals import Refusal, Refusals


def charter_news(old: bytes | None, new: bytes, name: str) -> list[str]:
    """One line: `the charter changed: categories 16 → 34, recipients 3 → 5; in force from 2021-07-28`.

    Nothing where the new document is no charter of this format: there is no more to tell than its name.
    """
    after = _read(new, name)
    if after is None:
        return []
    before = _read(old, name) if old is not None else None
    effect = f"in force from {after.effective_on}"
    if before is None:
        return [f"the charter: version {after.version}, categories {len(after.categories)}; {effect}"]
    return [f"the charter changed: {difference(before, after).summary()}; {effect}"]


def _read(data: bytes, name: str) -> Charter | None:
    try:
        return read_charter(data, name)
    except (Refusal, Refusals):
        return None
