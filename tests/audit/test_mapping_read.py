"""A mapping is read, or refused with every fault in it, before anything is run."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from overt.audits.mapping._functions import ALLOWED
from overt.audits.mapping._mapping import parse_mapping, read_mapping
from overt.refusals import Refusal, Refusals
from tests.audit.sources import written
from tests.waiting import within_minutes

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def _faults(text: str) -> list[Refusal]:
    with pytest.raises((Refusal, Refusals)) as caught:
        parse_mapping(text, "m.sql")
    error = caught.value
    return error.refusals if isinstance(error, Refusals) else [error]


def test_views_over_tables_of_the_source_are_read(tmp_path: Path) -> None:
    """Names, comments, unions, joins, subqueries and `with` as people write them."""
    text = """
    -- a mapping; with a semicolon in a comment
    /* and create view in another */
    create view "subject" as
    with people as (select * from people where name <> 'a;b')
    select people.id as subject_id, null as died_on, null::date as birth_date from people
    union all
    select o.ref, null, o.born from others o;

    CREATE VIEW entry AS -- a guess
    select e.a as entry_id, strptime(e.b, '%d/%m/%Y')::date as opened_on, try_cast(e.c as double) as score,
           (select count(*) from items i where i.entry = e.a) as band
    from source.entries e left join extra using (a), unnest(range(e.n)) as g(i)
    where exists (select 1 from items) and e.a in (select a from more)
    """
    path = written(tmp_path, "m.sql", text)
    mapping = read_mapping(path)
    assert mapping.name == "m.sql"
    assert len(mapping.digest) == 64
    subject, entry = mapping.views
    assert (subject.table, subject.columns) == ("subject", ("subject_id", "died_on", "birth_date"))
    assert (subject.sources, subject.blank) == (("others", "people"), {"died_on"})
    assert entry.columns == ("entry_id", "opened_on", "score", "band")
    assert entry.sources == ("entries", "extra", "items", "more")
    assert (entry.lenient, entry.line) == (("score",), 10)


_TRIED, _STRICT = "try_strptime(v, '%d/%m/%Y')", "strptime(v, '%Y-%m-%d')"


@pytest.mark.parametrize(
    ("expression", "forgives"),
    [
        (_TRIED, True),
        ("try(v::date)", True),
        (f"coalesce({_TRIED}, {_STRICT})", False),
        (f"coalesce({_TRIED}, {_STRICT})::date", False),
        (f"ifnull({_TRIED}, {_STRICT})", False),
        (f"coalesce({_TRIED}, coalesce(try_cast(v as timestamp), {_STRICT}))", False),
        (f"coalesce(coalesce({_TRIED}, try_cast(v as timestamp)), {_STRICT})", False),
        (f"coalesce({_TRIED}, strptime(trim(v), '%Y'))", False),
        (f"coalesce({_STRICT}, {_TRIED})", True),
        ("strptime(v, ['%d/%m/%Y', '%Y-%m-%d'])", False),
        ("try_strptime(v, ['%d/%m/%Y', '%Y-%m-%d'])", True),
        (f"coalesce(try_strptime(v, ['%d/%m/%Y', '%d.%m.%Y']), {_STRICT})", False),
        (f"coalesce({_TRIED}, strptime(v, ['%Y-%m-%d', '%Y']))::date", False),
        (f"case when w = 'x' then {_STRICT} when w = 'y' then coalesce({_TRIED}, {_STRICT}) end", False),
        (f"case when w = 'x' then coalesce({_TRIED}, {_STRICT}) else {_TRIED} end", True),
        (f"coalesce({_TRIED}, strptime(w, '%Y-%m-%d'))", True),
        (f"coalesce({_TRIED}, strptime(nullif(v, '?'), '%Y-%m-%d'))", True),
        (f"coalesce({_TRIED}, try_cast(v as timestamp))", True),
        (f"coalesce({_TRIED}, timestamp '2000-01-01')", True),
        (f"case when {_TRIED} is null then {_STRICT} else {_TRIED} end", False),
        (f"case when {_TRIED} is not null then {_TRIED} else {_STRICT} end", False),
        (f"case when not ({_TRIED} is null) then {_TRIED} else {_STRICT} end", False),
        (f"if({_TRIED} is null, {_STRICT}, {_TRIED})", False),
        (f"case when {_TRIED} is null then null else {_TRIED} end", True),
        (f"case when {_TRIED} is not null then {_TRIED} end", True),
        (f"case when w = 'x' then {_STRICT} else {_TRIED} end", True),
        (f"case when w is null then {_STRICT} else {_TRIED} end", True),
        (f"case when w = 'x' then 1 when {_TRIED} is null then {_STRICT} else {_TRIED} end", False),
    ],
)
def test_only_what_no_strict_reading_stands_behind_is_lenient(expression: str, forgives: bool) -> None:
    """A value that nothing can read stops the mapping where the last reading of it is strict."""
    (view,) = parse_mapping(f"create view entry as select 'x' as entry_id, {expression} as opened_on from t", "m.sql")
    assert view.lenient == (("opened_on",) if forgives else ())


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("", "mapping-empty", "no view"),
        ("-- nothing", "mapping-empty", "no view"),
        ("create or replace view entry as select 1 as entry_id", "mapping-statement", "create or replace view"),
        ("create temp view entry as select 1 as entry_id", "mapping-statement", "create temp view"),
        ("create materialized view entry as select 1 as entry_id", "mapping-statement", "create materialized view"),
        ("create view if not exists entry as select 1 as entry_id", "mapping-statement", "create view if not"),
        ("create recursive view entry(a) as select 1 as entry_id", "mapping-statement", "create recursive view"),
        ("create view entry(entry_id) as select 1", "mapping-statement", "create view"),
        ("create view main.entry as select 1 as entry_id", "mapping-statement", "create view"),
        ("create table entry as select 1 as entry_id", "mapping-statement", "create"),
        ("select 1", "mapping-statement", "select"),
        ("insert into entry values (1)", "mapping-statement", "insert"),
        ("drop table entry", "mapping-statement", "drop"),
        ("pragma database_list", "mapping-statement", "pragma"),
        ("attach 'x.db'", "mapping-statement", "attach"),
        ("copy entry to 'x.csv'", "mapping-statement", "copy"),
        ("install httpfs", "mapping-statement", "install"),
        ("load httpfs", "mapping-statement", "load"),
        ("set threads = 1", "mapping-statement", "set"),
        ("call enable_logging()", "mapping-statement", "call"),
        ("export database 'x'", "mapping-statement", "export"),
        ("create macro f(x) as x", "mapping-statement", "create"),
        ("begin", "mapping-statement", "begin"),
        ("create view entries as select 1 as entry_id", "mapping-view-name", "entries"),
        ("create view source_column as select 1 as column_name", "mapping-view-name", "Overt fills itself"),
        ("create view entry as select a.entryid from a", "mapping-column", "entryid"),
        ("create view entry as select a + 1 from a", "mapping-column", "without a name"),
        ("create view entry as select a as entry_id, b as entry_id from a", "mapping-column", "second time"),
        ("create view entry as select * from a", "mapping-star", "select *"),
        ("create view entry as select a.* from a", "mapping-star", "select *"),
        ("create view entry as from a", "mapping-star", "select *"),
        ("create view entry as values (1)", "mapping-star", "select *"),
        ("create view entry as select 1 as entry_id union all select * from a", "mapping-star", "select *"),
        ("create view entry as select columns('a.*') from a", "mapping-expression", "columns"),
        ("create view entry as select ? as entry_id", "mapping-expression", "parameter"),
        ("create view entry as select $x as entry_id", "mapping-expression", "parameter"),
        ("create view entry as select a collate nocase as entry_id from a", "mapping-expression", "collate"),
        ("create view entry as select a as entry_id from main.a", "mapping-table", "schema main"),
        ("create view entry as select a as entry_id from information_schema.tables", "mapping-table", "information"),
        ("create view entry as select a as entry_id from x.source.a", "mapping-table", "table a"),
        ("create view entry as select a as entry_id from (describe a)", "mapping-table", "show"),
        ("create view entry as select a as entry_id from (summarize a)", "mapping-table", "show"),
        ("create view entry as select 1 as entry_id from a positional join b", "mapping-table", "join"),
        ("create view entry as select a as entry_id from a limit 5", "mapping-rows", "limit"),
        ("create view entry as select a as entry_id from a limit 5%", "mapping-rows", "limit"),
        ("create view entry as select a as entry_id from a offset 5", "mapping-rows", "limit"),
        ("create view entry as select a as entry_id from (select * from a limit 5)", "mapping-rows", "limit"),
        ("create view entry as select a as entry_id from a using sample 5", "mapping-rows", "sample"),
        ("create view entry as select a as entry_id from a tablesample 10%", "mapping-rows", "sample"),
        ("create view entry as select a as entry_id from a at (version => 1)", "mapping-rows", "older state"),
        ("create view entry as select distinct on (a) a as entry_id from a", "mapping-order", "distinct on"),
        ("create view entry as select string_agg(a) as grounds from a", "mapping-order", "string_agg"),
        ("create view entry as select first(a) as grounds from a", "mapping-order", "first"),
        ("create view entry as select a::mood as entry_id from a", "mapping-type", "mood"),
        ("create view entry as select a::other.thing as entry_id from a", "mapping-type", "thing"),
        ("create view entry as selec 1", "mapping-syntax", "syntax error"),
        ("create view entry as select 'x as entry_id", "mapping-syntax", "not closed"),
        ("create view entry as select (((1 as entry_id", "mapping-syntax", "syntax error"),
        ("create view entry as insert into a values (1)", "mapping-syntax", "not a select"),
        ("create view entry as pivot a on b using sum(c)", "mapping-syntax", "not a select"),
        ("create view entry as select a as entry_id into b from a", "mapping-syntax", "INTO"),
        (
            "create view entry as with recursive r as (select 1 as a union all select a + 1 from r) "
            "select a as entry_id from r",
            "mapping-syntax",
            "recursive",
        ),
        (
            "create view entry as select a as entry_id from a union by name select b as entry_id from b",
            "mapping-syntax",
            "",
        ),
    ],
)
def test_a_mapping_is_refused(text: str, code: str, found: str) -> None:
    """Anything but views over the source's own tables, every row of them, each column by name."""
    first = _faults(text)[0]
    assert first.code == code
    assert found.lower() in first.found.lower()


