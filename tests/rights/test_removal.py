"""Removal: nothing is left here, everybody is told, and the person holds proof."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Proposed
from overt.ledger import ED25519, Policy, canonical_json, make_signer, prove, read_policy, trust, verify
from overt.refusals import Refusal
from overt.register import SNAPSHOTS_FOLDER, Register, RegisterLog, check_register, snapshot
from overt.rights import (
    Requester,
    confirm,
    confirm_signed,
    find_request,
    read_notice,
    recalls,
    remove,
    tell,
    verify_certificate,
    write_certificate,
    write_confirmation,
)
from overt.rights import _correct as steps
from overt.rights import find as find_entries
from tests.gate.conftest import entry, item
from tests.rights.conftest import (
    ANN,
    BY,
    KEY,
    LATER,
    SIGNER,
    admit,
    asked,
    begin,
    desk,
    listed,
    pseudonym_of,
    publish,
    reopened,
    sent,
)
from tests.waiting import MINUTES

GROUND = "DPA 2018 s.47(1), the entry was not necessary"
COUNCIL = make_signer("council.example", ED25519, b"another seed that is no secret!!")
FORCE = make_signer("force.example", ED25519, b"a third seed that is no secret!!")
COUNCILS = {
    "recipient": "example_probation",
    "recipient_kind": "probation",
    "agreement_id": "ISA-2",
    "purpose": "prevention",
}


def everything(*folders: Path) -> bytes:
    """All bytes of all files."""
    return b"".join(
        path.name.encode() + b"\n" + path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


@pytest.fixture(scope="module")
def template(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann's entry was sent to a force twice, and stands on a list of an officer's own; Cy's was sent too."""
    folder = tmp_path_factory.mktemp("removal") / "alpha"
    with reopened(base, folder) as register:
        sent(register, 1, "E1")
        sent(register, 2, "E1", now=LATER + dt.timedelta(minutes=1))
        sent(register, 3, "E2", now=LATER + dt.timedelta(minutes=2))
        copy = {
            "copy_id": "C1",
            "location": "a drive of the north desk",
            "owner": "P1077",
            "subject_id": pseudonym_of(ANN),
            "as_of": "2021-08-01",
        }
        admit(register, Proposed("copy", copy), now=LATER + dt.timedelta(minutes=3))
        begin(register)
    return folder


