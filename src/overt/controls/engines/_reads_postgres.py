"""What PostgreSQL would read: the query is stored as a view, and the tree that the server made of it is looked at.

The server's parser and analyser have then resolved every name, and no planner has left anything out yet. Nothing is
run, and the view is gone with the transaction.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from overt.controls.engines._reads import MODEL

if TYPE_CHECKING:
    import psycopg

_VIEW = "overt_reads"
_RELATION = re.compile(r" :relid (\d+)")
_FUNCTION = re.compile(r" :(?:funcid|aggfnoid|winfnoid) (\d+)")
_OPERATOR = re.compile(r" :opno (\d+)")
# Zero is a whole row, and what is below is a column of the system's own.
_SYSTEM_COLUMN = re.compile(r" :varattno (0|-\d+)")
# Of what a `from` can hold: a function, a table function, a transition table.
_OTHER_SOURCE = re.compile(r" :rtekind ([347])\b")
# A clock or an identity, a sequence, a cursor, XML.
_OTHER_NODE = re.compile(r"\{(SQLVALUEFUNCTION|NEXTVALUEEXPR|CURRENTOFEXPR|XMLEXPR|PARAM|JSON\w+) ")
# Types whose values name what the catalogue holds: to make one is to look there.
_CATALOGUE_TYPE = re.compile(r" :(?:consttype|resulttype) (24|220[2-6]|3734|3769|4089|4096|4191)\b")
_TEXT_AND_A_VALUE = ("textanycat", "anytextcat")

_RULE = "select ev_action::text from pg_catalog.pg_rewrite where ev_class = 'pg_temp.overt_reads'::regclass"
_RELATIONS = (
    "select oid::regclass::text from pg_catalog.pg_class where oid = any(%s)"
    " and not (relnamespace = pg_my_temp_schema() and relname = any(%s) and relkind = 'r')"
)
# What a function of the server's own gives that is immutable rests on its arguments alone.
_FUNCTIONS = (
    "select p.oid::regproc::text from pg_catalog.pg_proc as p where (p.oid = any(%s)"
    " or p.oid in (select o.oprcode from pg_catalog.pg_operator as o where o.oid = any(%s)))"
    " and not (p.pronamespace = 'pg_catalog'::regnamespace and (p.provolatile = 'i' or p.proname = any(%s)))"
)


def outside(connection: psycopg.Connection[Any], sql: str) -> list[str]:
    """What the query would read beside temporary tables that are named as those of the model."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(f"create temporary view {_VIEW} as select 1 as one from (\n{sql}\n) as asked".encode())
        row = cursor.execute(_RULE).fetchone()
        tree = _without_texts(str(row[0]) if row else "")
        found = [f"a column of the system in {_VIEW}"] if _SYSTEM_COLUMN.search(tree) else []
        found += ["a function in place of a table"] if _OTHER_SOURCE.search(tree) else []
        found += [node.lower() for node in _OTHER_NODE.findall(tree)]
        found += ["a name of the catalogue"] if _CATALOGUE_TYPE.search(tree) else []
        relations = [int(each) for each in _RELATION.findall(tree) if each != "0"]
        own = "select %s::regclass::oid"
        view = cursor.execute(own, (f"pg_temp.{_VIEW}",)).fetchone()
        relations = [each for each in relations if view is None or each != view[0]]
        cursor.execute(_RELATIONS, (relations, sorted(MODEL)))
        found += [str(name) for (name,) in cursor.fetchall()]
        functions, operators = (list(map(int, each.findall(tree))) for each in (_FUNCTION, _OPERATOR))
        cursor.execute(_FUNCTIONS, (functions, operators, list(_TEXT_AND_A_VALUE)))
        return found + [f"the function {name}" for (name,) in cursor.fetchall()]


def _without_texts(tree: str) -> str:
    """The tree without the names in it: a name may hold anything, escaped, and none is looked at here."""
    return re.sub(r"\\.", "_", tree)