@pytest.mark.parametrize(
    "call",
    [
        "read_csv('/etc/passwd')",
        "read_text('/etc/passwd')",
        "read_blob('x')",
        "read_parquet('x')",
        "read_json('x')",
        "parquet_scan('x')",
        "glob('*')",
        "sniff_csv('x')",
        "query('select 1')",
        "query_table('t')",
        "duckdb_settings()",
        "duckdb_secrets()",
        "pragma_table_info('t')",
        "enable_logging(storage := 'file')",
        "enable_profiling(save_location := '/tmp/x')",
        "json_execute_serialized_sql('x')",
        "sqlite_scan('x', 'y')",
        "postgres_scan('x', 'y', 'z')",
        "repeat_row(1, num_rows := 5)",
    ],
)
def test_table_functions_are_refused(call: str) -> None:
    """In `from`, in a subquery of it, and in one of an expression: files are given as part of the source."""
    for text in (
        f"create view entry as select a as entry_id from {call}",
        f"create view entry as select a as entry_id from (select * from {call})",
        f"create view entry as with x as (from {call}) select a as entry_id from x",
        f"create view entry as select (select count(*) from {call}) as entry_id",
        f"create view entry as select a as entry_id from a where exists (from {call})",
        f"create view entry as select 1 as entry_id union all select a from {call}",
    ):
        assert _faults(text)[0].code == "mapping-function"


