"""What Overt never does, held by tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from overt.controls import find_pack, read_pack, shipped_packs
from overt.model import TABLES

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "overt"
SOURCES = sorted(PACKAGE.rglob("*.py"))

NETWORK = {
    "socket",
    "ssl",
    "http",
    "urllib",
    "ftplib",
    "smtplib",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "websockets",
    "authlib",
    "opentelemetry",
}
COLLECTORS = {"scrapy", "selenium", "playwright", "snscrape", "tweepy", "praw", "instaloader", "telethon", "bs4"}
NAMING = {
    "name",
    "surname",
    "forename",
    "handle",
    "alias",
    "nickname",
    "email",
    "phone",
    "address",
    "postcode",
    "photo",
    "image",
    "face",
}
# Words about people, and what is recorded of them for statistics; `reason` is what a control says of a row itself.
CONTENT = {
    column.name for table in TABLES.values() for column in table.columns if column.free_text or column.personal
} - {"reason"}


# Takes addresses apart and opens nothing.
HARMLESS = {"urllib.parse"}
# Reads published logs and asks witnesses, at addresses that were given; it knows nothing of people.
# Joins two controllers who agreed to compare: it carries points of a curve to an address that was given.
# Asks the provider of OpenID Connect that a portal's keeper named who somebody is.
# Sends times of requests to the collector that a portal's keeper named; it knows nothing of people.
OUTBOUND = {
    "ledger/_http.py": NETWORK,
    "reconcile/_channel.py": {"socket", "ssl"},
    "web/portal/_provider.py": {"httpx", "authlib"},
    "web/portal/_traces.py": {"opentelemetry"},
}
# Wait for whoever connects, and set limits to it: held below to make no connection themselves.
INBOUND = {
    "reconcile/_door.py": {"socket"},
    "web/serving/_processes.py": {"socket"},
    "web/serving/_protocol.py": {"socket"},
    "web/serving/_server.py": {"socket"},
    "web/studio/_server.py": {"socket"},
}
# Takes a token of that provider apart and opens nothing; its library has a client in another module.
OFFLINE = {"web/portal/_idtoken.py": {"authlib.oidc.core.util"}}
CALLS_OUT = {"connect", "connect_ex", "create_connection", "getaddrinfo", "gethostbyname", "sendto", "urlopen"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_collection(path: Path) -> None:
    """No module reaches for a tool that collects, four alone for the network, and two wait to be asked."""
    name = path.relative_to(PACKAGE).as_posix()
    allowed = OUTBOUND.get(name, set()) | INBOUND.get(name, set())
    reaches = {each.split(".")[0] for each in imported(path) - HARMLESS - OFFLINE.get(name, set())}
    assert reaches & (NETWORK | COLLECTORS) <= allowed


@pytest.mark.parametrize("name", INBOUND)
def test_a_server_calls_nobody(name: str) -> None:
    """What listens uses the network for that alone."""
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    called = {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    assert called & CALLS_OUT == set()


def test_an_audit_opens_no_connection(tmp_path: Path) -> None:
    """An audit of a file runs where every attempt to open a socket fails."""
    code = (
        "import socket, sys\n"
        # A class, so that modules that build on it can still be imported.
        "class Refused(socket.socket):\n"
        "    def __init__(self, *a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket = Refused\n"
        "sys.argv = ['overt', 'audit', sys.argv[1], '--out', sys.argv[2], '--as-of', '2026-06-30', '-q']\n"
        "from overt.cli import main\n"
        "main()\n"
    )
    source = tmp_path / "entry.csv"
    source.write_text("entry_id,status,review_due_on\nE1,active,\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    # A program that fell over leaves with 1 too: only one that came to its end leaves results.
    assert (tmp_path / "out" / "run.json").is_file(), done.stderr


def test_no_dossier() -> None:
    """The model has no column for a name, handle, address or image."""
    named = {
        f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns if column.name in NAMING
    }
    assert named == set()


@pytest.mark.parametrize("name", sorted(shipped_packs()))
def test_evidence_carries_ids_and_dates_and_no_content(name: str) -> None:
    """No control selects words written about a person, nor monitoring data, into its evidence."""
    carried = {
        f"{control.id}: {column}"
        for control in read_pack(find_pack(name)).controls
        for column in control.columns
        if column in CONTENT
    }
    assert carried == set()


def test_no_scoring_and_no_hunting() -> None:
    """No function of the package scores, ranks, predicts, or looks for a person."""
    forbidden = (
        "predict",
        "score_",
        "rank_",
        "find_person",
        "find_subject",
        "search_",
        "lookup_person",
        "profile_person",
    )
    found = [
        f"{path.name}: {node.name}"
        for path in SOURCES
        if "synthetic" not in path.parts  # what it calls a score is a fault that it plants
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_").startswith(forbidden)
    ]
    assert found == []
