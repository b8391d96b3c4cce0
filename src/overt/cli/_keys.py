"""The pseudonym key that a command is given: a sealed file and its passphrase, or one line in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._given import said_passphrase
from overt.files import given_bytes
from overt.pseudonym import PseudonymKey, read_key_text, read_pseudonym_key
from overt.refusals import Refusal

KEY_VARIABLE, PASSPHRASE_VARIABLE = "OVERT_PSEUDONYM_KEY", "OVERT_PSEUDONYM_PASSPHRASE"
KeyOption = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help=f"The pseudonym key; if not given, the one in {KEY_VARIABLE}."),
]
PassphraseOption = Annotated[
    Path | None, typer.Option("--passphrase-file", metavar="FILE", help="A file whose first line is the passphrase.")
]


def given_key(path: Path | None, passphrase: Path | None) -> PseudonymKey:
    """The key; refuses when neither a file nor the environment has one."""
    if path is not None:
        return read_pseudonym_key(path, passphrase_for(passphrase, new=False))
    text = os.environ.get(KEY_VARIABLE)
    if not text:
        raise Refusal("pseudonym-key-missing", "the key", "none given", f"--key FILE, or {KEY_VARIABLE}")
    return read_key_text(text, KEY_VARIABLE)


def passphrase_for(path: Path | None, *, new: bool) -> str:
    """The passphrase of a file, of the environment, or asked for."""
    if path is not None:
        return given_bytes(path).decode("utf-8", "replace").partition("\n")[0]
    return said_passphrase(PASSPHRASE_VARIABLE, new=new)
