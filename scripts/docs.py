"""Write the pages and files that are generated from the code: docs/model.md, docs/cli.md, docs/controls/, the JSON
Schemas, the manual pages and completion scripts in share/, the digests in the charters of the demonstration, and what
was read of the texts of each pack.

python scripts/docs.py             writes them
python scripts/docs.py --check     lists those that are not current, and exits with status 1 if there are any
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from overt.audits.mapping import functions_page
from overt.cli._app import COMMANDS, command_line, prepared
from overt.cli._schema import SCHEMAS, schema_of
from overt.controls import Basis, Control, Pack, also_named, cases_path, prepared_texts, read_pack, shipped_packs
from overt.model import as_markdown
from overt.publication.records import record_schema
from overt.web.portal import settings_page
from overt.web.studio import schemas

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.manual import shared_files

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = "<!-- Made from the code by scripts/docs.py: change the code, then run `.venv/bin/python scripts/docs.py`. -->"
GATES = {
    "refuse": "a gate refuses the record",
    "hold": "a gate holds the record for a person to decide",
    "note": "a gate admits the record with a note",
    "none": "not used by a gate",
}


def pages() -> dict[Path, str]:
    """Return the text of every generated file, by path."""
    packs = [read_pack(folder) for folder in shipped_packs().values()]
    made = {
        DOCS / "model.md": as_markdown() + "\n",
        DOCS / "cli.md": cli_page(),
        DOCS / "controls" / "README.md": index_page(packs),
        DOCS / "formats" / "mapping-functions.md": f"{functions_page()}\n{MADE}\n",
        DOCS / "formats" / "settings.md": f"{settings_page()}\n{MADE}\n",
        DOCS / "formats" / "record.schema.json": json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n",
    }
    made |= {
        DOCS / "formats" / f"{name}.schema.json": json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"
        for name in SCHEMAS
        if name != "findings"
    }
    made |= shared_files(root(), ROOT / "share")
    made |= {
        DOCS / "formats" / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }
    made |= alpha_charters(next(pack for pack in packs if pack.name == "core"))
    made |= {folder / "prepared.json": prepared_texts(folder) for folder in shipped_packs().values()}
    return made | {DOCS / "controls" / f"{pack.name}.md": pack_page(pack) for pack in packs}


def stale(made: Mapping[Path, str]) -> list[Path]:
    """Return the files that are not current, and the pages in docs/controls without a pack."""
    wrong = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return wrong + [path for path in sorted((DOCS / "controls").glob("*.md")) if path not in made]


# --- controls -------------------------------------------------------------------------------------------------------


def index_page(packs: list[Pack]) -> str:
    """The list of packs."""
    lines = [MADE, "", "# Controls", ""]
    lines += ["A control is one question about a register. A pack is a set of controls.", ""]
    lines += _table(["Pack", "Version", "Jurisdiction", "Controls", "Rules it checks"], _pack_rows(packs))
    lines += ["To create your own, see [Write a pack](../writing-a-pack.md).", ""]
    return "\n".join(lines)


def _pack_rows(packs: list[Pack]) -> Iterator[list[str]]:
    for pack in packs:
        yield [f"[{pack.name}]({pack.name}.md)", pack.version, pack.jurisdiction, str(len(pack.controls)), pack.title]


def pack_page(pack: Pack) -> str:
    """Return the page of one pack: a list of its controls, each in full, the omitted controls and the sources."""
    lines = [MADE, "", f"# Pack {pack.name}", ""]
    lines += [f"{pack.title}. Version {pack.version}, jurisdiction {pack.jurisdiction}, owner: {pack.owner}.", ""]
    if names := also_named(pack.name):
        lines += [
            f"Also called `{'`, `'.join(names)}`, in every command and charter: the same pack, with the same digest.",
            "",
        ]
    if pack.variant:
        lines += [_variant(pack, pack.variant.base.name), ""]
    rows = [
        [f"[{each.id}](#{_anchor(each)})", each.severity.value, each.kind.value, _cell(each.title)]
        for each in pack.controls
    ]
    lines += _table(["Control", "Severity", "Kind", "Title"], rows)
    for control in pack.controls:
        lines += _control(control, pack)
    if pack.left_out:
        lines += [
            "## Controls that are left out",
            "",
            "A `select` cannot answer these questions. The table gives the reason, and where they are answered.",
            "",
        ]
        lines += _table(["Control", "Reason"], [[name, _cell(why)] for name, why in pack.left_out.items()])
    if pack.sources:
        lines += ["## Sources", ""]
        lines += [f"- {text}" for text in pack.sources.values()]
        lines.append("")
    return "\n".join(lines)


def _variant(pack: Pack, base: str) -> str:
    own = ", ".join(each.id for each in pack.controls if not pack.is_inherited(each))
    settings = _link(pack.path / "pack.toml" if pack.path else None)
    return (
        f"This pack is a [variant](../formats/pack.md#a-variant) of [{base}]({base}.md): it checks what {base} checks, "
        f"under the law and limits of another place. See [the differences]({settings}). Controls of its own: {own}."
    )


def _control(control: Control, pack: Pack) -> list[str]:
    said = [control.severity.value, control.kind.value, GATES[control.gate.value]]
    lines = [f"## {control.id} {control.title}", "", f"{control.asks}", "", f"*{' · '.join(said)}*", ""]
    lines += ["**Basis**", "", *[f"- {_law(basis)}" for basis in control.basis], ""]
    if control.in_force:
        lines += [f"**Applies to** rows dated {_days(control.in_force)}.", ""]
    if control.dated:
        lines += [f"**Law** as in force on the date in `{control.dated}` of each row.", ""]
    lines += [f"**Limits.** {_sentence(control.limits)}", "", f"**If there is a breach.** {control.remedy}", ""]
    if control.found_in:
        lines += ["**Published cases**", "", *[f"- {each}" for each in control.found_in], ""]
    if control.thresholds:
        rows = [
            [f"`{each}`", str(pack.thresholds[each].value), pack.thresholds[each].reason] for each in control.thresholds
        ]
        lines += _table(["Threshold", "Default", "Reason"], rows)
    needs = (f"`{table}.{column}`" for table, columns in control.needs.items() for column in columns)
    optional = ", ".join(f"`{table}.{column}`" for table, columns in control.optional.items() for column in columns)
    lines += [
        f"**Needs** {', '.join(needs)}.",
        *(["", f"**Can be answered in part without** {optional}."] if optional else []),
        "",
        f"[SQL]({_link(control.path)}) · [Test cases]({_link(cases_path(control))})",
        "",
    ]
    return lines


def _link(path: Path | None) -> str:
    return os.path.relpath(path or ROOT, DOCS / "controls")


def _anchor(control: Control) -> str:
    """Return the anchor of a heading: lower case, hyphens for spaces, no other punctuation."""
    kept = (each for each in f"{control.id} {control.title}".lower() if each.isalnum() or each in " -_")
    return "".join(kept).replace(" ", "-")


def _law(basis: Basis) -> str:
    links = [text.link for text in basis.texts if text.link]
    cited = f"[{basis.citation}]({links[0]})" if len(links) == 1 else basis.citation
    return f"{cited}, {_days(basis)}" if basis.starts_on or basis.ends_on else cited


def _days(basis: Basis) -> str:
    since = f"from {basis.starts_on}" if basis.starts_on else ""
    until = f"until {basis.ends_on}" if basis.ends_on else ""
    return f"{since} {until}".strip()


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


# --- charters -------------------------------------------------------------------------------------------------------


def alpha_charters(core: Pack) -> dict[Path, str]:
    """Return the charters of examples/alpha, each with the digests of the current pack and of the previous version."""
    made: dict[Path, str] = {}
    before = ""
    for path in sorted((ROOT / "examples" / "alpha" / "charters").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        pin = f'[packs.core]\nversion = "{core.version}"\ndigest = "{core.digest}"'
        text = re.sub(r'^\[packs\.core\]\nversion = ".*"\ndigest = ".*"$', pin, text, flags=re.MULTILINE)
        text = re.sub(r'^previous = ".*"$', f'previous = "{before}"', text, flags=re.MULTILINE)
        made[path] = text
        before = hashlib.sha256(text.encode()).hexdigest()
    return made


# --- command line ---------------------------------------------------------------------------------------------------


def cli_page() -> str:
    """Every command with its arguments and options."""
    lines = [MADE, "", "# Commands", ""]
    lines += [
        "Results go to standard output, everything else to standard error. [Exit codes](exit-codes.md) are the same",
        "for every command. An option can also be set with the environment variable listed beside it, if there is one.",
        "No variable sets an option that decides an answer, an exit status, or whether something is done.",
        "",
    ]
    for name, command in commands():
        lines += [f"## {name}", "", *_help(command)]
        lines += _parameters(name, command)
    return "\n".join(lines)


def root() -> Any:
    """The command line with all commands."""
    return prepared(typer.main.get_command(command_line(*COMMANDS)))


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group of commands by its whole name, in the order of the help."""
    stack: list[tuple[str, Any]] = [("overt", root())]
    while stack:
        name, command = stack.pop()
        yield name, command
        inner = getattr(command, "commands", {})
        stack += [(f"{name} {each}", inner[each]) for each in reversed(list(inner))]


