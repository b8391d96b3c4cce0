"""What a mapping in a server's own dialect may hold: functions of their arguments alone, and plain types."""

from __future__ import annotations

from overt.audits.mapping._functions import CLOCKS, words

_BOTH = """
    lower upper trim btrim ltrim rtrim lpad rpad replace translate reverse left right substr substring split_part concat
    concat_ws length char_length character_length octet_length position repeat ascii chr initcap overlay
    regexp_replace regexp_substr regexp_count regexp_instr md5 encode decode
    abs sign round trunc floor ceil ceiling mod power sqrt exp ln log greatest least
    coalesce nullif cast extract date_part date_trunc make_date make_timestamp to_date to_timestamp to_char
    count sum avg min max bool_and bool_or every
    row_number rank dense_rank ntile percent_rank cume_dist lag lead first_value last_value nth_value
"""
FUNCTIONS = {
    "postgres": words(
        _BOTH,
        "regexp_match regexp_like regexp_split_to_array regexp_split_to_table string_to_array array_length "
        "array_to_string cardinality unnest generate_series starts_with strpos to_number make_interval make_time age "
        "timezone isfinite justify_days sha256 convert_to format quote_literal string_agg array_agg starts_with",
    ),
    "spark": words(
        _BOTH,
        "ucase lcase len instr locate contains startswith endswith split regexp regexp_extract regexp_extract_all "
        "regexp_like rlike like ilike element_at size array sequence explode posexplode to_timestamp_ntz try_to_date "
        "try_to_timestamp try_cast try_add try_divide try_element_at date_format date_add date_sub datediff date_diff "
        "add_months months_between last_day year month day dayofmonth dayofweek dayofyear weekday weekofyear quarter "
        "hour minute second dateadd timestampdiff trunc from_utc_timestamp convert_timezone nvl nvl2 ifnull if iff "
        "isnull isnotnull sha2 hex unhex base64 count_if listagg string_agg format_string bround int bigint string "
        "date timestamp double decimal boolean struct named_struct",
    ),
}
# These need an order, or give what the order of rows happens to be.
ORDERED = {"postgres": words("string_agg array_agg"), "spark": words("listagg string_agg")}
LENIENT = words("try_cast try_to_date try_to_timestamp try_divide try_element_at try_add")
NILADIC = CLOCKS | words("localtime localtimestamp system_user current_schemas now random")
# Words before a bracket that call nothing.
BEFORE_A_BRACKET = words("""
    in as over values filter by exists any all some on using and or not when then else case from join select where
    having with union except intersect is between like ilike group within partition order distinct lateral materialized
    numeric decimal varchar char character timestamp time interval float view
""")
TYPES = words("""
    BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL TEXT VARCHAR CHAR DATE TIME TIMESTAMP TIMESTAMPTZ
    TIMESTAMPNTZ TIMESTAMPLTZ INTERVAL UUID
""")
# The parts of a tree beside functions.
PARTS = words("""
    Select From Join Where Group Having Order Ordered With CTE Union Except Intersect Subquery TableAlias Table
    Identifier Column Alias Literal Null Boolean Star And Or Not EQ NEQ GT GTE LT LTE Is In Between Like ILike
    RegexpLike RegexpILike SimilarTo Case If Cast TryCast Paren Neg Add Sub Mul Div IntDiv Mod Distinct Window
    WindowSpec Filter Interval DataType DataTypeParam Var DPipe SafeDPipe Exists NullSafeEQ NullSafeNEQ Tuple
    Values AtTimeZone IntervalSpan WithinGroup Lateral Unnest Bracket Slice Dot Escape National Any All Collate
    Concat
""")
