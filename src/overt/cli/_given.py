"""What a command is given beside its options: files that are named, and a passphrase that is said."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import typer

from overt.cli._output import talk
from overt.files import given_bytes
from overt.periods import read_day
from overt.refusals import Refusal


def piped_bytes(name: str) -> bytes:
    """The bytes of a file that was named, or of standard input where the name is `-`."""
    return sys.stdin.buffer.read() if name == "-" else given_bytes(Path(name))


def said_passphrase(variable: str, *, new: bool) -> str:
    """The passphrase in a variable of the environment, or asked for at the terminal."""
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not talk.is_terminal:
        wanted = f"--passphrase-file, {variable}, or a terminal to ask at"
        raise Refusal("passphrase-missing", "the key", "no passphrase", wanted)
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))


def day_or_today(text: str | None, option: str, moment: dt.datetime) -> dt.date:
    """The day that was given, or that of the moment."""
    return moment.date() if text is None else read_day(text, option)