@pytest.mark.parametrize(
    "call",
    [
        "now()",
        "random()",
        "uuid()",
        "gen_random_uuid()",
        "getenv('HOME')",
        "current_setting('memory_limit')",
        "getvariable('x')",
        "nextval('s')",
        "current_date",
        "current_timestamp",
        "localtime",
        "user",
        "current_user",
        "current_database()",
        "version()",
        "age(a::timestamp)",
        "today()",
        "txid_current()",
        "setseed(0.5)",
        "error('x')",
        "sleep_ms(1000)",
        "write_log('x')",
        "hash(a)",
        "json_serialize_sql('select 1')",
        "json_deserialize_sql('{}')",
        "read_text('x')",
        "parse_duckdb_log_message('x', 'y')",
        "pg_catalog.pg_sleep(1)",
        "other.lower(a)",
        "no_such_function(a)",
    ],
)
def test_functions_outside_the_list_are_refused(call: str) -> None:
    """What asks the clock, the machine or chance, wherever it is hidden."""
    for text in (
        f"create view entry as select {call} as entry_id from a",
        f"create view entry as select lower(({call})::varchar) as entry_id from a",
        f"create view entry as select case when a = 1 then {call} end as entry_id from a",
        f"create view entry as select a as entry_id from a where {call} is not null",
        f"create view entry as select a as entry_id from a order by {call}",
        f"create view entry as select a as entry_id from a join b on a.x = b.x and {call} is null",
        f"create view entry as select list_transform([a], lambda x: {call}) as entry_id from a",
        f"create view entry as select max(a) filter (where {call} is null) as entry_id from a",
        f"create view entry as select max(a) over (partition by {call}) as entry_id from a",
        f"create view entry as select max(a) as entry_id from a group by {call} having {call} is null",
        f"create view entry as select a as entry_id from a qualify row_number() over (order by {call}) = 1",
    ):
        assert "mapping-function" in [fault.code for fault in _faults(text)], text


