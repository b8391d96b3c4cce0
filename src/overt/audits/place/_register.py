"""A register open on the server where it lies: which state of it is audited, and whether that is still so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from overt.audits._prepared import Prepared
from overt.audits.mapping import MODEL_TABLES, ColumnFill, filled_from_json
from overt.audits.mapping import Mapping as MappingFile
from overt.audits.place._catalogue import read_catalogue
from overt.audits.place._fillings import asking
from overt.audits.place._options import ServerOptions
from overt.audits.place._prepare import Placed, Snapshot, prepare_in_place
from overt.audits.source import account_from_json, shown_url
from overt.controls import Proof, prove_briefly
from overt.controls.engines import Engine, Note, Statement, open_server
from overt.refusals import Refusal

SNAPSHOT = "the snapshot of the transaction"
_SECONDS = 60.0


@dataclass(frozen=True)
class InPlaceRegister:
    """A register that controls can be asked of. `proof` is what the server answered to questions of known answers."""

    engine: Engine
    placed: Placed
    snapshot: Snapshot
    proof: Mapping[str, object]
    timeout: float | None
    shown: str

    def statements(self) -> str:
        """What the server was asked, in its order, a JSON object a line."""
        return "".join(json.dumps(told(each, self.placed.origins)) + "\n" for each in self.engine.statements)

    def check_unchanged(self) -> None:
        """Refuses a table of another number of rows than at the beginning, where the server cannot keep a state."""
        if self.snapshot.fixed:
            return
        note = Note("rows, counted again in the end", tuple(self.placed.relations), "1 count for each table")
        counts = [f"(select count(*) from {relation} as given)" for relation in self.placed.relations]
        with asking(self.shown, self.timeout):
            now = self.engine.fetch(f"select {', '.join(counts)}", self.timeout, note)[0]
        for (relation, before), after in zip(self.placed.relations.items(), now, strict=True):
            if before != after:
                found = f"it had {before:,} rows at the beginning of the audit and {after:,} at its end"
                remedy = (
                    "audit while nobody writes, name a version with --as-of-version, or copy the source with --copy"
                )
                raise Refusal("source-changed", relation, found, "tables that stay as they are", remedy)

    def as_json(self) -> str:
        """What the results need, as text that `read_state` reads."""
        prepared = self.placed.prepared
        return json.dumps(
            {
                "account": prepared.account.as_json(),
                "filled": prepared.filled.as_json(),
                "fills": [asdict(fill) for fill in prepared.fills],
                "absent": prepared.absent,
                "snapshot": self.snapshot.name,
                "proof": self.proof,
            }
        )


@dataclass(frozen=True)
class State:
    """What the results of an audit in place need of the register."""

    prepared: Prepared
    snapshot: str
    proof: Mapping[str, Any]


def read_state(text: str, mapping: MappingFile | None) -> State:
    """What `InPlaceRegister.as_json` wrote."""
    kept = json.loads(text)
    prepared = Prepared(
        account_from_json(kept["account"]),
        mapping,
        filled_from_json(kept["filled"]),
        tuple(ColumnFill(**fill) for fill in kept["fills"]),
        tuple(kept["absent"]),
    )
    return State(prepared, kept["snapshot"], kept["proof"])


@contextmanager
def open_in_place(
    location: str, options: ServerOptions, mapping: MappingFile | None, *, profile: bool, timeout: float | None
) -> Iterator[InPlaceRegister]:
    """Opens a register on its server, counts its tables and lets the selects stand for the model's.

    Refuses a server that does not give known answers, and what `prepare_in_place` refuses. `timeout` is in seconds,
    for each statement; `profile` is for controls that ask about the source's columns.
    """
    shown = shown_url(location)
    url, options = options.of(location)
    with opened(url) as engine:
        proof = proved(engine, shown)
        snapshot = take_snapshot(engine, options)
        placed = prepare_in_place(
            engine, location, options, mapping, snapshot=snapshot, profile=profile, timeout=timeout
        )
        engine.views.update(placed.views)
        yield InPlaceRegister(engine, placed, placed.snapshot, proof.as_json(), timeout, shown)


def proved(engine: Engine, shown: str) -> Proof:
    """What the server answers to questions of known answers. Refuses one that answers otherwise."""
    proof = prove_briefly(engine)
    if proof.differences:
        found = f"it answers otherwise than it must: {'; '.join(proof.differences[:3])}"
        remedy = "run `overt engine prove` with its URL to see all, or copy the source with --copy"
        raise Refusal("engine-not-proved", shown, found, "the known answers", remedy)
    return proof


def told(statement: Statement, origins: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """A statement with the server's own names for the tables of the model that it reads, given by `origins`."""
    reads = [name for each in statement.note.reads for name in origins.get(each, (each,))]
    return {**asdict(statement.note), "reads": list(dict.fromkeys(reads)), "sql": statement.sql.strip()}


def tables_in_place(location: str, options: ServerOptions) -> frozenset[str]:
    """The tables of the model that the server has by these names, as its catalogue says."""
    url, options = options.of(location)
    with opened(url) as engine:
        return frozenset(read_catalogue(engine, options, MODEL_TABLES).tables)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The engine of a server, closed in the end."""
    engine = open_server(url)
    try:
        yield engine
    finally:
        engine.close()


def take_snapshot(engine: Engine, options: ServerOptions) -> Snapshot:
    """Which state of the server's tables this session sees."""
    return _SNAPSHOTS[engine.dialect](engine, options)


def _postgres(engine: Engine, options: ServerOptions) -> Snapshot:
    """One transaction holds the state. Where no transaction ended since, a later one has the same name."""
    if options.versions or options.catalog:
        found = "PostgreSQL has neither versions of tables nor catalogs"
        raise Refusal("version-not-here", "--as-of-version or --catalog", found, "Spark", "leave the option out")
    asked = (
        "select pg_current_snapshot()::text, d.oid::text,"
        " to_char(pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        " from pg_catalog.pg_database as d where d.datname = current_database()"
    )
    note = Note(SNAPSHOT, ("pg_catalog.pg_database",), "its name")
    snapshot, database, started = engine.fetch(asked, _SECONDS, note)[0]
    return Snapshot(f"PostgreSQL snapshot {snapshot} of database {database}, server started {started} UTC", fixed=True)


def _spark(engine: Engine, options: ServerOptions) -> Snapshot:
    """The server keeps no state of its own. `prepare_in_place` knows whether every table is read at a version."""
    return Snapshot("without a snapshot: rows are counted before and after, and must be as many", fixed=False)


_SNAPSHOTS = {"postgres": _postgres, "spark": _spark}