@pytest.fixture
def register(template: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of it."""
    with reopened(template, tmp_path / "alpha") as made:
        yield made


@pytest.fixture(scope="module")
def whole(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register, its notices and the certificate of a removal."""
    folder = tmp_path_factory.mktemp("certified")
    with reopened(template, folder / "alpha") as register:
        certified(register, folder)
    return folder


WHEN = LATER + dt.timedelta(days=1)


def removed(register: Register, out: Path, now: dt.datetime = WHEN) -> str:
    """A request under which Ann's entry is removed."""
    number = asked(register, "erasure", now=now)
    remove(register, number, ["E1"], GROUND, desk(out, now))
    return number


def test_nothing_of_one_person_is_left_and_all_else_is(register: Register, tmp_path: Path) -> None:
    """The issue's promise on one person, with the bytes of every file searched.

    Neither a value of the person's rows that is theirs alone, nor a row as the ledger commits to it, nor its salt, nor
    the pseudonym is in any file of the store: database, write-ahead log, Parquet, tiles. Whatever was known before is
    given back without the person, and every other receipt still verifies.
    """
    asked(register, "access", now=WHEN)
    snapshot(register, WHEN, register.folder / SNAPSHOTS_FOLDER / "release-0001")
    snapshot(register, WHEN, register.folder / SNAPSHOTS_FOLDER / "handed-over")
    publish(register)
    log = RegisterLog(register, WHEN)
    policy = read_policy(log.policy.read_bytes(), "policy")
    bodies, salts, values, others = [], [], set(), []
    for table in ("subject", "entry", "item", "disclosure", "copy", "access"):
        for version in register.versions(table):
            mine = version.values.get("entry_id") == "E1" or version.values.get("subject_id") == pseudonym_of(ANN)
            if mine:
                bodies.append(canonical_json(version.body()))
                salts.append(version.salt)
                values |= {str(each) for each in version.values.values() if len(str(each)) > 5}
            else:
                values -= {str(each) for each in version.values.values()}
                others.append((version, prove(log.store, version.opened_seq, version.salt)))
    shared = {str(each) for version, _ in others for each in version.values.values()}
    # When something was recorded is the ledger's own, and bodies were told by their names.
    moments = {row[0] for row in register.store.rows("select recorded_at from leaf")}
    alone = values - shared - moments - {"example_force", "consult", "P1077"}
    assert {pseudonym_of(ANN), ANN.born, "a drive of the north desk", "SRC1-0", "DOC1-1"} <= alone
    before = register.read(0, register.size())

    out = tmp_path / "notices"
    number = removed(register, out)
    left = everything(register.folder)
    for gone in (*bodies, *salts, *(each.encode() for each in alone), *(salt.hex().encode() for salt in salts)):
        assert gone not in left
    assert b"SRC2-0" in left
    for table in ("subject", "entry", "item", "disclosure", "copy", "access"):
        for moment in (LATER + dt.timedelta(minutes=30), WHEN):
            rows = list(register.as_of(table, moment))
            assert all(each.values.get("entry_id") != "E1" for each in rows)
            assert all(each.values.get("subject_id") != pseudonym_of(ANN) for each in rows)
    assert [each.values["entry_id"] for each in register.as_of("entry", WHEN)] == ["E2"]
    assert [each.values["kind"] for each in register.versions("erasure")] == ["entry and subject"]
    assert register.read(0, len(before)) == before
    assert list(check_register(register)) == []
    assert len(others) == 6
    for version, receipt in others:
        assert verify(receipt, version.body(), policy).index == version.opened_seq
    assert find_entries(register, KEY, ANN) == []
    told = recalls(register, number)
    assert [(each.recipient, each.kind, each.asks) for each in told] == [
        ("P1077", "own", "delete"),
        ("example_force", "police", "delete"),
    ]


def test_every_recipient_gets_one_signed_notice_with_what_it_needs(register: Register, tmp_path: Path) -> None:
    """The two sendings to one body are in one notice; its signature is the register's, and none of it is kept."""
    number = removed(register, tmp_path / "notices")
    notice = tmp_path / "notices" / f"{number}-N2-example_force.note"
    said = read_notice(notice.read_bytes(), [SIGNER.key], "notice")
    assert (said["recall"], said["recipient"], said["asks"], said["due"]) == (
        f"{number}-N2",
        "example_force",
        "delete",
        str(WHEN.date() + dt.timedelta(days=28)),
    )
    text = notice.read_text()
    assert "disclosure D1 sent 2021-09-02" in text
    assert "disclosure D2 sent 2021-09-02" in text
    assert "D3" not in text
    assert "E1" not in text
    copy = (tmp_path / "notices" / f"{number}-N1-P1077.note").read_text()
    assert "copy C1 at a drive of the north desk" in copy
    with pytest.raises(Refusal, match="signature-unknown"):
        read_notice(notice.read_bytes(), [COUNCIL.key], "notice")
    with pytest.raises(Refusal, match="signature-bad"):
        read_notice(notice.read_bytes().replace(b"delete", b"retain"), [SIGNER.key], "notice")


def test_notices_do_not_lie_in_the_register(register: Register) -> None:
    """They say what was erased."""
    number = asked(register, "erasure", now=WHEN)
    with pytest.raises(Refusal, match="out-in-register"):
        remove(register, number, ["E1"], GROUND, desk(register.folder / "notices", WHEN))
    assert find_entries(register, KEY, ANN)


def certified(register: Register, tmp_path: Path) -> tuple[str, Path]:
    """A removal that everybody has confirmed, one of them by signature, and its certificate."""
    number = removed(register, tmp_path / "notices")
    notice = (tmp_path / "notices" / f"{number}-N2-example_force.note").read_bytes()
    on = WHEN + dt.timedelta(days=3)
    answer = write_confirmation(notice, "done", COUNCIL, on, "notice")
    confirm_signed(register, answer, [COUNCIL.key], "answer", by=BY, now=on)
    publish(register)
    out = tmp_path / "certificate"
    with pytest.raises(Refusal, match=r"removal-open.*P1077"):
        write_certificate(register, number, [SIGNER], out, on)
    confirm(
        register,
        f"{number}-N1",
        "nothing_held",
        (on + dt.timedelta(days=1)).date(),
        by=BY,
        now=on + dt.timedelta(days=1),
    )
    publish(register)
    write_certificate(register, number, [SIGNER], out, on + dt.timedelta(days=2))
    return number, out


EXTRAS = (
    *("holidays", "typst", "scipy", "numpy", "highspy", "opendp", "starlette", "uvicorn", "httpx", "authlib", "argon2"),
    *("psycopg", "ibis", "pyspark", "obstore", "ahocorasick_rs", "snowballstemmer", "private_set_intersection"),
)


def test_certificate_verifies_on_another_machine(whole: Path, tmp_path: Path) -> None:
    """With nothing but the folder and the policy, by Overt's own command in another process, and receipt by receipt."""
    elsewhere = tmp_path / "another machine"
    shutil.copytree(whole / "certificate", elsewhere / "certificate")
    shutil.copy(whole / "alpha" / "policy", elsewhere / "policy")

    # As with the plain install: no extra can be imported there.
    (elsewhere / "sitecustomize.py").write_text(
        "import sys\n"
        f"extras = {EXTRAS!r}\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in extras:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
    )

    def overt(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "overt.cli", *words],
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": str(elsewhere)},
            capture_output=True,
            text=True,
            check=True,
            timeout=MINUTES,
        )
        return done.stdout

    said = overt("rights", "verify", "certificate", "--policy", "policy")
    assert "Of 2 organisations told, 1 confirmed by signature." in said
    assert "everybody has confirmed" not in said
    force = "Example Neighbouring Force: told on 3 September 2021, deleted it: confirmed by its signature"
    assert f"{force} on 6 September 2021" in said
    assert "P1077: told on 3 September 2021, nothing held: noted by our officer" in said
    records = sorted((elsewhere / "certificate").glob("*.json"))
    assert [each.name.split("-")[0] for each in records] == ["erasure", "recall", "recall"]
    for record in records:
        receipt = f"certificate/{record.name}.tlog-proof"
        told = overt("ledger", "verify", receipt, "--record", f"certificate/{record.name}", "--policy", "policy")
        assert "in alpha.example/register" in told
    assert json.loads(records[0].read_bytes())["@table"] == "erasure"
    assert "R0001" in (elsewhere / "certificate/certificate.txt").read_text()
    assert (elsewhere / "certificate/certificate.pdf").read_bytes().startswith(b"%PDF")


