"""A register on a server of Spark Connect, audited where it lies. Everybody in it is invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from overt.audits import Request, ServerOptions, SourceOptions, audit, plan_audit
from overt.audits.place._dialect import DIALECTS
from overt.controls import Finding
from overt.controls.engines import open_server
from overt.controls.engines._connect import ConnectEngine
from overt.model import Kind
from overt.refusals import Refusal
from overt.synthetic import generate
from tests.audit.conftest import AS_OF, Silent, run_audit, write_register
from tests.audit.servers import answers, counting_proxy, fill_spark, sail_with, session_of, session_on
from tests.audit.test_in_place_conversions import Ask, check_blanks, check_texts
from tests.controls.servers import sail, spark_connect

pytest.importorskip("pysail")


def test_sail_gives_the_findings_of_a_file(tmp_path: Path) -> None:
    """The same findings, keys, digests and accounts as DuckDB, and no digest where nothing identifies the state."""
    folder = tmp_path / "register"
    key = generate("calgang", folder, seed=3)
    settings = {"packs": (key.pack,), "as_of": key.as_of, "thresholds": key.thresholds}
    with sail_with(folder) as url, counting_proxy(url) as (through, counter):
        placed = audit(Request(SourceOptions(through), out=tmp_path / "placed", **settings), Silent())  # type: ignore[arg-type]
    # Keys are at most 100 for each control, whatever the size of the register.
    assert counter.received < 1_000_000
    loaded = run_audit(folder, tmp_path / "loaded", **settings)
    assert answers(placed.findings) == answers(loaded.findings)
    assert (placed.rows, placed.absent, placed.read) == (loaded.rows, loaded.absent, loaded.read)
    kept = json.loads((tmp_path / "placed" / "run.json").read_text(encoding="utf-8"))
    assert kept["source"]["sha256"] is None
    assert "session_id" not in (tmp_path / "placed" / "run.json").read_text(encoding="utf-8")
    assert "without a snapshot" in kept["source"]["snapshot"]


@pytest.fixture(scope="module")
def sail_asked() -> Iterator[Ask]:
    with sail_with() as url:
        engine = open_server(url)
        yield engine.fetch
        engine.close()


@pytest.mark.parametrize("model", list(Kind))
def test_texts_on_sail(sail_asked: Ask, model: Kind) -> None:
    check_texts(sail_asked, DIALECTS["spark"], model)


def test_blanks_on_sail(sail_asked: Ask) -> None:
    check_blanks(sail_asked, DIALECTS["spark"])


def test_a_table_that_changes_is_refused_where_nothing_keeps_its_state(tmp_path: Path) -> None:
    register = write_register(tmp_path / "register")
    with duckdb.connect() as connection:
        written = f"copy (from read_csv('{register}/entry.csv', all_varchar = true)) to '{tmp_path}/entry.parquet'"
        connection.execute(written)
    with sail_with(tmp_path) as url:

        class Writing(Silent):
            def finished(self, finding: Finding) -> None:
                with duckdb.connect() as connection:
                    connection.execute(written.replace("entry.csv", "more.csv"))

        more = (register / "entry.csv").read_text(encoding="utf-8").splitlines()
        (register / "more.csv").write_text("\n".join([*more, more[1].replace("E1", "E9")]) + "\n", encoding="utf-8")
        with pytest.raises(Refusal) as caught:
            audit(
                Request(SourceOptions(url), ("core",), AS_OF, out=tmp_path / "out", only=("OV-02", "OV-20")), Writing()
            )
    assert caught.value.code == "source-changed"


def _parquet(register: Path, folder: Path) -> None:
    with duckdb.connect() as connection:
        for path in register.glob("*.csv"):
            read = f"read_csv('{path}', all_varchar = true)"
            connection.execute(f"copy (from {read}) to '{folder / path.stem}.parquet'")


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.parametrize("master", ["local[1]", "local-cluster[2,1,1024]"])
def test_spark_gives_the_findings_of_a_file(tmp_path: Path, java: None, master: str) -> None:
    """In one process, and on two workers behind its Connect server."""
    register = write_register(tmp_path / "register")
    _parquet(register, tmp_path)
    with spark_connect(master) as server, counting_proxy(fill_spark(server, tmp_path)) as (url, counter):
        placed = audit(Request(SourceOptions(url), ("core",), AS_OF, out=tmp_path / "placed"), Silent())
    # Plans and the metrics of each statement, which do not grow with the register.
    assert counter.received < 5_000_000
    loaded = run_audit(register, tmp_path / "loaded")
    assert answers(placed.findings) == answers(loaded.findings)


@pytest.mark.slow
def test_a_server_that_is_lost_between_two_controls_ends_the_audit(tmp_path: Path) -> None:
    """Refused by name, since nobody has looked whether the tables changed; the same command starts again."""
    register = write_register(tmp_path / "register")
    _parquet(register, tmp_path)

    class Cutting(Silent):  # the client tries again for a minute
        def finished(self, finding: Finding) -> None:
            cutter.cut_after = cutter.received

    with sail_with(tmp_path) as url, counting_proxy(url) as (through, cutter):
        request = Request(SourceOptions(through), ("core",), AS_OF, out=tmp_path / "out", only=("OV-02", "OV-20"))
        with pytest.raises(Refusal) as caught:
            audit(request, Cutting())
    assert caught.value.code in ("engine-unreachable", "server-failed", "source-changed")
    assert not (tmp_path / "out").exists()
    with sail_with(tmp_path) as url:
        source = SourceOptions(url)
        run = audit(Request(source, ("core",), AS_OF, out=tmp_path / "out", only=("OV-02", "OV-20")), Silent())
    loaded = run_audit(register, tmp_path / "loaded", only=("OV-02", "OV-20"))
    assert answers(run.findings) == answers(loaded.findings)


@dataclass(frozen=True)
class Versions:
    """`entry` on Sail with two versions: its first row without a role, then all rows. A session ends with its audit."""

    server: str
    statement: str
    earlier: str
    later: str

    def session(self) -> str:
        return session_of(self.server, self.statement)


@pytest.fixture(params=["delta", "iceberg"])
def versions(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Versions]:
    register, at = write_register(tmp_path / "register"), tmp_path / "versions"
    with duckdb.connect() as connection:
        rows = connection.execute(f"from read_csv('{register}/entry.csv', all_varchar = true)").to_arrow_table()
    first, others = rows.slice(0, 1).drop_columns(["role"]), rows.slice(1)
    made = f"create table entry using {request.param} location '{at}'"
    with sail() as server:
        if request.param == "delta":
            deltalake = pytest.importorskip("deltalake")
            deltalake.write_deltalake(at, first)
            deltalake.write_deltalake(at, others, mode="append", schema_mode="merge")
            yield Versions(server, made, "0", "1")
            return
        for part in (first, others):
            written = session_on(server).createDataFrame(part).write.format("iceberg").mode("append")
            written.option("mergeSchema", "true").save(str(at))
        newest = max((at / "metadata").glob("*.metadata.json"), key=lambda path: int(path.name[1:].partition(".")[0]))
        snapshots = json.loads(newest.read_text("utf-8"))["snapshots"]
        yield Versions(server, made, *(str(each["snapshot-id"]) for each in snapshots))


def _at_version(url: str, out: Path, version: str) -> Request:
    source = SourceOptions(url, server=ServerOptions(versions=(("entry", version),)))
    return Request(source, ("core",), AS_OF, out=out, only=("OV-02", "OV-20"))


def test_two_versions_of_a_table_have_their_own_answers(tmp_path: Path, versions: Versions) -> None:
    """Its rows and its columns, whatever was written since; every statement and the result name the version."""
    earlier, later = (
        audit(_at_version(versions.session(), tmp_path / version, version), Silent())
        for version in (versions.earlier, versions.later)
    )
    assert (earlier.rows["entry"], later.rows["entry"]) == (1, 4)
    first = write_register(tmp_path / "first", without="role")
    (first / "entry.csv").write_text("".join((first / "entry.csv").read_text("utf-8").splitlines(True)[:2]), "utf-8")
    loaded = run_audit(first, tmp_path / "loaded", only=("OV-02", "OV-20"))
    assert answers(earlier.findings) == answers(loaded.findings)
    assert later.findings[0].missing != earlier.findings[0].missing
    for version in (versions.earlier, versions.later):
        kept = json.loads((tmp_path / version / "run.json").read_text(encoding="utf-8"))
        assert kept["source"]["snapshot"] == f"entry at version {version}"
        assert kept["source"]["sha256"]
        lines = (tmp_path / version / "statements.jsonl").read_text(encoding="utf-8").splitlines()
        reading = [each for each in map(json.loads, lines) if "`entry`" in each["sql"]]
        assert len(reading) > 2
        assert all(f"`entry` version as of {version}" in each["sql"] for each in reading)


@pytest.mark.parametrize("versions", ["delta"], indirect=True)
def test_a_version_that_is_not_there_is_refused(tmp_path: Path, versions: Versions) -> None:
    """By the name of the table and the version; of a table that is not read as well."""
    for table, version in (("entry", "7"), ("entyr", versions.earlier)):
        source = SourceOptions(versions.session(), server=ServerOptions(versions=((table, version),)))
        with pytest.raises(Refusal, match="version-not-here") as caught:
            plan_audit(Request(source, ("core",), AS_OF, out=tmp_path / "out", only=("OV-02",)))
        assert table in f"{caught.value.where} {caught.value.found}"


@pytest.mark.parametrize("versions", ["delta"], indirect=True)
def test_an_audit_of_versions_goes_on_where_it_was_stopped(
    tmp_path: Path, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can change a version, so what was found of it holds."""
    request = _at_version(versions.session(), tmp_path / "out", versions.later)

    class Stopping(Silent):
        def finished(self, finding: Finding) -> None:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        # One that is killed ends no session.
        killed.setattr(ConnectEngine, "close", lambda self: None)
        audit(request, Stopping())
    observer = Silent()
    run = audit(request, observer)
    assert observer.resumed == 1
    whole = audit(_at_version(versions.session(), tmp_path / "whole", versions.later), Silent())
    assert answers(run.findings) == answers(whole.findings)