@pytest.mark.parametrize(
    "expression",
    [
        "strptime(a, '%d/%m/%Y')::date",
        "strftime(a::date, '%Y')",
        "lower(upper(trim(a)))",
        "replace(substr(a, 1, 3), 'x', '')",
        "a[1:3]",
        "split_part(a, ',', 1)",
        "regexp_extract(a, '(x)', 1)",
        "a ~ 'x'",
        "a ilike '%x%' and a not like 'y' and a similar to 'z'",
        "coalesce(nullif(a, ''), b, ifnull(c, d))",
        "case when a = 1 then 'x' else 'y' end",
        "if(a = 1, 2, 3)",
        "cast(a as decimal(10, 2))",
        "try_cast(a as timestamptz)",
        "md5(concat_ws('|', a, b))",
        "sha256(to_json(t)::varchar)",
        "row_number() over (partition by a order by b)",
        "lag(a, 1) over (order by b)",
        "unnest(range(b))",
        "list_filter(string_split(a, ';'), x -> trim(x) <> '')[1]",
        "list_transform([a, b], lambda x: x + 1)",
        "timezone('Europe/London', a::timestamptz)::date",
        "a at time zone 'UTC'",
        "extract(year from a::date)",
        "date_trunc('month', a::date) + interval 1 month",
        "a::date + 7",
        "sum(a) filter (where b > 1)",
        "count(distinct a)",
        "string_agg(a, ', ' order by b)",
        "arg_max(a, b)",
        "json_extract_string(a, '$.x')",
        "a ->> 'x'",
        "struct_pack(x := a).x",
        "format('{:08d}', a)",
        "a is distinct from b",
        "a between 1 and 2 or a in (1, 2)",
        "-a * 2 // 3 % 4 ** 2",
        "(select max(x) from u where u.a = t.a)",
    ],
)
def test_what_a_mapping_needs_is_allowed(expression: str) -> None:
    """Text, dates, choices, lists, sums and windows."""
    (view,) = parse_mapping(f"create view entry as select {expression} as grounds from t", "m.sql")
    assert view.columns == ("grounds",)