def _drop_a_body(text: bytes) -> bytes:
    head, *rest = text.split(b"\n\n")
    return b"\n\n".join([head, *(each for each in rest if b"P1077" not in each)])


def _one(folder: Path, pattern: str) -> Path:
    """The file of a body that said what was done."""
    return next(
        each for each in sorted(folder.glob(pattern)) if "recall" not in pattern or b"done" in each.read_bytes()
    )


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


NOTE_FILE, RECORD, ERASURE = "certificate.note", "recall-*.json", "erasure-*.json"


@pytest.mark.parametrize(
    ("pattern", "change", "code"),
    [
        (NOTE_FILE, _replaced(b"2021-09-06", b"2021-09-05"), "signature-bad"),
        (NOTE_FILE, _drop_a_body, "signature-bad"),
        (RECORD, _replaced(b"done", b"gone"), "certificate-differs"),
        (ERASURE, None, "file-unreadable"),
        (f"{ERASURE}.tlog-proof", None, "file-unreadable"),
        (f"{ERASURE}.tlog-proof", _replaced(b"index ", b"index 1"), "proof-bad"),
    ],
)
def test_altered_certificate_is_refused(
    whole: Path, tmp_path: Path, pattern: str, change: Callable[[bytes], bytes] | None, code: str
) -> None:
    """Whatever was altered, dropped or taken away."""
    out = Path(shutil.copytree(whole / "certificate", tmp_path / "certificate"))
    policy = policy_of(whole / "alpha")
    assert verify_certificate(out, policy).is_finished
    path = _one(out, pattern)
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Refusal, match=code):
        verify_certificate(out, policy)


