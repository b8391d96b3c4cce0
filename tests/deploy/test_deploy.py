"""The files for those who deploy Overt: each is accepted by the program that reads it, and names what is there."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from overt.cli._app import COMMANDS, command_line
from overt.web.portal import read_config
from tests.certificates import certificate
from tests.conftest import ROOT, lacking

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())
OVERT = "/opt/overt/bin/overt"


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with the program where it is here."""
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(OVERT, sys.executable), encoding="utf-8")
    return folder


def test_systemd_takes_every_unit(units: Path) -> None:
    """Without a warning: an unknown setting would be ignored when it is installed."""
    program = shutil.which("systemd-analyze")
    if program is None:
        lacking("systemd is not installed")
        return
    done = subprocess.run(
        [program, "verify", "--man=no", *(str(units / name) for name in UNITS)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "overt" in line]
    assert ours == []


def test_units_come_together() -> None:
    """Each timer has its service, and each service runs a command that there is, with options that it has."""
    for name in UNITS:
        if name.endswith(".timer"):
            assert name.replace(".timer", ".service") in UNITS
    commands = [
        line for name in UNITS for line in (DEPLOY / "systemd" / name).read_text().splitlines() if OVERT in line
    ]
    assert len(commands) == 4
    for line in commands:
        assert_is_a_command(line.partition(f"{OVERT} ")[2])


def assert_is_a_command(words: str) -> None:
    command = typer.main.get_command(command_line(*COMMANDS))
    options: set[str] = set()
    for word in words.split():
        inner = getattr(command, "commands", {}).get(word)
        if inner is not None:
            command = inner
            options = {name for parameter in inner.params for name in parameter.opts}
        elif word.startswith("--"):
            assert word in options, words


def test_the_settings_are_taken(tmp_path: Path) -> None:
    """portal.toml as it is, with a secret in the file that it names."""
    (tmp_path / "openid").write_text("a-secret\n", encoding="utf-8")
    (tmp_path / "openid").chmod(0o600)
    text = (DEPLOY / "portal.toml").read_text(encoding="utf-8")
    (tmp_path / "portal.toml").write_text(
        text.replace("/run/credentials/overt.service/openid", str(tmp_path / "openid")), encoding="utf-8"
    )
    config = read_config(tmp_path, {})
    assert config.openid is not None
    assert config.openid.secret == "a-secret"  # noqa: S105  of a test
    assert config.metrics_from
    assert config.log_level == "warning"


def test_the_image_has_the_extras_that_there_are() -> None:
    """The Containerfile and its script name the same extras, each of which the project has."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = re.search(r'"overt\[([\w,]+)\]"', (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    assert named
    script = re.findall(r"--extra (\w+)", (DEPLOY / "build-image.sh").read_text(encoding="utf-8"))
    assert set(script) == set(named[1].split(",")) <= set(extras)


def test_the_script_is_a_script() -> None:
    """A shell reads it to its end."""
    subprocess.run(["sh", "-n", str(DEPLOY / "build-image.sh")], check=True)


def test_compose_names_what_is_there() -> None:
    """Every file that it binds and every secret and volume that a service uses is declared, and no tab is in it."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert "\t" not in text
    for names in re.findall(r"secrets: \[([\w, ]+)\]", text):
        for name in names.split(", "):
            assert f"  {name}: {{file: ./secrets/{name}}}" in text
    for volume in re.findall(r'volumes: \["(\w+):', text):
        assert f"\n  {volume}:\n" in f"{text}\n"
    assert "./Caddyfile" in text
    assert (DEPLOY / "Caddyfile").is_file()


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_sends_what_the_portal_reads(name: str) -> None:
    """It passes the client's address on, drops what the client wrote, and keeps the figures to itself."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert "/metrics" in text
    assert "8065" in text
    assert 'Forwarded ""' in text or "header_up -Forwarded" in text


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    """Where nginx is installed, with a certificate of this test."""
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    pair = (tmp_path / "key.pem", tmp_path / "certificate.pem")
    for path, data in zip(pair, certificate("register.police.example", ends=dt.timedelta(days=1)), strict=True):
        path.write_bytes(data)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/register/fullchain.pem", str(pair[1])).replace(
        "/etc/ssl/register/key.pem", str(pair[0])
    )
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{\n{text}\n}}\n", encoding="utf-8")
    done = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", f"pid {tmp_path}/pid;"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "syntax is ok" in done.stderr, done.stderr
