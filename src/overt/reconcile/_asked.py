"""The keeper's account of how many people it was asked about under one agreement, in all sessions.

It is in a folder beside the agreement, written anew in one step and forced to the disk before anything is answered.
Each element of a session counts, since the keeper cannot tell padding or a second spelling from another person.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from overt.encoding import read_json
from overt.ledger import alone, write_file
from overt.reconcile._agreement import Agreement
from overt.refusals import Refusal

FORMAT = "overt-copies-asked/1"
_LARGEST = 20_000_000
_PRIVATE = 0o600


class AskedAccount:
    """How much of an agreement is used up. Several keepers on one machine share it."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.path = agreement.path.with_name(f"{agreement.path.name}.asked") / "account.json"

    def left(self) -> int:
        """How many people may still be asked about."""
        return max(self.agreement.most_rows - self._total(self._sessions()), 0)

    def count(self, elements: int, now: dt.datetime) -> None:
        """Notes a session about `asked` elements; on the disk when this returns. Refuses one beyond the agreement."""
        with alone(self.path.parent):
            sessions = self._sessions()
            left = self.agreement.most_rows - self._total(sessions)
            if elements > left:
                raise used_up(elements, left)
            sessions.append({"at": now.isoformat(timespec="seconds"), "asked": elements})
            whole = {"format": FORMAT, "agreement": self.agreement.digest, "sessions": sessions}
            write_file(self.path, (json.dumps(whole, indent=1) + "\n").encode(), _PRIVATE)

    def _sessions(self) -> list[dict[str, Any]]:
        try:
            with self.path.open("rb") as stream:
                data = stream.read(_LARGEST)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unreadable(error.strerror or "it cannot be read") from error
        try:
            document = read_json(data)
            sessions = list(document["sessions"])
            whole = document["format"] == FORMAT and document["agreement"] == self.agreement.digest
            if not whole or any(type(session["asked"]) is not int or session["asked"] < 1 for session in sessions):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable("not the account of this agreement") from error
        return sessions

    def _total(self, sessions: list[dict[str, Any]]) -> int:
        return sum(session["asked"] for session in sessions)

    def _unreadable(self, fault: str) -> Refusal:
        remedy = "restore it from a backup; without it, it is not known how many people were asked about"
        return Refusal("asked-unreadable", str(self.path), fault, "the file as Overt wrote it", remedy)


def used_up(used: int, left: int) -> Refusal:
    """That an owner wants to ask about more people than the agreement leaves."""
    remedy = "ask about fewer rows, or make a new agreement"
    return Refusal("agreement-used-up", "the agreement", f"{used:,} asked about", f"{max(left, 0):,} at most", remedy)