def test_keeper_cannot_certify_what_the_log_does_not_say(whole: Path, tmp_path: Path) -> None:
    """A note that the register's own key signed and its records do not bear out is refused all the same."""
    from overt.ledger import open_note, sign_note
    from overt.rights import _certificate as certificate

    out = Path(shutil.copytree(whole / "certificate", tmp_path / "certificate"))
    policy = policy_of(whole / "alpha")
    text = open_note((out / "certificate.note").read_bytes(), [SIGNER.key]).text
    (out / certificate.NOTE).write_bytes(sign_note(text.replace(b"2021-09-06", b"2021-09-04"), [SIGNER], 0))
    with pytest.raises(Refusal, match=r"certificate-differs.*does not say"):
        verify_certificate(out, policy)


def test_an_officers_note_cannot_pass_for_a_signature(whole: Path, tmp_path: Path) -> None:
    """The record says how it was confirmed; a note that claims more is refused. One of the first edition says less."""
    from overt.ledger import open_note, sign_note
    from overt.rights import _certificate as certificate

    policy = policy_of(whole / "alpha")
    text = open_note((whole / "certificate/certificate.note").read_bytes(), [SIGNER.key]).text
    assert not verify_certificate(whole / "certificate", policy).is_proved
    first = b"\n".join(each for each in text.split(b"\n") if each[:6] not in (b"title ", b"how si", b"how re"))
    for name, said, is_refused in (
        ("claims", text.replace(b"how recorded", b"how signed"), True),
        ("denies", text.replace(b"how signed", b"how recorded"), True),
        ("first", first.replace(b"overt-removal/2", b"overt-removal/1"), False),
    ):
        out = Path(shutil.copytree(whole / "certificate", tmp_path / name))
        (out / certificate.NOTE).write_bytes(sign_note(said, [SIGNER], 0))
        if is_refused:
            with pytest.raises(Refusal, match="certificate-differs"):
                verify_certificate(out, policy)
        else:
            made = verify_certificate(out, policy)
            assert (made.is_finished, made.is_proved) == (True, False)


def test_everybody_has_confirmed_only_if_all_signed(register: Register, tmp_path: Path) -> None:
    """By title, each by its own signature, with keys that the certificate names."""
    number = removed(register, tmp_path / "notices")
    on = WHEN + dt.timedelta(days=3)
    signers = (COUNCIL, FORCE)
    for notice, signer in zip(sorted((tmp_path / "notices").glob("*.note")), signers, strict=True):
        signed = write_confirmation(notice.read_bytes(), "done", signer, on, "notice")
        confirm_signed(register, signed, [signer.key], "answer", by=BY, now=on)
    publish(register)
    made = write_certificate(register, number, [SIGNER], tmp_path / "certificate", on)
    assert made.is_proved
    assert "every organisation has confirmed by signature (2 of 2)" in made.state
    paper = (tmp_path / "certificate/certificate.txt").read_text()
    assert "Example Neighbouring Force" in paper
    assert "example_force" not in paper
    assert all(str(each.key) in paper for each in signers)
    verified = verify_certificate(tmp_path / "certificate", policy_of(register.folder))
    assert {each.key for each in verified.told} == {str(each.key) for each in signers}


def test_one_key_proves_nothing_of_two_organisations(register: Register, tmp_path: Path) -> None:
    """Whoever keeps the register could have made it."""
    number = removed(register, tmp_path / "notices")
    on = WHEN + dt.timedelta(days=3)
    for notice in sorted((tmp_path / "notices").glob("*.note")):
        signed = write_confirmation(notice.read_bytes(), "done", COUNCIL, on, "notice")
        confirm_signed(register, signed, [COUNCIL.key], "answer", by=BY, now=on)
    publish(register)
    made = write_certificate(register, number, [SIGNER], tmp_path / "certificate", on)
    assert made.is_finished
    assert not made.is_proved
    assert "signed with the same key" in made.state


def test_stranger_with_another_policy_is_not_persuaded(whole: Path) -> None:
    """The policy comes from where the reader trusts it, and not from the folder alone."""
    with pytest.raises(Refusal, match="signature-unknown"):
        verify_certificate(whole / "certificate", trust(COUNCIL.key))


def test_interim_certificate_says_who_is_left(register: Register, tmp_path: Path) -> None:
    """It verifies, and says that the removal is not finished."""
    number = removed(register, tmp_path / "notices")
    publish(register)
    made = write_certificate(register, number, [SIGNER], tmp_path / "interim", WHEN, interim=True)
    assert not made.is_finished
    assert verify_certificate(tmp_path / "interim", policy_of(register.folder)) == made
    assert "not complete" in (tmp_path / "interim/certificate.txt").read_text()


