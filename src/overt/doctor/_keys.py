"""The keys of a register: those that sign its ledger, and that of its pseudonyms. Nothing secret is said of any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from overt.doctor._diagnosis import HealthCheck, HealthState
from overt.ledger import Policy, read_key, read_policy, read_public_key, read_skey
from overt.private import is_private
from overt.pseudonym import pseudonym_key_id, read_key_text
from overt.register import (
    KEYS_FOLDER,
    POLICY_FILE,
    Register,
    check_pseudonym_key,
    holds_people,
    pseudonym_key_of,
)

LOG_KEY, PSEUDONYM_KEY = "OVERT_LEDGER_KEY", "OVERT_PSEUDONYM_KEY"


def policy_of(register: Register) -> Policy | None:
    """The trust policy in a register's folder; none where no log was begun."""
    path = register.folder / POLICY_FILE
    return read_policy(path.read_bytes(), POLICY_FILE) if path.is_file() else None


def check_keys(register: Register, environment: Mapping[str, str], passphrase: str | None) -> Iterator[HealthCheck]:
    """Whether the keys that sign are there, are their owner's alone, and are those that the policy names."""
    policy = policy_of(register)
    if policy is None:
        return
    trusted = {party.key for party in policy.logs}
    given = [read_skey(text, LOG_KEY) for text in environment.get(LOG_KEY, "").split()]
    paths = sorted((register.folder / KEYS_FOLDER).glob("*.key"))
    keys = [signer.key for signer in given] or [read_public_key(path) for path in paths]
    if not keys:
        problem = "There is no key to sign the ledger with."
        remedy = f"Put the key file back into {register.folder / KEYS_FOLDER}, or set {LOG_KEY}."
        yield HealthCheck("keys", HealthState.FAULT, problem, remedy)
        return
    for key in keys:
        if key not in trusted:
            problem = f"Key {key.key_id.hex()} signs the ledger and is not in the policy, so nobody trusts it."
            remedy = "Look who put it there. To change keys: overt ledger key rotate"
            yield HealthCheck("keys", HealthState.FAULT, problem, remedy)
    for path in paths:
        if not is_private(path):
            problem = f"{path.name} can be read by other accounts of this machine."
            yield HealthCheck("keys", HealthState.WARNING, problem, f"chmod 600 {path}")
    if given or passphrase is not None:
        for path in () if given else paths:
            read_key(path, passphrase or "")
        yield HealthCheck("keys", HealthState.OK, f"{len(keys)} of the ledger's keys can be opened.")
    else:
        problem = f"{len(keys)} of the ledger's keys are there. Without a passphrase, none was opened."
        yield HealthCheck("keys", HealthState.NOTE, problem, "Give --passphrase-file to see that they open.")


def check_pseudonym_key_file(
    register: Register, path: Path | None, environment: Mapping[str, str]
) -> Iterator[HealthCheck]:
    """Whether the pseudonym key at hand is the one that the register names."""
    named = pseudonym_key_of(register)
    if named is None and holds_people(register):
        problem = "The register holds people and does not name the key of its pseudonyms, so nobody can be found."
        remedy = f"overt pseudonym name {register.folder} --key FILE --by STAFF"
        yield HealthCheck("keys", HealthState.FAULT, problem, remedy)
    if named is None:
        return
    text = environment.get(PSEUDONYM_KEY)
    if path is None and not text:
        problem = f"The register names pseudonym key {named}. No key was given to compare with it."
        yield HealthCheck("keys", HealthState.NOTE, problem, "Give --key FILE to see that the key is still there.")
        return
    key_id = pseudonym_key_id(path) if path is not None else read_key_text(text or "", PSEUDONYM_KEY).id
    check_pseudonym_key(register, key_id)
    yield HealthCheck("keys", HealthState.OK, f"The pseudonym key is {named}, as the register says.")