def _help(command: Any) -> list[str]:
    """The paragraphs of a command's help; lines that begin with two blanks are command lines."""
    lines: list[str] = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        prose = [line for line in paragraph.split("\n") if line and not line.startswith("  ")]
        code = [line[2:] for line in paragraph.split("\n") if line.startswith("  ")]
        lines += [" ".join(prose), ""]
        if code:
            lines += ["```sh", *code, "```", ""]
    return lines


def _parameters(name: str, command: Any) -> list[str]:
    arguments, options = [], []
    for parameter in command.params:
        if parameter.name in ("help", "install_completion", "show_completion") or getattr(parameter, "hidden", False):
            continue
        text = _cell(parameter.help or "")
        if parameter.param_type_name == "argument":
            arguments.append([f"`{(parameter.metavar or parameter.name).upper()}`", text, _default(parameter)])
            continue
        names = ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
        text += " Required." if parameter.required else _choices(parameter)
        options.append([names, text, _default(parameter), f"`{parameter.envvar}`" if parameter.envvar else ""])
    lines = []
    if arguments:
        # Few arguments have a default, and then it is said.
        kept = 3 if any(default for _, _, default in arguments) else 2
        lines += _table(["Argument", "Description", "Default"][:kept], [row[:kept] for row in arguments])
    return lines + (_table(["Option", "Description", "Default", "Environment variable"], options) if options else [])


def _choices(parameter: Any) -> str:
    kind = getattr(parameter.type_descriptor, "annotation", None)
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        return ""
    return f" One of {', '.join(f'`{each.value}`' for each in kind)}."


def _default(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    default = parameter.default
    if default is None or default is False or default == "" or callable(default):
        return ""
    return f"`{getattr(default, 'value', default)}`"


def _table(names: list[str], rows: Any) -> list[str]:
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    return [*lines, *[f"| {' | '.join(row)} |" for row in rows], ""]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def say(text: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{text}\n")


def main() -> int:
    """Writes the pages, or with --check says which are not current."""
    made = pages()
    wrong = stale(made)
    if "--check" in sys.argv[1:]:
        for path in wrong:
            say(f"not current: {path.relative_to(ROOT)}")
        return 1 if wrong else 0
    for path in wrong:
        if path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
        else:
            path.unlink()
        say(str(path.relative_to(ROOT)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
