"""A stranger who holds all releases of the register recovers nothing between 1 and the threshold of its people."""

from __future__ import annotations

from tests.attempts import Count
from tests.publication.allatonce.conftest import Evening
from tests.publication.allatonce.recount import PARTS_OF
from tests.publication.stranger import Stranger, part_of_release, read_people

SMALL = range(1, 8)


def site_of(evening: Evening) -> dict[str, bytes]:
    """The published files of a release."""
    home = evening.folder / "release" / "site"
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_stranger_recovers_nothing_of_all_releases(evenings: list[Evening], attempts: Count) -> None:
    """Each small number of people who stayed, moved, came or went, and of who was listed, in each group."""
    stranger = Stranger()
    read_people(stranger, [site_of(each) for each in evenings], moving=("role", "age", "sex", "ethnicity", "observed"))
    asking, found, tried = stranger.solver(), [], 0
    for time, evening in enumerate(evenings):
        for (attribute, group), counts in evening.recount.parts.items():
            wanted = {part: (part,) for part in counts} | {"listed": PARTS_OF["listed"]}
            for name, parts in wanted.items():
                number = sum(counts[part] for part in parts)
                if number in SMALL:
                    tried += 1
                    if asking.learn([part_of_release(time, part, attribute, group) for part in parts]).tells(7):
                        found.append(f"{evening.day}: {number} {name} of {attribute} {group}")
    attempts("small numbers of the register that has everything, asked for by integer programming", tried)
    assert found == []
    assert tried > 10
