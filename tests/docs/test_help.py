"""The help of every command teaches, and the shell can complete it."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from overt.cli import _app

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 120
APP = _app.prepared(typer.main.get_command(_app.command_line(*_app.COMMANDS)))


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group by its whole name."""
    stack: list[tuple[str, Any]] = [("overt", APP)]
    while stack:
        name, command = stack.pop()
        yield name, command
        stack += [(f"{name} {each}", inner) for each, inner in getattr(command, "commands", {}).items()]


COMMANDS = dict(commands())
LEAVES = {name: command for name, command in COMMANDS.items() if not getattr(command, "commands", None)}


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help(name: str) -> None:
    """One sentence that says what it does, short enough for the list of commands."""
    first = (COMMANDS[name].help or "").strip().split("\n\n")[0].replace("\n", " ")
    assert first.endswith(".")
    assert len(first) <= LONGEST


@pytest.mark.parametrize("name", COMMANDS)
def test_options_have_help(name: str) -> None:
    """Every option and argument says what it is for, in a sentence."""
    silent = [each.name for each in COMMANDS[name].params if not (each.help or "").strip()]
    assert silent == []
    unended = [each.name for each in COMMANDS[name].params if not re.search(r"[.…)]$", each.help.strip())]
    assert unended == []


@pytest.mark.parametrize("name", [name for name in LEAVES if name != "overt pack list"])
def test_help_shows_how_the_command_is_given(name: str) -> None:
    """There is an example, and its options are the command's own."""
    text = LEAVES[name].help
    assert "Example" in text
    known = {option for each in LEAVES[name].params for option in (*each.opts, *each.secondary_opts)}
    examples = "\n".join(line for line in inspect.cleandoc(text).split("\n") if re.match(r"  |Example: ", line))
    given = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", examples))
    assert sorted(given - known) == []


@pytest.mark.parametrize("name", LEAVES)
def test_option_can_be_an_environment_variable(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page of commands gives the variable of each option that has one; the help is kept short."""
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    taken = {option.envvar for option in LEAVES[name].params if option.name in _app.FROM_ENVIRONMENT}
    assert taken == set(re.findall(r"`(OVERT_\w+)`", section))
    monkeypatch.setenv("COLUMNS", "200")
    APP([*name.split()[1:], "--help"], prog_name="overt", standalone_mode=False)
    assert "env var" not in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_is_shown(shell: str) -> None:
    """`overt --show-completion` gives a script for the shell."""
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = ["overt", "--show-completion", shell]
    shown = subprocess.run(
        command, check=False, capture_output=True, text=True, env=_with_path(environment), cwd=ROOT
    ).stdout
    assert "_OVERT_COMPLETE" in shown


def test_shell_completes_commands_and_options() -> None:
    """What the shell asks is answered: commands, then the options of one."""
    asked = {"_OVERT_COMPLETE": "complete_bash", "COMP_WORDS": "overt ", "COMP_CWORD": "1"}
    assert "audit" in _complete(asked).split()
    asked = {"_OVERT_COMPLETE": "complete_bash", "COMP_WORDS": "overt audit --fail", "COMP_CWORD": "2"}
    assert "--fail-on" in _complete(asked).split()


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("overt audit x --pack us-ny", "us-ny-nypd"),
        ("overt audit x --control ov-2", "ov-21"),
        ("overt audit x --pack encounters --control EN", "EN-01"),
        ("overt audit x --threshold minimum_a", "minimum_age="),
        ("overt pack show core OV-3", "OV-37b"),
        ("overt model enc", "encounter"),
    ],
)
def test_shell_completes_names(line: str, completed: str) -> None:
    """Packs, the controls and thresholds of those that are named, and tables; ids in the case that is begun."""
    asked = {"_OVERT_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    assert completed in _complete(asked).split()


def test_completion_can_be_installed() -> None:
    """The option is there; what it does to a home folder is the framework's."""
    names = {option for each in COMMANDS["overt"].params for option in each.opts}
    assert {"--install-completion", "--show-completion"} <= names


def test_options_named_in_refusals_exist() -> None:
    """A refusal that says "give --delimiter" speaks of an option that some command has."""
    known = {option for command in COMMANDS.values() for each in command.params for option in each.opts} | {"--help"}
    known |= {"--conf"}  # Spark's own
    named: dict[str, str] = {}
    for path in sorted((ROOT / "src" / "overt").rglob("*.py")):
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+[a-z]", path.read_text(encoding="utf-8")):
            named.setdefault(option, path.relative_to(ROOT).as_posix())
    assert {option: path for option, path in named.items() if option not in known} == {}


def _complete(asked: dict[str, str]) -> str:
    return subprocess.run(
        ["overt"], check=False, capture_output=True, text=True, env=_with_path({**os.environ, **asked}), cwd=ROOT
    ).stdout


def _with_path(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which `overt` is the one under test."""
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"}


def test_the_line_that_stands_for_a_command_is_its_own() -> None:
    """The help of all commands is the same whether they were loaded or not."""
    loaded = {name: COMMANDS[f"overt {name}"] for name in _app.COMMANDS}
    listed = _app.every_command().commands
    assert list(listed) == list(loaded)
    for name, command in loaded.items():
        assert listed[name].get_short_help_str(1_000) == command.get_short_help_str(1_000), name


def test_help_and_completion_load_no_command() -> None:
    """DuckDB, pandas, SQLAlchemy and pyarrow take the time, and none of them is needed to say what there is."""
    code = (
        "import sys\nfrom overt.cli import _app\n"
        "try:\n    _app.main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'duckdb', 'pandas', 'sqlalchemy', 'pyarrow', 'sqlglot', 'numpy'} & set(sys.modules)))"
    )
    for words, asked in ((["--help"], {}), ([], {"_OVERT_COMPLETE": "complete_bash", "COMP_WORDS": "overt re"})):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env={**os.environ, "COMP_CWORD": "1", **asked},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "register" in done.stdout
        assert done.stdout.splitlines()[-1] == "[]"
