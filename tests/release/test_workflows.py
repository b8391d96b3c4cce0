"""The workflows, the action, the component and the hooks are well-formed and safe, and do what they state."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripts import first_commands
from typer.main import get_command

from overt.cli._app import COMMANDS, command_line

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BESIDE = Path(sys.executable).parent
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-actions": [ROOT / "action.yml"],
    "github-issue-forms": [ROOT / ".github" / "ISSUE_TEMPLATE" / name for name in ("fault.yml", "law.yml")],
    "github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
    "dependabot": [ROOT / ".github" / "dependabot.yml"],
    "gitlab-ci": [ROOT / ".gitlab-ci.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}


def read(name: str) -> Any:
    """Read a YAML file of the checkout; of several documents in it, all of them."""
    documents = list(yaml.safe_load_all((ROOT / name).read_text(encoding="utf-8")))
    return documents[0] if len(documents) == 1 else documents


def linted(*words: str | Path) -> None:
    """Run a linter of the environment; it finds nothing."""
    done = subprocess.run([BESIDE / words[0], *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    """No workflow, action or hook has a weakness that zizmor knows."""
    linted("zizmor", "--offline", "--no-progress", ".")


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not installed")
def test_actionlint_finds_nothing() -> None:
    """Expressions, shells and names in the workflows are right."""
    done = subprocess.run(["actionlint", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_follow_their_schemas(schema: str) -> None:
    """Each file has the form that its reader publishes."""
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    linted("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *transform, *SCHEMAS[schema])


def test_component_follows_the_schema(tmp_path: Path) -> None:
    """What the component adds to a pipeline has the form of a pipeline."""
    _, jobs = read("templates/audit.yml")
    (tmp_path / "component.json").write_text(json.dumps(jobs).replace("$[[ inputs.stage ]]", "test"), encoding="utf-8")
    linted("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", tmp_path / "component.json")


def test_actions_are_pinned_and_permissions_are_stated() -> None:
    """Every action is named by a commit, with its version beside it; a workflow grants what its jobs name."""
    for file in [*WORKFLOWS, ROOT / "action.yml"]:
        for line in re.findall(r"uses: (.+)", file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), (file.name, line)
    for file in WORKFLOWS:
        workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {}, file.name
        assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values()), file.name


def test_only_publishing_may_sign() -> None:
    """One job may prove who it is, and it neither checks out nor runs anything of the project."""
    signing = [
        job
        for file in WORKFLOWS
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
        if "write" in job["permissions"].values()
    ]
    assert len(signing) == 1
    assert all("run" not in step and "checkout" not in step["uses"] for step in signing[0]["steps"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the export of the guide and a drafted mapping of it."""
    (tmp_path / "export.csv").write_text(first_commands.export(), encoding="utf-8")
    words = ["map", "new", "export.csv", "--out", "mapping.sql"]
    subprocess.run([sys.executable, "-m", "overt.cli", *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def test_action_audits_an_export(folder: Path) -> None:
    """The step of the action writes SARIF and JUnit, and hands the exit status of the audit to its last step."""
    steps = {step["id"]: step for step in read("action.yml")["runs"]["steps"] if "id" in step}
    programs = folder / "overt" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    (programs / "python").chmod(0o755)
    given = {"SOURCE": "export.csv", "MAPPING": "mapping.sql", "PACKS": "core", "AS_OF": "2026-06-30", "ACCEPT": ""}
    places = {"RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(folder / "output")}
    environment = os.environ | given | places | {"FAIL_ON": "high"}
    subprocess.run(["bash", "-e", "-c", steps["audit"]["run"]], cwd=folder, env=environment, check=True)
    assert (folder / "output").read_text(encoding="utf-8") == f"result={folder}/overt-result\nstatus=1\n"
    assert (folder / "overt-result" / "findings.sarif").is_file()
    assert (folder / "overt-result" / "junit.xml").is_file()


def test_component_audits_an_export(folder: Path) -> None:
    """The command of the component runs with the inputs put in, and ends with the status of the audit."""
    header, jobs = read("templates/audit.yml")
    inputs = {name: about.get("default", "") for name, about in header["spec"]["inputs"].items()}
    inputs |= {"source": "export.csv", "mapping": "mapping.sql", "as-of": "2026-06-30"}
    job = json.loads(re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: inputs[match[1]], json.dumps(jobs)))
    environment = os.environ | job["overt-audit"]["variables"] | {"PATH": f"{BESIDE}:{os.environ['PATH']}"}
    command = job["overt-audit"]["script"][-1]
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=False, capture_output=True)
    assert done.returncode == 1
    for path in job["overt-audit"]["artifacts"]["paths"]:
        assert (folder / path).is_file()


def test_hooks_name_commands_that_exist() -> None:
    """Each pre-commit hook runs a command of Overt, and the hook for charters takes the names that the guide uses."""
    hooks = {hook["id"]: hook for hook in read(".pre-commit-hooks.yaml")}
    for hook in hooks.values():
        _, group, command = hook["entry"].split()
        assert group in COMMANDS
        assert command in get_command(command_line(group)).commands[group].commands  # type: ignore[attr-defined]
    assert re.search(hooks["overt-charter"]["files"], "registers/charter-2.toml")
    assert not re.search(hooks["overt-charter"]["files"], "registers/portal.toml")


def test_publiccode_states_what_its_standard_requires() -> None:
    """The keys that publiccode.yml must have are there, and its short description has at most 150 characters."""
    stated = read("publiccode.yml")
    required = "publiccodeYmlVersion name url platforms categories developmentStatus softwareType legal maintenance"
    assert set(required.split()) <= set(stated)
    assert len(stated["description"]["en"]["shortDescription"]) <= 150
    assert 150 <= len(stated["description"]["en"]["longDescription"]) <= 10_000
