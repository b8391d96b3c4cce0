"""The functions that a mapping may call: those whose answer depends on their arguments and nothing else."""

from __future__ import annotations

_OPERATORS = "+ - * / // % ** ^ || & | << >> ~ ! !~~ !~~* ~~ ~~* ~~~ ^@ -> ->> && @> <@"

_TEXT = """
    lower upper lcase ucase trim ltrim rtrim lpad rpad replace translate reverse left right substr substring
    split_part string_split str_split string_split_regex str_split_regex string_to_array concat concat_ws contains
    starts_with prefix suffix ends_with length len strlen char_length character_length octet_length instr strpos
    position repeat ascii ord chr unicode strip_accents nfc_normalize format printf bar like_escape not_like_escape
    ilike_escape not_ilike_escape regexp_matches regexp_full_match regexp_extract regexp_extract_all
    regexp_replace regexp_escape levenshtein editdist3 damerau_levenshtein hamming mismatches jaccard
    md5 md5_number sha1 sha256 hex unhex to_hex from_hex encode decode base64 to_base64 from_base64 url_decode
"""

_NUMBERS = """
    abs sign round round_even roundbankers trunc floor ceil ceiling mod fmod fdiv divide multiply add subtract pow
    power sqrt exp ln log log2 log10 greatest least even isnan isfinite isinf bit_count gcd lcm
"""

_DATES = """
    strptime try_strptime strftime date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub date_add
    year month day hour minute second quarter week weekday dayofweek isodow dayofmonth dayofyear weekofyear
    yearweek isoyear decade century monthname dayname last_day days_in_month make_date make_time make_timestamp
    make_timestamptz epoch epoch_ms epoch_us epoch_ns to_timestamp timezone time_bucket
    to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds
"""

_CHOICES = "coalesce ifnull nullif if constant_or_null"

_LISTS = """
    list_value list_pack array_value row struct_pack struct_extract struct_extract_at array_extract list_extract
    list_element element_at list_slice array_slice list_contains list_has array_contains list_position list_indexof
    list_distinct array_distinct list_unique list_sort array_sort list_reverse_sort list_reverse list_concat list_cat
    array_concat list_append list_prepend list_filter array_filter list_transform list_apply array_transform
    list_zip list_reduce list_aggregate list_aggr list_sum list_min list_max list_count list_string_agg array_to_string
    array_to_string_comma_default array_length cardinality flatten unnest range generate_series generate_subscripts
    map map_extract map_extract_value map_keys map_values map_entries map_contains json_extract json_extract_string
    json_extract_path json_extract_path_text json_value json_exists json_valid json_type json_keys json_array_length
    json_object json_array json_quote to_json row_to_json array_to_json json json_contains json_structure
"""

_SUMS = """
    count count_star count_if countif sum avg mean min max bool_and bool_or bit_and bit_or bit_xor product median
    quantile quantile_cont quantile_disc arg_min arg_max min_by max_by stddev stddev_samp stddev_pop variance
    var_samp var_pop fsum kahan_sum
"""

_WINDOWS = (
    "row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value"
)

# What these give depends on the order in which rows come, which is nobody's promise unless it is said.
_ORDERED = "string_agg group_concat listagg list array_agg first last any_value arbitrary"

# Names that DuckDB takes for functions where no column has them.
_CLOCKS = """
    current_date current_time current_timestamp localtime localtimestamp current_user session_user user current_role
    current_catalog current_schema current_database
"""

_TYPES = """
    BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL
    VARCHAR CHAR DATE TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS INTERVAL LIST ARRAY STRUCT MAP BLOB
"""


def words(*texts: str) -> frozenset[str]:
    """The words of the texts."""
    return frozenset(" ".join(texts).split())


ORDERED = words(_ORDERED)
AGGREGATES = words(_SUMS, _ORDERED)
ALLOWED = words(_OPERATORS, _TEXT, _NUMBERS, _DATES, _CHOICES, _LISTS, _SUMS, _WINDOWS, _ORDERED)
TABLE_FUNCTIONS = frozenset(("unnest", "range", "generate_series"))
CLOCKS = words(_CLOCKS)
TYPES = words(_TYPES) | {"TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE"}
# Types that DuckDB's parser leaves to be looked up.
NAMED_TYPES = frozenset(("json", "text", "string", "timestamptz", "uuid"))
