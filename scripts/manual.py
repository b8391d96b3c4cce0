"""Manual pages and completion scripts, made from the commands. `scripts/docs.py` writes them into share/."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer._completion_shared import get_completion_script

COMPLETIONS = {
    "bash": "bash-completion/completions/overt",
    "zsh": "zsh/site-functions/_overt",
    "fish": "fish/vendor_completions.d/overt.fish",
}
UNLISTED = ("help", "install_completion", "show_completion")


def shared_files(root: Any, folder: Path) -> dict[Path, str]:
    """The text of every file of the folder share/, by path; `root` is the command line."""
    pages = {folder / "man" / "man1" / "overt.1": _page("overt", root, list(root.commands))}
    for name, command in root.commands.items():
        pages[folder / "man" / "man1" / f"overt-{name}.1"] = _page(f"overt {name}", command, [])
    return pages | {
        folder / place: get_completion_script(prog_name="overt", complete_var="_OVERT_COMPLETE", shell=shell) + "\n"
        for shell, place in COMPLETIONS.items()
    }


def _page(name: str, command: Any, see: list[str]) -> str:
    title = name.replace(" ", "-")
    first, *rest = _paragraphs(command)
    lines = [f'.TH "{title.upper()}" "1" "" "Overt" "Overt"', ".SH NAME", f"{title} \\- {_roff(first.rstrip('.'))}"]
    lines += [".SH SYNOPSIS", f".B {_roff(name)}", _roff(_synopsis(command))]
    if rest:
        lines += [".SH DESCRIPTION", *_text(rest)]
    lines += [*_options(command), *_subcommands(name, command, skip=bool(see))]
    if see:
        lines += [".SH COMMANDS"]
        for each in see:
            lines += [".TP", f".BR overt\\-{_roff(each)} (1)", _roff(_paragraphs(command.commands[each])[0])]
    lines += [".SH EXIT STATUS", "0 passed, 1 breached, 2 not run, 3 refused, 4 an error in Overt."]
    return "\n".join(line for line in lines if line) + "\n"


def _synopsis(command: Any) -> str:
    arguments = [f"{(each.metavar or each.name).upper()}" for each in _listed(command, "argument")]
    words = ["[OPTIONS]", *arguments] if not getattr(command, "commands", None) else ["COMMAND", "[OPTIONS]"]
    return " ".join(words)


def _paragraphs(command: Any) -> list[str]:
    return inspect.cleandoc(command.help or "").split("\n\n")


def _text(paragraphs: list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield ".PP"
        prose = [line for line in paragraph.split("\n") if not line.startswith("  ")]
        code = [line[2:] for line in paragraph.split("\n") if line.startswith("  ")]
        yield _roff(" ".join(prose))
        if code:
            yield from (".PP", ".nf", *map(_roff, code), ".fi")


def _listed(command: Any, kind: str) -> Iterator[Any]:
    for parameter in command.params:
        shown = parameter.name not in UNLISTED and not getattr(parameter, "hidden", False)
        if shown and parameter.param_type_name == kind:
            yield parameter


def _options(command: Any) -> Iterator[str]:
    for kind, heading in (("argument", "ARGUMENTS"), ("option", "OPTIONS")):
        parameters = list(_listed(command, kind))
        if parameters:
            yield f".SH {heading}"
        for parameter in parameters:
            name = (parameter.metavar or parameter.name).upper()
            words = name if kind == "argument" else ", ".join((*parameter.opts, *parameter.secondary_opts))
            yield from (".TP", f".B {_roff(words)}", _roff(parameter.help or ""))


def _subcommands(name: str, command: Any, *, skip: bool) -> Iterator[str]:
    for inner, each in ({} if skip else getattr(command, "commands", {})).items():
        yield from (f'.SH "{_roff(f"{name} {inner}").upper()}"', f"{_roff(_synopsis(each))}", *_text(_paragraphs(each)))
        yield from _options(each)


def _roff(text: str) -> str:
    """Text in which nothing is taken for a request of the formatter."""
    text = re.sub(r"\s+", " ", text).strip().replace("\\", "\\e").replace("-", "\\-")
    text = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in text)
    return f"\\&{text}" if text.startswith((".", "'")) else text