def test_every_allowed_function_is_there() -> None:
    """The list names no function that DuckDB does not know, but for what its parser has of its own."""
    known = {row[0] for row in duckdb.sql("select function_name from duckdb_functions()").fetchall()}
    assert ALLOWED - known <= {"coalesce", "ifnull", "if", "->", "!"}


def test_all_faults_come_at_once_with_their_lines() -> None:
    """In the order of the file."""
    text = """
    create view entry as
    select now() as opened_on,
           a as entryid,
           b + 1
    from read_csv('x');

    create view nothing as select 1 as a;
    drop table x;
    create view entry as select a as entry_id from t;
    """
    found = [(fault.code, fault.where) for fault in _faults(text)]
    assert found == [
        ("mapping-function", "m.sql, line 3"),
        ("mapping-column", "m.sql, line 4"),
        ("mapping-column", "m.sql, line 5"),
        ("mapping-function", "m.sql, line 6"),
        ("mapping-view-name", "m.sql, line 8"),
        ("mapping-statement", "m.sql, line 9"),
        ("mapping-view-twice", "m.sql, line 10"),
    ]


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    """For tables and for columns."""
    assert "did you mean `entry`?" in _faults("create view entrys as select 1 as entry_id")[0].remedy
    assert "did you mean `opened_on`?" in _faults("create view entry as select 1 as openedon from t")[0].remedy


def test_a_source_column_called_as_a_clock_can_be_named_with_its_table() -> None:
    """Bare it would be the user of the database wherever the column is missing."""
    fault = _faults('create view access as select "user" as actor from log')[0]
    assert 't."user"' in fault.remedy
    parse_mapping('create view access as select log."user" as actor from log', "m.sql")


def test_a_name_of_with_is_no_table_of_the_source() -> None:
    """But what it is made of is, even of the same name, and so is what stands outside it."""
    text = """create view entry as select x.a as entry_id
              from (with t as (select * from t join u using (a)), v as (select * from t) select * from v) x, t, v"""
    (view,) = parse_mapping(text, "m.sql")
    assert view.sources == ("t", "u", "v")


@pytest.mark.parametrize("depth", [50, 200, 700, 5000])
def test_deep_nesting_ends_in_an_answer(depth: int) -> None:
    """Whether it is taken or refused, it is not an error of ours."""
    text = f"create view entry as select {'lower(' * depth}a{')' * depth} as entry_id from t"
    try:
        parse_mapping(text, "m.sql")
    except (Refusal, Refusals) as error:
        assert "mapping-" in str(error)


def test_what_is_no_mapping_file_is_refused(tmp_path: Path) -> None:
    """Absent, not UTF-8, or of the size of a register."""
    with pytest.raises(Refusal, match="mapping-absent"):
        read_mapping(tmp_path / "absent.sql")
    with pytest.raises(Refusal, match="encoding-not-utf8"):
        read_mapping(written(tmp_path, "m.sql", b"create view \xff"))
    with pytest.raises(Refusal, match="mapping-too-long"):
        read_mapping(written(tmp_path, "m.sql", "-- x\n" * 300_000))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/mapping.sql")), ids=lambda path: path.parent.name)
def test_the_shipped_mappings_are_read(path: Path) -> None:
    """They keep the rules that they are examples of."""
    assert read_mapping(path).views


@pytest.mark.parametrize(
    "text",
    [
        "create " + "/**/" * 40_000 + " x",
        "create view entry as select " + "/**/" * 40_000 + "1 as entry_id",
        "create view " + "-- x\n" * 40_000 + "entry as select 1 as entry_id",
        "/*" * 80_000,
        "create view entry as select " + "1 + " * 20_000 + "1 as entry_id",
        ";" * 200_000,
    ],
)
def test_a_mapping_of_little_but_filling_is_soon_read_or_refused(text: str) -> None:
    """The time does not grow with the square of the text, nor worse."""
    with within_minutes():
        try:
            parse_mapping(text, "m.sql")
        except (Refusal, Refusals) as error:
            assert "mapping-" in str(error)
