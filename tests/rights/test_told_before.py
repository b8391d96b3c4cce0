"""A letter about one thing does not say what is false of another, nor tell what an earlier letter held back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.register import Register
from overt.rights import RequestDecision, Restriction, RightsAnswer, draft, find_request, read_correction, rectify, tell
from tests.rights.conftest import ANN, KEY, LATER, asked, desk, listed_again, read_and_sent, sent

REASON = "the report of the day says so (synthetic)"
WHY = "The inquiry in which you are named is not closed."
CONTESTED = RequestDecision(granted="s.47(3)")


@pytest.fixture
def both(register: Register) -> Register:
    """Ann has two entries: E1, which was sent to a force, and E7, which nobody was sent."""
    sent(register, 1, "E1")
    listed_again(register, "E7")
    return register


def letter(register: Register, number: str, decision: RequestDecision) -> RightsAnswer:
    return draft(register, find_request(register, number), ANN, decision, key=KEY, today=LATER.date())


def text(made: RightsAnswer) -> str:
    return " ".join(made.files["answer.txt"].decode().split())


def test_a_restriction_of_one_entry_is_no_restriction_of_both(both: Register, tmp_path: Path) -> None:
    """E1 was sent to a force that was not told: a letter that nobody else has it would be false."""
    number = asked(both, "restriction")
    tell(both, number, "E7", "restrict", recipients=[], desk=desk(tmp_path / "n"))
    with pytest.raises(Refusal, match="request-not-carried-out: R0001: E1 is still used"):
        letter(both, number, CONTESTED)


def test_a_restriction_in_part_names_what_is_restricted(both: Register, tmp_path: Path) -> None:
    """The rest is refused on a ground, and the answer is partly."""
    number = asked(both, "restriction")
    tell(both, number, "E7", "restrict", recipients=[], desk=desk(tmp_path / "n"))
    made = letter(both, number, RequestDecision(refused="s.47(3)", why=WHY))
    assert made.outcome == "partly"
    assert "We no longer use entry E7. It stays in the register." in text(made)


def test_a_restriction_of_both_tells_who_has_either(both: Register, tmp_path: Path) -> None:
    """The force that was sent E1 stands in the letter."""
    number = asked(both, "restriction")
    for each in ("E1", "E7"):
        tell(both, number, each, "restrict", recipients=[], desk=desk(tmp_path / each))
    said = text(letter(both, number, CONTESTED))
    assert "We no longer use entries E1 and E7. They stay in the register." in said
    assert "Example Neighbouring Force" in said


@pytest.mark.parametrize(("part", "is_told"), [("sources", False), ("items", False), ("recipients", True)])
def test_a_correction_does_not_tell_what_an_answer_held_back(
    both: Register, tmp_path: Path, part: str, is_told: bool
) -> None:
    """Where the item came from was held back to protect somebody; the letter of a correction is silent too."""
    access = asked(both, "access")
    held = Restriction(part, "s.45(4)(e)", "the person who told us may be harmed")
    read_and_sent(both, access, RequestDecision((held,)), tmp_path / "access")
    number = asked(both, "rectification")
    rectify(
        both, number, "E1", [read_correction("item.I1-0.origin=victim")], reason=REASON, desk=desk(tmp_path / "n")
    )  # fmt: skip
    made = letter(both, number, RequestDecision(granted="s.46(1)"))
    assert ("a victim told us" in text(made)) is is_told
    assert (f"withheld, as in our answer {access}" in text(made)) is not is_told
    assert ("Example Neighbouring Force" in text(made)) is not is_told
    (corrected,) = [
        each for each in json.loads(made.files["answer.json"])["corrected"] if each["field"] == "item.origin"
    ]
    assert (corrected["to"] == "victim") is is_told


def test_a_correction_tells_all_where_nothing_was_held_back(both: Register, tmp_path: Path) -> None:
    """As before."""
    read_and_sent(both, asked(both, "access"), RequestDecision(), tmp_path / "access")
    number = asked(both, "rectification")
    rectify(
        both, number, "E1", [read_correction("item.I1-0.origin=victim")], reason=REASON, desk=desk(tmp_path / "n")
    )  # fmt: skip
    assert "a victim told us" in text(letter(both, number, RequestDecision(granted="s.46(1)")))