def policy_of(folder: Path) -> Policy:
    """The policy of a register's log."""
    return read_policy((folder / "policy").read_bytes(), "policy")


def test_certificate_needs_a_removal(register: Register, tmp_path: Path) -> None:
    """And an empty folder."""
    number = asked(register, "erasure", now=WHEN)
    with pytest.raises(Refusal, match="removal-absent"):
        write_certificate(register, number, [SIGNER], tmp_path / "certificate", WHEN)
    with pytest.raises(Refusal, match="out-not-empty"):
        write_certificate(register, number, [SIGNER], tmp_path, WHEN)


def test_removal_nobody_else_was_sent_is_finished_at_once(register: Register, tmp_path: Path) -> None:
    """Without recipients there is nobody to wait for."""
    who = Requester("Dee Nobody", "1992-03-04")
    listed(register, 4, who, now=WHEN)
    number = asked(register, "erasure", now=WHEN, who=who)
    made = remove(register, number, ["E4"], GROUND, desk(tmp_path / "notices", WHEN))
    assert made.recalls == ()
    publish(register)
    assert write_certificate(register, number, [SIGNER], tmp_path / "certificate", WHEN).is_finished


def test_every_entry_of_a_person_goes_under_one_request(register: Register, tmp_path: Path) -> None:
    """Two entries, one recall for a body that was sent both, two erasures, one certificate."""
    second = {"entry_id": "E1b", "subject_id": pseudonym_of(ANN), "grounds": "seen again at the fight of inquiry 77"}
    items = [item(1, place, item_id=f"I1b-{place}", entry_id="E1b", source_ref=f"SRC1b-{place}") for place in (0, 1)]
    admit(register, entry(1, **second), *items, now=WHEN)
    sent(register, 9, "E1b", now=WHEN)
    number = asked(register, "erasure", now=WHEN)
    made = remove(register, number, ["E1", "E1b"], GROUND, desk(tmp_path / "notices", WHEN))
    assert len(made.erasures) == 2
    assert [each.recipient for each in made.recalls] == ["P1077", "example_force"]
    notice = next((tmp_path / "notices").glob("*example_force.note")).read_text()
    assert "D1" in notice
    assert "D9" in notice
    assert find_request(register, number).erasures == made.erasures
    assert pseudonym_of(ANN).encode() not in everything(register.folder)


