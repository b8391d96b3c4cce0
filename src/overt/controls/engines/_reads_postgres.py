"""What PostgreSQL would read: the query is prepared, and the server is asked for the tree that it made of it.

The server's parser and analyser have then resolved every name, and no planner has left anything out yet, which a plan
would have. Nothing is run and nothing is created, so that a read-only transaction, a copy of the server that only
follows another, and a user without rights are enough. The server writes the tree into its own log as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from overt.controls.engines._reads import words

if TYPE_CHECKING:
    import psycopg

_SHOW_THE_TREE = (
    "set local statement_timeout = 60000",
    "set local client_min_messages = log",
    "set local debug_print_parse = on",
    "set local debug_pretty_print = off",
)
_HIDE_THE_TREE = "set local debug_print_parse = off"

_NODES = words(
    "QUERY ALIAS RANGETBLENTRY RTEPERMISSIONINFO COMMONTABLEEXPR FROMEXPR JOINEXPR RANGETBLREF SETOPERATIONSTMT",
    "TARGETENTRY SORTGROUPCLAUSE GROUPINGSET WINDOWCLAUSE VAR CONST OPEXPR FUNCEXPR AGGREF WINDOWFUNC BOOLEXPR",
    "NULLTEST BOOLEANTEST CASE WHEN CASEEXPR CASEWHEN CASETESTEXPR COALESCEEXPR COALESCE NULLIFEXPR DISTINCTEXPR",
    "SCALARARRAYOPEXPR ARRAYEXPR ARRAY RELABELTYPE COERCEVIAIO SUBLINK PARAM NAMEDARGEXPR",
)
# boolean, whole and other numbers, text, days, moments and spans, and lists of them. To make a value of a type that
# names what the catalogue holds is to look there.
_TYPES = frozenset(
    (
        16,
        20,
        21,
        23,
        25,
        700,
        701,
        705,
        1043,
        1082,
        1114,
        1186,
        1700,
        1000,
        1005,
        1007,
        1009,
        1015,
        1016,
        1021,
        1022,
        1115,
        1182,
        1231,
    )
)
_FUNCTIONS = words(
    "count sum min max row_number lag lead btrim ltrim rtrim lower upper length replace substr make_interval",
    "make_date extract",
    "bool int2 int4 int8 float4 float8 numeric text varchar date timestamp interval",
)

_NODE = re.compile(r"\{([A-Z0-9_]+)")
_RELATION = re.compile(r" :relid (\d+)")
_FUNCTION = re.compile(r" :(?:funcid|aggfnoid|winfnoid) (\d+)")
_OPERATOR = re.compile(r" :opno (\d+)")
_TYPE = re.compile(r" :(?:vartype|consttype|funcresulttype|resulttype|opresulttype|array_typeid|element_typeid) (\d+)")
# Zero is a whole row, and what is below is a column of the system's own.
_SYSTEM_COLUMN = re.compile(r" :varattno (0|-\d+)")
# What a `from` can hold beside tables, selects, joins, rows of values and names given by `with`.
_OTHER_SOURCE = re.compile(r" :rtekind ([347])\b")

_RELATIONS = "select oid::regclass::text from pg_catalog.pg_class where oid = any(%s)"
_CALLED = (
    "select p.oid::regproc::text from pg_catalog.pg_proc as p where p.oid = any(%s)"
    " and not (p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any(%s))"
)
# What an operator of the server's own gives that is immutable rests on its two sides alone.
_OPERATED = (
    "select o.oid::regoper::text from pg_catalog.pg_operator as o join pg_catalog.pg_proc as p on p.oid = o.oprcode"
    " where o.oid = any(%s) and not (p.pronamespace = 'pg_catalog'::regnamespace"
    " and (p.provolatile = 'i' or p.proname in ('textanycat', 'anytextcat')))"
)
SENT = ("savepoint", *_SHOW_THE_TREE, _HIDE_THE_TREE, _RELATIONS, _CALLED, _OPERATED, "rollback to savepoint")
"""What is sent beside the statement that is prepared."""


def outside(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    """What the statement would read beside the empty tables that it brings along."""
    import psycopg  # noqa: PLC0415  an extra

    trees: list[str] = []

    def hear(said: psycopg.errors.Diagnostic) -> None:
        if said.message_primary == "parse tree:":
            trees.append(str(said.message_detail))

    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        for setting in _SHOW_THE_TREE:
            cursor.execute(setting)
        connection.add_notice_handler(hear)
        try:
            # Prepared, it is one statement or none: the server takes no second behind it.
            prepared = connection.pgconn.prepare(b"", statement.encode())
            if prepared.status != psycopg.pq.ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(prepared)
        except (psycopg.ProgrammingError, psycopg.DataError):
            return ["something that is not there, or is not one select"]
        finally:
            connection.remove_notice_handler(hear)
        cursor.execute(_HIDE_THE_TREE)
        if len(trees) != 1:
            return ["something that the server does not show: it gives no tree of the statement"]
        return _named(cursor, _without_texts(" ".join(trees[0].split())))


def _named(cursor: psycopg.Cursor[Any], tree: str) -> list[str]:
    found = [node.lower() for node in _NODE.findall(tree) if node not in _NODES]
    found += ["a column of the system, or a whole row"] if _SYSTEM_COLUMN.search(tree) else []
    found += ["a function in place of a table"] if _OTHER_SOURCE.search(tree) else []
    found += ["a value of a type that no column has"] if {int(each) for each in _TYPE.findall(tree)} - _TYPES else []
    relations, functions, operators = (
        [int(each) for each in sign.findall(tree) if int(each)] for sign in (_RELATION, _FUNCTION, _OPERATOR)
    )
    cursor.execute(_RELATIONS, (relations,))
    found += [str(name) for (name,) in cursor.fetchall()]
    cursor.execute(_CALLED, (functions, sorted(_FUNCTIONS)))
    found += [f"the function {name}" for (name,) in cursor.fetchall()]
    cursor.execute(_OPERATED, (operators,))
    return found + [f"the operator {name}" for (name,) in cursor.fetchall()]


def _without_texts(tree: str) -> str:
    """The tree without the names in it: a name may hold anything, escaped, and none is looked at here."""
    return re.sub(r"\\.", "_", tree)
