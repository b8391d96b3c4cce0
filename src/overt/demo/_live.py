"""The demonstration that goes on: what a portal has to show after four years, a clock that runs, and publication.

The clock begins on the morning after the last day, so that what is due then is due now.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from overt.demo._facts import StoryPlaces
from overt.demo._play import LAST_DAY, ORIGIN, WITNESSES, Play, at
from overt.demo._seeded import Seeded
from overt.gate import Gate, Proposed
from overt.ledger import FolderStore, LocalWitness, Signer, SigningState, Witness, publish, read_policy
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal
from overt.register import Register, RegisterLog

# Who may sign in, and what as. The reference is the password: nothing here is worth protecting.
SIGN_INS = (
    ("P1001", ("recorder",)),
    ("P9001", ("approver", "controller")),
    ("I7001", ("inspector",)),
)
# The unit of each of them, as entries name it; oversight has none.
SIGN_IN_UNITS = {"P1001": "North desk", "P9001": "North desk"}
_MARK = "live.json"
_AUTHOR, _APPROVERS, _OFFICE = "P9002", ("P2001", "P2002"), "P9001"
_RELEASES = (dt.date(2023, 9, 3), dt.date(2024, 3, 3), LAST_DAY)
_EVERY_SECONDS = 1.0


class Live:
    """A demonstration in a folder, with the register still in use. `began` is when its clock was started."""

    def __init__(self, out: Path, seed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.places = StoryPlaces(out)
        self._seeded = Seeded(seed)
        self._clock = clock
        self._began = clock()
        with Register.open(self.places.register) as register:
            last = register.last_recorded_at()
        morning = at(LAST_DAY + dt.timedelta(days=1), 9)
        recorded = dt.datetime.fromisoformat(str(last)).replace(tzinfo=dt.UTC) if last else morning
        self._start = max(morning, recorded)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_publishing, daemon=True)

    @classmethod
    def begin(cls, out: Path, seed: int, progress: Callable[[str], None]) -> Live:
        """Plays the four years in a new folder and gets what a portal shows; or takes up what was played there."""
        mark = out / _MARK
        if mark.is_file():
            return cls(out, int(json.loads(mark.read_text(encoding="utf-8"))["seed"]))
        with Play(out, seed, progress) as play:
            play.run()
            progress("Publishing figures and a response")
            _office_work(play)
            play.publish(LAST_DAY)
            play.collect()
        mark.write_text(json.dumps({"seed": seed}) + "\n", encoding="utf-8")
        return cls(out, seed)

    def now(self) -> dt.datetime:
        """The moment by the demonstration's clock, which runs from the morning after its last day."""
        return self._start + dt.timedelta(seconds=self._clock() - self._began)

    def unit(self) -> tuple[PseudonymKey, tuple[Signer, ...], Path]:
        """What the unit gives its portal: its worthless keys, and the folder of its notices."""
        return self._seeded.pseudonym_key(), (self._seeded.log_key(ORIGIN),), self.places.out / "notices"

    def publish(self) -> int:
        """Publishes what was admitted, with both witnesses; how many entries the log then has."""
        keys = {name: self._seeded.witness_key(f"{name}.example/witness") for name in WITNESSES}
        signer, places = self._seeded.log_key(ORIGIN), self.places
        seconds = int(self.now().timestamp())
        known = [Witness(key, places.out / "witnesses" / name, [signer.key]) for name, key in keys.items()]
        with Register.open(places.register) as register:
            register.pad()
            published = publish(
                register,
                FolderStore(places.ledger),
                [signer],
                now=seconds,
                state=SigningState(places.operator),
                documents=RegisterLog(register, self.now()).document,
                witnesses=[LocalWitness(key, seconds) for key in known],
                policy=read_policy(places.policy.read_bytes(), places.policy.name),
            )
        return published.checkpoint.size

    def __enter__(self) -> Live:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _keep_publishing(self) -> None:
        published = 0
        with Register.open(self.places.register) as register:
            while not self._stop.wait(_EVERY_SECONDS):
                try:
                    if register.size() != published:
                        published = self.publish()
                except Refusal:
                    # Somebody else publishes, or writes, at this moment: in a second it is tried again.
                    continue


def _office_work(play: Play) -> None:
    """Three releases, the last with the audit's verdicts; an answer; what platforms were asked; what it cost."""
    from overt.publication import (  # noqa: PLC0415  an extra
        DraftRequest,
        approve,
        draft,
        folder_of_answer,
        new_answer,
        publish_release,
        send,
        write_reply,
    )

    register, morning = play.register, at(LAST_DAY, 21)
    gate = Gate(register, [play.core])
    gate.admit([Proposed(table, values) for table, values in _rows()], _OFFICE, morning)
    findings = (play.facts.places.audit / "findings.json").read_bytes()
    for day in _RELEASES:
        options = DraftRequest(day, findings=findings if day == LAST_DAY else None)
        drafted = draft(register, at(day, 23) if day < LAST_DAY else at(day, 22), options, _AUTHOR, morning)
        for approver in _APPROVERS:
            approve(register, drafted.release, approver, morning)
        document, _ = publish_release(register, drafted.release, _OFFICE, morning)
        play.documents[document.digest] = document.as_bytes()
    asked_on = LAST_DAY - dt.timedelta(days=9)
    answer = new_answer(
        register, ("people", "categories", "is-listed"), _RELEASES[1], asked_on, by=_OFFICE, now=morning
    )
    write_reply(register, answer, folder_of_answer(register, answer.number), morning.date())
    send(register, answer.number, by=_OFFICE, now=morning)
    text = (folder_of_answer(register, answer.number) / "answer.txt").read_bytes()
    play.documents[sha256(text).hexdigest()] = text


def _rows() -> list[tuple[str, dict[str, object]]]:
    """Requests to platforms with what came of them, and money: invented like everything here."""
    requests: list[dict[str, object]] = [
        {
            "request_id": f"PR{number:04}",
            "platform": "an online platform",
            "sent_on": str(LAST_DAY - dt.timedelta(days=40 * number)),
            "genre": ("drill", "grime", "none")[number % 3],
            "rule_cited": "violent speech",
            "legal_basis": "the platform's own terms",
            "outcome": ("removed", "refused", "restricted", "pending")[number % 4],
        }
        for number in range(1, 9)
    ]
    spent: list[dict[str, object]] = [
        {"year": year, "purpose": purpose, "amount_pence": amount * 100}
        for year, amounts in ((2021, (118_000, 9_500)), (2022, (131_000, 12_000)), (2023, (129_500, 14_250)))
        for purpose, amount in zip(("staff", "licences"), amounts, strict=True)
    ]
    return [*(("platform_request", row) for row in requests), *(("spend", row) for row in spent)]