@pytest.mark.parametrize("cut", ["write_notices", "admit_all", "erase", "second erase"])
def test_removal_that_is_cut_short_goes_on(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """Wherever it stopped, the same command ends with one recall a body, every sending in it, and nothing left."""
    second = {"entry_id": "E1b", "subject_id": pseudonym_of(ANN), "grounds": "seen again at the fight of inquiry 77"}
    items = [item(1, place, item_id=f"I1b-{place}", entry_id="E1b", source_ref=f"SRC1b-{place}") for place in (0, 1)]
    admit(register, entry(1, **second), *items, now=WHEN)
    sent(register, 9, "E1b", now=WHEN)
    number = asked(register, "erasure", now=WHEN)
    name = cut.rsplit(maxsplit=1)[-1]
    original: Callable[..., Any] = getattr(steps, name)
    calls: list[object] = []

    def stop(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if cut == "second erase" and len(calls) == 1:
            return original(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(steps, name, stop)
        with pytest.raises(KeyboardInterrupt):
            remove(register, number, ["E1", "E1b"], GROUND, desk(tmp_path / "notices", WHEN))
    later = WHEN + dt.timedelta(days=1)
    made = remove(register, number, ["E1", "E1b"], GROUND, desk(tmp_path / "notices", later))
    assert len(set(find_request(register, number).erasures)) == 2
    assert len(list(register.versions("erasure"))) == 2
    assert [each.recipient for each in recalls(register, number)] == ["P1077", "example_force"]
    assert {each.recipient for each in made.recalls} <= {"P1077", "example_force"}
    notices = list((tmp_path / "notices").glob("*.note"))
    assert len(notices) == 2
    text = next(each for each in notices if "force" in each.name).read_text()
    assert all(f"disclosure {each} " in text for each in ("D1", "D2", "D9"))
    assert pseudonym_of(ANN).encode() not in everything(register.folder)
    assert list(check_register(register)) == []


def test_what_the_gate_refuses_is_not_told(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No notice stays, nothing is erased."""
    number = asked(register, "erasure", now=WHEN)
    bad = replace(desk(tmp_path / "notices", WHEN), by="Ann Example")
    with pytest.raises(Refusal, match="staff-reference"):
        remove(register, number, ["E1"], GROUND, bad)
    assert list((tmp_path / "notices").glob("*")) == []
    assert find_entries(register, KEY, ANN)


def test_removal_needs_identity_ground_and_entry(register: Register, tmp_path: Path) -> None:
    """Each is refused by itself."""
    from overt.rights import new_request

    bare = new_request(register, "erasure", WHEN.date(), by=BY, now=WHEN).number
    with pytest.raises(Refusal, match="identity-not-noted"):
        remove(register, bare, ["E1"], GROUND, desk(tmp_path / "notices", WHEN))
    number = asked(register, "erasure", now=WHEN)
    with pytest.raises(Refusal, match="erasure-without-ground"):
        remove(register, number, ["E1"], " ", desk(tmp_path / "notices", WHEN))
    with pytest.raises(Refusal, match="entry-not-theirs"):
        remove(register, number, ["E99"], GROUND, desk(tmp_path / "notices", WHEN))


def test_confirmation_is_of_the_body_that_was_told(register: Register, tmp_path: Path) -> None:
    """By a key that was given, about a recall of ours, once, and not before it was told."""
    number = removed(register, tmp_path / "notices")
    notice = (tmp_path / "notices" / f"{number}-N2-example_force.note").read_bytes()
    on = WHEN + dt.timedelta(days=3)
    answer = write_confirmation(notice, "done", COUNCIL, on, "notice")
    with pytest.raises(Refusal, match="signature-unknown"):
        confirm_signed(register, answer, [SIGNER.key], "answer", by=BY, now=on)
    with pytest.raises(Refusal, match="recall-malformed"):
        confirm_signed(register, notice, [SIGNER.key], "answer", by=BY, now=on)
    other = write_confirmation(
        notice.replace(f"{number}-N2".encode(), f"{number}-N1".encode()), "done", COUNCIL, on, "x"
    )
    with pytest.raises(Refusal, match="recall-absent"):
        confirm_signed(register, other, [COUNCIL.key], "answer", by=BY, now=on)
    with pytest.raises(Refusal, match="request-day"):
        confirm(register, f"{number}-N2", "done", LATER.date() - dt.timedelta(days=9), by=BY, now=on)
    with pytest.raises(Refusal, match="recall-confirms"):
        confirm(register, f"{number}-N2", "perhaps", on.date(), by=BY, now=on)
    made = confirm_signed(register, answer, [COUNCIL.key], "answer", by=BY, now=on)
    assert (made.confirmed_on, made.confirmed_as, made.confirmation) == (on.date(), "done", "signed")
    with pytest.raises(Refusal, match="recall-confirmed"):
        confirm_signed(register, answer, [COUNCIL.key], "answer", by=BY, now=on)
    with pytest.raises(Refusal, match="recall-absent"):
        confirm(register, "R0001-N99", "done", on.date(), by=BY, now=on)


def test_open_recalls_past_their_date_are_seen(register: Register, tmp_path: Path) -> None:
    """The day itself is in time."""
    number = removed(register, tmp_path / "notices")
    (first, _) = recalls(register, number)
    assert not first.is_overdue(first.due_on)
    assert first.is_overdue(first.due_on + dt.timedelta(days=1))


def test_objection_recalls_from_one_body_and_keeps_the_entry(register: Register, tmp_path: Path) -> None:
    """The entry stays; the body is told to delete it."""
    number = asked(register, "objection", now=WHEN)
    with pytest.raises(Refusal, match="recall-recipient"):
        tell(register, number, "E1", "delete", recipients=["example_council"], desk=desk(tmp_path / "n", WHEN))
    made = tell(register, number, "E1", "delete", recipients=["example_force"], desk=desk(tmp_path / "n", WHEN))
    assert [each.recipient for each in made.recalls] == ["example_force"]
    assert find_entries(register, KEY, ANN)
