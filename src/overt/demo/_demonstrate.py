"""The whole demonstration in one call."""

from __future__ import annotations

from pathlib import Path

from overt.demo._cheat import cheat
from overt.demo._facts import Facts
from overt.demo._play import Play, Progress


def demonstrate(out: Path, seed: int, *, cheating: bool, progress: Progress) -> Facts:
    """Plays the four years in a new folder, and with `cheating` the morning after; what happened.

    Refuses a folder with something in it. The same seed gives the same records, ledger and story.
    """
    with Play(out, seed, progress) as play:
        play.run()
        if cheating:
            cheat(play)
        return play.facts
