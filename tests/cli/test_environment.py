"""No environment variable stands in for a command, a decision or a confirmation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from overt.cli import _app
from tests.attempts import Count


def commands() -> Iterator[tuple[str, Any]]:
    """Every command and group by its whole name."""
    stack = [("overt", _app.prepared(typer.main.get_command(_app.command_line(*_app.COMMANDS))))]
    while stack:
        name, command = stack.pop()
        yield name, command
        stack += [(f"{name} {each}", inner) for each, inner in getattr(command, "commands", {}).items()]


COMMANDS = dict(commands())


def variable(name: str, option: str) -> str:
    """The variable that the framework would make for an option by itself."""
    return f"{name}_{option}".upper().replace(" ", "_").replace("-", "_")


def options(command: Any) -> list[Any]:
    """Every option of a command, the one for help among them."""
    found = command.get_params(typer.Context(command))
    return [each for each in found if each.param_type_name == "option"]


def overt(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "overt.cli", *words],
        env={**os.environ, "HOME": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("value", ["1", "true", "bash"])
def test_a_variable_does_not_stand_in_for_the_audit(tmp_path: Path, value: str, attempts: Count) -> None:
    """With every variable set at once, an audit of a file that is not there is refused all the same."""
    eager = {
        variable(name, option.name): value
        for name, command in COMMANDS.items()
        for option in options(command)
        if option.is_eager or "completion" in option.name
    }
    assert {"OVERT_VERSION", "OVERT_HELP", "OVERT_AUDIT_HELP", "OVERT_INSTALL_COMPLETION"} <= set(eager)
    complete = {"_OVERT_COMPLETE": "complete_bash", "COMP_WORDS": "overt ", "COMP_CWORD": "1"}
    refused = overt(tmp_path, "audit", "nosuch.csv", **eager, **complete)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "source-absent" in refused.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    attempts("environment variables that stand in for a command", len(eager) + 1)


def test_completion_of_another_name_is_not_asked_by_a_variable(tmp_path: Path) -> None:
    """The framework makes the name of its variable from that of the program."""
    names = ("_OVERT_COMPLETE", "_PYTHON__M_OVERT_CLI_COMPLETE", "_PYTHON_M_OVERT_CLI_COMPLETE", "___MAIN___COMPLETE")
    refused = overt(tmp_path, "audit", "nosuch.csv", **dict.fromkeys(names, "source_bash"))
    assert refused.returncode == 3


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_takes_no_variable_unless_it_is_named(name: str, attempts: Count) -> None:
    """Everything but where, how much and in which form is said on the command line, where a reviewer sees it."""
    command = COMMANDS[name]
    context = typer.Context(command, auto_envvar_prefix="OVERT", info_name=name)
    for option in options(command):
        may = option.name in _app.FROM_ENVIRONMENT
        assert bool(option.envvar) == may, option.name
        if not may:
            for given in (variable(name, option.name), f"OVERT_{option.name.upper()}"):
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv(given, "1")
                    assert option.value_from_envvar(context) is None, given
                attempts("environment variables that stand in for an option", 1)


@pytest.mark.parametrize(
    "deciding",
    [
        "fail_on", "accept", "control", "pack", "threshold", "publishable", "mapping", "as_of", "replace", "destroy",
        "none_erased", "leave_empty", "policy", "trust", "key", "mutate", "fail_on_fpr", "by", "reason", "send",
    ],
)  # fmt: skip
def test_what_decides_is_not_in_the_environment(deciding: str) -> None:
    """Neither the exit status, nor whom to trust, nor who did it and why, nor whether something is destroyed."""
    assert any(option.name == deciding for command in COMMANDS.values() for option in options(command))
    assert deciding not in _app.FROM_ENVIRONMENT


def test_a_variable_that_is_named_works(tmp_path: Path) -> None:
    """The folder of the result, as an example: one that cannot be one is refused by its name."""
    (tmp_path / "entry.csv").write_text("entry_id\nE1\n", encoding="utf-8")
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    refused = overt(tmp_path, "audit", "entry.csv", OVERT_AUDIT_OUT="taken")
    assert "out-not-a-result: taken" in refused.stderr
