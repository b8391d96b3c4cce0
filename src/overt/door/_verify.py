"""`overt.verify`: a published release or a receipt, checked by whoever doubts it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from overt import ledger
from overt.door._given import Given
from overt.door._shown import ShownResult, table_of
from overt.files import given_bytes
from overt.refusals import Refusal

# Larger files are no receipt, no record and no policy.
_LIMIT = 20_000_000
_COLUMNS = {"where": pa.string(), "found": pa.string()}


class Verification(ShownResult):
    """What was checked, in `checked`; `table` has a row for each thing that does not agree."""

    def __init__(self, title: str, checked: str, wrong: list[dict[str, str]]) -> None:
        self.title, self.checked, self._wrong = title, checked, wrong

    @property
    def holds(self) -> bool:
        """Whether everything that was checked agrees."""
        return not self._wrong

    @property
    def table(self) -> pa.Table:
        """Where something does not agree, and what was found there."""
        return table_of(self._wrong, _COLUMNS)

    def __bool__(self) -> bool:
        return self.holds

    def _said(self) -> tuple[str, tuple[str, ...]]:
        sentence = "Everything agrees." if self.holds else f"{len(self._wrong):,} things do not agree."
        return self.title, (sentence, self.checked)

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return self._wrong


def verify(
    published: Given,
    *,
    snapshot: Given | None = None,
    log: Given | None = None,
    record: Given | None = None,
    policy: Given | None = None,
) -> Verification:
    """Checks a published release (its folder), or a receipt (a .tlog-proof file) of one record.

    Of a release: every file, every figure against a `snapshot`, its digest in the `log`, where these are given. Of a
    receipt: that this very `record` (a JSON file) is in the log that `policy` (a C2SP tlog-policy file) trusts; no
    connection is needed. Raises `overt.Refusal` for what is no release and no receipt, and for a receipt that does not
    prove it.
    """
    place = Path(published)
    if place.is_dir():
        return _release(place, _path(snapshot), _path(log))
    if record is None or policy is None:
        lacking = "record" if record is None else "policy"
        raise Refusal("receipt-of-what", "verify()", f"no {lacking}", "record= and policy=, for a receipt")
    content = ledger.read_record(given_bytes(Path(record), _LIMIT), str(record))
    trusted = ledger.read_policy(given_bytes(Path(policy), _LIMIT), str(policy))
    proof = ledger.verify(given_bytes(place, _LIMIT), content, trusted, str(place), int(time.time()))
    head = proof.signed.checkpoint
    by = f"; cosigned by {', '.join(proof.cosigned_by)}" if proof.cosigned_by else ""
    return Verification(str(place), f"The record is entry {proof.index} of {head.size} in {head.origin}{by}.", [])


def _release(site: Path, snapshot: Path | None, log: Path | None) -> Verification:
    from overt.publication import verify_release  # noqa: PLC0415  statistics take a second to load

    check = verify_release(site, snapshot, log)
    counted = f"{check.figures} figures counted again" if snapshot else "no snapshot, so that no figure was counted"
    entered = f"leaf {check.leaf} of its log" if log else "no log looked at"
    checked = f"{check.files} files; {counted}; {entered}."
    wrong = [{"where": mismatch.where, "found": mismatch.found} for mismatch in check.mismatches]
    return Verification(f"Release {check.document.release}", checked, wrong)


def _path(given: Given | None) -> Path | None:
    return None if given is None else Path(given)
