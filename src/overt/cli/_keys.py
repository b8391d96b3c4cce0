"""The keys that a command is given: of pseudonyms, and of a log. Each is a sealed file with a passphrase.

Either may be in the environment instead: the key itself, or its passphrase.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._output import talk
from overt.files import given_bytes
from overt.ledger import LogFolder, Signer, read_key, read_skey
from overt.pseudonym import PseudonymKey, read_key_text, read_pseudonym_key
from overt.refusals import Refusal

KEY_VARIABLE, PASSPHRASE_VARIABLE = "OVERT_PSEUDONYM_KEY", "OVERT_PSEUDONYM_PASSPHRASE"
LOG_KEY_VARIABLE, LOG_PASSPHRASE_VARIABLE = "OVERT_LEDGER_KEY", "OVERT_LEDGER_PASSPHRASE"
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", show_default=f"the key in {KEY_VARIABLE}", help="File with the pseudonym key."
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        show_default=f"{PASSPHRASE_VARIABLE}, or asked for",
        help="File whose first line is the passphrase of the key.",
    ),
]
LogPassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        show_default=f"{LOG_PASSPHRASE_VARIABLE}, or asked for",
        help="File whose first line is the passphrase of the key.",
    ),
]


def given_key(path: Path | None, passphrase: Path | None) -> PseudonymKey:
    """The pseudonym key; refuses when neither a file nor the environment has one."""
    if path is not None:
        return read_pseudonym_key(path, passphrase_for(passphrase, new=False))
    text = os.environ.get(KEY_VARIABLE)
    if not text:
        raise Refusal("pseudonym-key-missing", "the key", "none given", f"--key FILE, or {KEY_VARIABLE}")
    return read_key_text(text, KEY_VARIABLE)


def passphrase_for(path: Path | None, *, new: bool, variable: str = PASSPHRASE_VARIABLE) -> str:
    """The passphrase of a key: the first line of a file, that of the environment, or asked for at the terminal."""
    if path is not None:
        return given_bytes(path).decode("utf-8", "replace").partition("\n")[0]
    passphrase = os.environ.get(variable)
    if passphrase is not None:
        return passphrase
    if not talk.is_terminal:
        wanted = f"--passphrase-file, {variable}, or a terminal to ask at"
        raise Refusal("passphrase-missing", "the key", "no passphrase", wanted)
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


def log_passphrase(path: Path | None, *, new: bool) -> str:
    """The passphrase of a key of a log or a witness."""
    return passphrase_for(path, new=new, variable=LOG_PASSPHRASE_VARIABLE)


def signers_of(log: LogFolder, passphrase: Path | None) -> list[Signer]:
    """The keys that sign for a log: of the environment, or of its folder under the passphrase."""
    log.leaves()
    signers = given_signers()
    if signers:
        return signers
    words = log_passphrase(passphrase, new=False)
    return [read_key(path, words) for path in log.key_files()]


def given_signers() -> list[Signer]:
    """The keys in the environment, several of them during a rotation."""
    return [read_skey(path, LOG_KEY_VARIABLE) for path in os.environ.get(LOG_KEY_VARIABLE, "").split()]
