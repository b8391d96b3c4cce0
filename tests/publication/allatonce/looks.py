"""What is to be seen of the register on one day, kept as files and as nothing else.

`overt.sqlite` is a copy of the register's own file of that evening; `told.json` what whoever proposed records heard.
The rest is what Overt says: release, audit, disparity, the portal's public pages, statutory records.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import sqlite3
from pathlib import Path

from starlette.testclient import TestClient
from typer.testing import CliRunner

from overt.audits import Request, SourceOptions, as_stood, audit, open_source
from overt.cli._app import command_line
from overt.disparities import DisparityQuestion, as_json, measure
from overt.publication import (
    DraftRequest,
    ReleaseDocument,
    approve,
    draft,
    folder_of,
    folder_of_answer,
    new_answer,
    publish_release,
    send,
    write_reply,
)
from overt.publication.records import RECORDS, gather, record_files
from overt.refusals import Refusal
from overt.web.portal import PortalConfig, ServerLog, portal
from tests.audit.conftest import Silent
from tests.publication.allatonce.recount import CONTROLS
from tests.publication.allatonce.world import BY, World, day_of

HOST = "register.example"
POPULATION = "england-wales-2011"
# What is measured: its name, by what, and from which day where it is counted over a period.
MEASURES = (
    ("listed", "sex", False),
    ("listed", "ethnicity_self_group", False),
    ("listed", "age_band", False),
    ("listed", "role", False),
    ("entries", "role", False),
    ("opened", "sex", True),
    ("closed", "sex", True),
)
# Less is published where nothing makes all of it safe.
LESS: tuple[tuple[str, ...], ...] = (
    (),
    ("people/added", "people/removed"),
    ("people/added", "people/removed", "disclosures"),
)


def seen(world: World, day: str, folder: Path) -> None:
    """Everything of one day, in a folder of its name."""
    out = folder / day
    out.mkdir(parents=True)
    kept = world.folder / "alpha" / "register.sqlite"
    with sqlite3.connect(kept) as source, sqlite3.connect(out / "overt.sqlite") as target:
        source.backup(target)
    (out / "told.json").write_text(json.dumps(world.told))
    findings = audited(world, day, out)
    made = released(world, day, DraftRequest(findings=findings))
    copied(world, made, out / "release")
    for kind in RECORDS:
        for name, data in record_files(
            kind, gather(world.register, None, dt.date.fromisoformat(day), findings)
        ).items():
            (out / name).write_bytes(data)
    disparities(world, day, made.since, out)
    pages(world, day, out / "portal")


def audited(world: World, day: str, out: Path) -> bytes:
    """The audit's findings.json of the register as it is that evening."""
    source = SourceOptions(str(world.folder / "alpha"))
    day_asked = dt.date.fromisoformat(day)
    audit(Request(source, ("core",), day_asked, out=out / "audit", only=tuple(CONTROLS)), Silent())
    return (out / "audit" / "findings.json").read_bytes()


def released(world: World, day: str, asked: DraftRequest) -> ReleaseDocument:
    """A release that was drafted, approved by two others and published; with less in it if it has to be."""
    moment = day_of(day, 22)
    for less in LESS:
        try:
            made = draft(
                world.register,
                moment,
                DraftRequest(asked.day, asked.corrects, asked.cause, asked.findings, less),
                BY,
                moment,
            )
        except Refusal as refusal:
            assert refusal.code == "release-unsafe", refusal
        else:
            approve(world.register, made.release, "P2001", moment)
            approve(world.register, made.release, "P2002", moment)
            return publish_release(world.register, made.release, BY, moment)[0]
    raise AssertionError("no release is safe")


def copied(world: World, made: ReleaseDocument, out: Path) -> None:
    """What was published, and what its keeper has beside it."""
    shutil.copytree(folder_of(world.register, made.release), out)
    office = world.folder / "alpha" / "snapshots" / f"release-{made.release}" / "office.json"
    shutil.copy(office, out / "office.json")


def disparities(world: World, day: str, since: str | None, out: Path) -> None:
    """What `overt disparity register/ --json` says, for all measures out of one reading of the register."""
    on, home = dt.date.fromisoformat(day), SourceOptions(str(world.folder / "alpha"))
    first = dt.date.fromisoformat(since) + dt.timedelta(days=1) if since else None
    source = as_stood(home, on, out / "stood", populations=True)
    with open_source(source, out / "loaded.duckdb", profile=False) as opened:
        for name, by, period in MEASURES:
            populations = (POPULATION,) if by == "ethnicity_self_group" else ()
            try:
                found = as_json(
                    measure(DisparityQuestion(name, (by,), on, populations, since=first if period else None), opened)
                )
            except Refusal as refusal:
                assert refusal.code == "disparity-nothing-counted", refusal
                found = {"rows": [], "missing": {"count": 0}}
            if first or not period:
                (out / f"disparity-{name}-{by}.json").write_text(json.dumps(found))


def by_command(world: World, day: str) -> str:
    """The command itself, with a population of the charter."""
    words = ["disparity", str(world.folder / "alpha"), "--measure", "listed", "--by", "ethnicity_self_group"]
    words += ["--as-of", day, "--json", "--population", POPULATION]
    done = CliRunner().invoke(command_line("disparity"), words, standalone_mode=False)
    assert done.exception is None, repr(done.exception)
    return done.stdout


def pages(world: World, day: str, out: Path) -> None:
    """Every page and file for the public that can be reached by links from the first."""
    out.mkdir()
    moment = day_of(day, 23)
    config = PortalConfig(hosts=(HOST,), synthetic=True, cache_seconds=0.0)
    log = ServerLog(lambda: moment, io.StringIO())
    application = portal(world.folder / "alpha", config, lambda: moment, clock=lambda: 1_000.0, log=log)
    with TestClient(application, base_url=f"http://{HOST}", follow_redirects=False) as client:
        for name in ("", "figures", "changes", "audit", "answers", "verify", "ask"):
            answered = client.get(f"/{name}")
            assert answered.status_code == 200, name
            (out / f"{name or 'index'}.html").write_text(answered.text)


PAST = "2023-06-30"
CAUSE = "entries of June were recorded in August (synthetic)"
# Every question that figures answer; those that a release with less in it has no figure for are left out.
ASKED = ("people", "changes", "role", "age", "sex", "ethnicity", "observed", "sources", "reviews", "disclosures")


def afterwards(world: World, folder: Path) -> None:
    """On the evening of the last day: a release about a past day, a correction, and answers about past days."""
    last = max(each.name for each in folder.iterdir())
    copied(world, released(world, last, DraftRequest(dt.date.fromisoformat(PAST))), folder / last / "past")
    corrected = DraftRequest(dt.date.fromisoformat("2023-07-31"), "0003", CAUSE)
    copied(world, released(world, last, corrected), folder / last / "corrected")
    now = day_of(last, 22)
    for day in (*sorted(each.name for each in folder.iterdir()), PAST):
        made = new_answer(world.register, list(ASKED), dt.date.fromisoformat(day), now.date(), by=BY, now=now)
        home = folder_of_answer(world.register, made.number)
        write_reply(world.register, made, home, now.date())
        send(world.register, made.number, by=BY, now=now)
        shutil.copytree(home, folder / last / "answers" / day)
