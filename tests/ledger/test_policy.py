"""Trust files: whom to believe, and how many witnesses."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.ledger import COSIGNATURE, Checkpoint, Policy, given_keys, read_policy, sign_note, trust
from overt.refusals import Refusal, Refusals
from tests.ledger.conftest import NOW, ORIGIN, signer_of

LOG = signer_of(1)
WITNESSES = [signer_of(10 + number, f"w{number}.example.org", COSIGNATURE) for number in range(6)]
HEAD = Checkpoint(ORIGIN, 5, b"\x07" * 32)
TWO_LEVELS = "\n".join(
    [
        "# two organisations",
        f"log {LOG.key} https://register.example.org/stops",
        *[f"witness\tX{number} {WITNESSES[number].key}" for number in range(3)],
        "group X-witnesses 2 X0 X1 X2",
        *[f"  witness Y{number} {WITNESSES[3 + number].key} https://y{number}.example.org " for number in range(3)],
        "group Y-witnesses any Y0 Y1 Y2",
        "",
        "group X-and-Y all X-witnesses Y-witnesses",
        "quorum X-and-Y",
        "",
    ]
)


def read(text: str) -> Policy:
    return read_policy(text.encode(), "policy")


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises((Refusal, Refusals)) as refused:
        read(text)
    found = refused.value.refusals if isinstance(refused.value, Refusals) else [refused.value]
    return [(each.where, each.found) for each in found]


@pytest.mark.parametrize(
    ("cosigners", "believed"),
    [
        ((0, 1, 3), True),
        ((0, 2, 4), True),
        ((0, 1, 2, 3, 4, 5), True),
        ((0, 3), False),
        ((0, 1, 2), False),
        ((3, 4, 5), False),
        ((), False),
    ],
)
def test_the_example_of_the_specification_decides_by_quorum(cosigners: tuple[int, ...], believed: bool) -> None:
    """Two of the X witnesses and any of the Y witnesses."""
    policy = read(TWO_LEVELS)
    data = sign_note(HEAD.text(), [LOG, *(WITNESSES[each] for each in cosigners)], NOW)
    if believed:
        assert policy.open(data).checkpoint == HEAD
    else:
        with pytest.raises(Refusal, match="quorum-missing"):
            policy.open(data)


def test_witnesses_alone_make_no_checkpoint() -> None:
    """However many cosigned, the log must have signed."""
    data = sign_note(HEAD.text(), WITNESSES, NOW)
    with pytest.raises(Refusal, match="signature-unknown"):
        read(TWO_LEVELS).open(data)


def test_a_cosignature_that_does_not_hold_is_refused() -> None:
    """A witness's name under another time."""
    line = bytearray(WITNESSES[0].sign(HEAD.text(), NOW))
    other = WITNESSES[0].sign(Checkpoint(ORIGIN, 6, b"\x08" * 32).text(), NOW)
    assert line != other
    with pytest.raises(Refusal, match="signature-bad"):
        read(TWO_LEVELS).open(sign_note(HEAD.text(), [LOG], NOW) + other)


def test_addresses_are_read() -> None:
    """Where logs and witnesses have one."""
    policy = read(TWO_LEVELS)
    assert [party.url for party in policy.witnesses.values()] == [
        "",
        "",
        "",
        *(f"https://y{n}.example.org" for n in range(3)),
    ]
    assert policy.logs[0].url == "https://register.example.org/stops"


def test_no_quorum_asks_for_no_witness() -> None:
    """`quorum none`, as for a key given alone."""
    data = sign_note(HEAD.text(), [LOG], NOW)
    assert read(f"log {LOG.key}\nquorum none\n").open(data).checkpoint == trust(LOG.key).open(data).checkpoint


def test_names_are_compared_byte_by_byte() -> None:
    """K and the Kelvin sign are two witnesses."""
    policy = read(f"witness K {WITNESSES[0].key}\nwitness \u212a {WITNESSES[1].key}\nquorum K\n")
    assert policy.satisfied_by([WITNESSES[0].key])
    assert not policy.satisfied_by([WITNESSES[1].key])


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("log nonsense", "this is not a verifier key of a known type"),
        (f"log {WITNESSES[0].key}", "a key of type 0x04"),
        (f"witness A {LOG.key}", "a key of type 0x01"),
        (f"witness none {WITNESSES[0].key}", "the name none is taken"),
        ("quorum nobody", "nobody is not defined above"),
        ("group g 1 nobody", "nobody is not defined above"),
        ("group g", "group with 1 words"),
        ("allow everybody", "allow with 1 words"),
    ],
)
def test_a_line_of_another_form_is_named(line: str, found: str) -> None:
    """Each fault with its line."""
    assert ("policy, line 1", found) in faults(f"{line}\nquorum none\n")


@pytest.mark.parametrize("least", ["0", "3", "01", "-1", "some", "1e0", "\u0661"])
def test_a_threshold_must_be_within_the_group(least: str) -> None:
    """1 to the number of members, in plain digits."""
    two = "\n".join(f"witness w{number} {WITNESSES[number].key}" for number in range(2))
    assert faults(f"{two}\ngroup g {least} w0 w1\nquorum w0\n")[0][0] == "policy, line 3"


def test_every_fault_is_said_at_once() -> None:
    """A key twice, a name twice, a member twice, two quorums."""
    text = "\n".join(
        [
            f"witness a {WITNESSES[0].key}",
            f"witness b {WITNESSES[0].key}",
            f"witness a {WITNESSES[1].key}",
            "group g any a",
            "group h any a",
            "quorum g",
            "quorum g",
        ]
    )
    assert [where for where, _ in faults(text)] == [f"policy, line {number}" for number in (2, 3, 5, 7)]


def test_a_policy_needs_a_quorum_line() -> None:
    """Nobody trusts by leaving it out."""
    assert faults(f"log {LOG.key}\n") == [("policy", "there is no quorum")]


def test_control_characters_are_refused() -> None:
    """What an editor shows is what is read."""
    with pytest.raises(Refusal, match="policy-malformed"):
        read(f"log {LOG.key}\r\nquorum none\r\n")


def test_a_key_is_given_as_text_as_a_line_or_as_a_file(tmp_path: Path) -> None:
    """What stands in a policy, or the policy, or the key by itself: nobody has to cut it out."""
    line = f"log {LOG.key} https://register.example.org/stops"
    (policy := tmp_path / "policy").write_text(TWO_LEVELS)
    (alone := tmp_path / "key").write_text(f"{LOG.key}\n")
    for given in (str(LOG.key), line, str(policy), str(alone)):
        assert given_keys(given, "--key") == [LOG.key]
    (tmp_path / "empty").write_text("quorum none\n")
    for given in (str(tmp_path / "empty"), "no key", str(tmp_path / "absent")):
        with pytest.raises(Refusal, match="vkey-malformed: --key"):
            given_keys(given, "--key")
