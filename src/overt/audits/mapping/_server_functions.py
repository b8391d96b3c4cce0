"""The functions of a mapping on each engine: every one written here has DuckDB's answers there, as the tests show.

What is not here is refused on a server by its name.
"""

from __future__ import annotations

from overt.audits.mapping._server_casts import cast
from overt.audits.mapping._server_moments import MOMENT_FUNCTIONS
from overt.audits.mapping._server_patterns import Pattern, read_pattern
from overt.audits.mapping._server_sql import (
    MOMENTS,
    WHOLE,
    ZONED,
    Node,
    NotOnServer,
    Server,
    Value,
    Write,
    any_of,
    blanks,
    constant,
    fails_of,
)

_EXACT = WHOLE | {"DECIMAL"}


def _texts(server: Server, values: list[Value]) -> list[Value]:
    return [cast(server, value, "VARCHAR") for value in values]


def _text(template: str, kind: str = "VARCHAR") -> Write:
    """A function of texts that both engines write by one template."""

    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        texts = _texts(server, values)
        return Value(template.format(*(text.sql for text in texts)), kind, fails_of(texts))

    return write


def _folded(function: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        (text,) = _texts(server, values)
        return Value(f"({server.folded(function, text.sql)})", "VARCHAR", text.fails)

    return write


def _trimmed(side: str) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        texts = _texts(server, values[:1])
        letters = server.text(str(constant(nodes[1])) if len(nodes) > 1 else blanks())
        return Value(f"trim({side} {letters} from {texts[0].sql})", "VARCHAR", fails_of(texts))

    return write


def _substring(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    numbers = [int(constant(node)) for node in nodes[1:]]
    if numbers[0] < 1 or any(number < 0 for number in numbers):
        raise NotOnServer("a part of a text that begins before it or has a negative length", "count from 1")
    text = cast(server, values[0], "VARCHAR")
    return Value(f"substr({text.sql}, {', '.join(map(str, numbers))})", "VARCHAR", text.fails)


def _side(function: str) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        number, text = int(constant(nodes[1])), cast(server, values[0], "VARCHAR")
        if number < 0:
            raise NotOnServer(f"{function} with a negative number", "write substr")
        return Value(f"{function}({text.sql}, {number})", "VARCHAR", text.fails)

    return write


def _padded(function: str) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        number, letters, text = int(constant(nodes[1])), str(constant(nodes[2])), cast(server, values[0], "VARCHAR")
        if number < 0 or not letters:
            raise NotOnServer(f"{function} with a negative length or nothing to fill up with", "fill up with a letter")
        return Value(f"{function}({text.sql}, {number}, {server.text(letters)})", "VARCHAR", text.fails)

    return write


def _replaced(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    if not constant(nodes[1]):
        raise NotOnServer("replace of an empty text", "leave it out")
    return _text("replace({0}, {1}, {2})")(server, values, nodes)


def _split(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    between, number = str(constant(nodes[1])), int(constant(nodes[2]))
    if not between or number < 1:
        raise NotOnServer("split_part by nothing, or counted from the end", "count from 1")
    text = cast(server, values[0], "VARCHAR")
    return Value(f"split_part({text.sql}, {server.text(between)}, {number})", "VARCHAR", text.fails)


def _concatenated(server: Server, values: list[Value], _: list[Node]) -> Value:
    texts = _texts(server, values)
    filled = [f"coalesce({text.sql}, '')" for text in texts]
    return Value(f"concat({', '.join(filled)})", "VARCHAR", fails_of(texts))


def _with_separator(server: Server, values: list[Value], _: list[Node]) -> Value:
    texts = _texts(server, values)
    return Value(f"concat_ws({', '.join(text.sql for text in texts)})", "VARCHAR", fails_of(texts))


def _joined(server: Server, values: list[Value], _: list[Node]) -> Value:
    texts = _texts(server, values)
    return Value(f"({texts[0].sql} || {texts[1].sql})", "VARCHAR", fails_of(texts))


def _like(*, folded: bool, negated: bool) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        form = str(constant(nodes[1]))
        if "\\" in form:
            raise NotOnServer("a backslash in a pattern of like", "write contains or regexp_matches")
        text = cast(server, values[0], "VARCHAR")
        one, other = text.sql, server.text(form)
        if folded:
            if not form.isascii():
                raise NotOnServer("ilike with letters beyond ASCII", "write lower(…) like '…'")
            one, other = f"({server.folded('lower', one)})", server.text(form.lower())
        return Value(f"({one} {'not ' if negated else ''}like {other})", "BOOLEAN", text.fails)

    return write


def _pattern(server: Server, nodes: list[Node], most: int) -> Pattern:
    if len(nodes) > most:
        raise NotOnServer("options of a pattern", "write the pattern without options, and lower the text first")
    return read_pattern(str(constant(nodes[1])), "postgres" if server.name == "PostgreSQL" else "spark")


def _matched(*, whole: bool) -> Write:
    def write(server: Server, values: list[Value], nodes: list[Node]) -> Value:
        pattern, text = _pattern(server, nodes, 2).text, cast(server, values[0], "VARCHAR")
        end = "$" if server.name == "PostgreSQL" else r"\z"
        return Value(server.matches(text.sql, f"^(?:{pattern}){end}" if whole else pattern), "BOOLEAN", text.fails)

    return write


def _extracted(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    pattern, text = _pattern(server, nodes, 3), cast(server, values[0], "VARCHAR")
    group = int(constant(nodes[2])) if len(nodes) > 2 else 0
    _check_decided(server, pattern)
    groups = sum(token.text == "(" for token in pattern.tokens)
    if group > groups:
        raise NotOnServer(f"group {group} of a pattern that has {groups}", "name a group of the pattern")
    if server.name == "Spark":
        return Value(f"regexp_extract({text.sql}, {server.text(pattern.text)}, {group})", "VARCHAR", text.fails)
    found = f"regexp_match({text.sql}, {server.text(f'({pattern.text})')})"
    there = f"when {text.sql} is not null then coalesce(({found})[{group + 1}], '')"
    return Value(f"(case {there} end)", "VARCHAR", text.fails)


def _replaced_by_pattern(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    pattern, text = _pattern(server, nodes, 4), cast(server, values[0], "VARCHAR")
    put, options = str(constant(nodes[2])), str(constant(nodes[3])) if len(nodes) > 3 else ""
    _check_decided(server, pattern)
    if options not in ("", "g"):
        raise NotOnServer(f"the options {options} of a pattern", "write 'g' or nothing")
    if pattern.can_be_empty() or "\\" in put or "$" in put:
        what = "a pattern that an empty text matches, or a replacement that refers to it"
        raise NotOnServer(what, "write regexp_extract or a pattern of at least one character")
    if server.name == "PostgreSQL":
        arguments = [text.sql, server.text(pattern.text), server.text(put), *([server.text("g")] if options else [])]
        return Value(f"regexp_replace({', '.join(arguments)})", "VARCHAR", text.fails)
    if options:
        sql = f"regexp_replace({text.sql}, {server.text(pattern.text)}, {server.text(put)})"
        return Value(sql, "VARCHAR", text.fails)
    if any(token.kind == "start" for token in pattern.tokens):
        first = server.text(f"({pattern.text})"), server.text(put)
    else:
        first = server.text(f"(?s)^(.*?)(?:{pattern.text})"), server.text("$1" + put)
        # Behind $1 a letter or digit may be taken for more of the group's name.
        if put[:1].isalnum() or put[:1] == "_":
            what = "a replacement of the first match that begins with a letter or digit"
            raise NotOnServer(what, "add the option 'g' if every match is meant")
    return Value(f"regexp_replace({text.sql}, {', '.join(first)})", "VARCHAR", text.fails)


def _check_decided(server: Server, pattern: Pattern) -> None:
    if server.name == "PostgreSQL" and not pattern.is_decided():
        what = "a pattern of which engines take different parts of a text"
        raise NotOnServer(
            what, "write it without | and without parts that can begin with what the one before ends with"
        )


def _formatted(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    form, parts, rest = str(constant(nodes[0])), [], list(values[1:])
    pieces = form.split("{")
    parts.append(server.text(pieces[0]))
    if any("}" in piece for piece in pieces[:1]) or len(pieces) - 1 != len(rest):
        raise NotOnServer(f"the format {form}", "write {} or {:08d} for each value, or ||")
    for piece, value in zip(pieces[1:], rest, strict=True):
        what, closed, after = piece.partition("}")
        digits = what.removeprefix(":0").removesuffix("d")
        if not closed or "}" in after:
            raise NotOnServer(f"the format {form}", "write {} or {:08d} for each value, or ||")
        if what == "":
            parts.append(cast(server, value, "VARCHAR").sql)
        elif what.startswith(":0") and what.endswith("d") and digits.isdigit() and value.base in WHOLE:
            plain = server.cast(f"abs({value.sql})", "VARCHAR")
            wide = int(digits)
            for sign, test, width in (("-", "<", wide - 1), ("", ">=", wide)):
                parts_of = f"'{sign}' || case when length({plain}) < {width} then lpad({plain}, {width}, '0')"
                whole = f"when {value.sql} {test} 0 then {parts_of} else {plain} end"
                parts.append(whole)
            negative, positive = parts.pop(-2), parts.pop()
            parts.append(f"case {negative} {positive} end")
        else:
            raise NotOnServer(f"the format {form}", "write {} or {:08d} for each value, or ||")
        parts.append(server.text(after))
    return Value(f"({' || '.join(parts)})", "VARCHAR", fails_of(rest))


def _hash(server: Server, values: list[Value], _: list[Node]) -> Value:
    (text,) = _texts(server, values)
    if server.name == "Spark":
        return Value(f"sha2({text.sql}, 256)", "VARCHAR", text.fails)
    return Value(f"encode(sha256(convert_to({text.sql}, 'UTF8')), 'hex')", "VARCHAR", text.fails)


def _exact(server: Server, values: list[Value], what: str) -> None:
    if any(value.base not in _EXACT for value in values):
        raise NotOnServer(what, "cast the numbers to integer or decimal")


def _arithmetic(operator: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        if len(values) == 1:
            _exact(server, values, f"{operator} of what is no number")
            return Value(f"({operator}{values[0].sql})", values[0].type, fails_of(values))
        bases = [value.base for value in values]
        if operator in "+-" and bases[0] == "DATE" and bases[1] in WHOLE:
            days = server.cast(values[1].sql, "INTEGER")
            sql = f"({values[0].sql} {operator} {days})" if server.name == "PostgreSQL" else (
                f"date_{'add' if operator == '+' else 'sub'}({values[0].sql}, {days})")  # fmt: skip
            return Value(sql, "DATE", fails_of(values))
        if operator == "-" and bases == ["DATE", "DATE"]:
            days = f"({values[0].sql} - {values[1].sql})"
            if server.name == "Spark":
                days = f"datediff({values[0].sql}, {values[1].sql})"
            return Value(server.cast(days, "BIGINT"), "BIGINT", fails_of(values))
        if operator in "+-" and bases[0] in MOMENTS | {ZONED} and bases[1] == "INTERVAL":
            moment = cast(server, values[0], "TIMESTAMP")
            return Value(f"({moment.sql} {operator} {values[1].sql})", "TIMESTAMP", fails_of([moment, values[1]]))
        if any(base not in WHOLE for base in bases):
            raise NotOnServer(f"{operator} between {' and '.join(value.type.lower() for value in values)}",
                              "cast both to whole numbers, or use the dialect of the server")  # fmt: skip
        # As wide as a whole number can be, so that what DuckDB stops at is found by its limits.
        one, other = (server.cast(value.sql, "DECIMAL(38, 0)") for value in values)
        return Value(f"({one} {operator} {other})", "HUGEINT", fails_of(values))

    return write


def _divided(server: Server, values: list[Value], _: list[Node]) -> Value:
    if any(value.base not in _EXACT | {"DOUBLE"} for value in values):
        raise NotOnServer("a division of what is no number", "cast both to numbers")
    one, other = (server.cast(value.sql, "DOUBLE") for value in values)
    # DuckDB gives an infinite number, which no column of the model takes.
    nought = f"coalesce({values[1].sql} = 0 and {values[0].sql} is not null, false)"
    safe = f"case when {values[1].sql} <> 0 then {one} / {other} end"
    return Value(f"({safe})", "DOUBLE", any_of(fails_of(values), nought))


def _whole_divided(operator: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        if any(value.base not in WHOLE for value in values):
            raise NotOnServer(f"{operator} of what is no whole number", "cast both to integer")
        one, other = (server.cast(value.sql, "BIGINT") for value in values)
        sign = {"//": "/" if server.name == "PostgreSQL" else "div", "%": "%"}[operator]
        sql = f"(case when {values[1].sql} <> 0 then {one} {sign} {other} end)"
        return Value(sql, "BIGINT", fails_of(values))

    return write


def _rounded(server: Server, values: list[Value], nodes: list[Node]) -> Value:
    _exact(server, values[:1], "round of a floating number")
    places = int(constant(nodes[1])) if len(nodes) > 1 else 0
    if places < 0:
        raise NotOnServer("round to tens and hundreds", "divide first")
    if values[0].base in WHOLE:
        return Value(values[0].sql, values[0].type, values[0].fails)
    return Value(server.rounded(values[0].sql, places), "DECIMAL(38,18)", fails_of(values))


def _to_whole(function: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        _exact(server, values, f"{function} of a floating number")
        return Value(f"{function}({values[0].sql})", "DECIMAL(38,0)", values[0].fails)

    return write


def _absolute(server: Server, values: list[Value], _: list[Node]) -> Value:
    _exact(server, values, "abs of a floating number")
    return Value(f"abs({values[0].sql})", values[0].type, values[0].fails)


def _signed(server: Server, values: list[Value], _: list[Node]) -> Value:
    _exact(server, values, "sign of a floating number")
    return Value(server.cast(f"sign({values[0].sql})", "TINYINT"), "TINYINT", values[0].fails)


def _extreme(function: str) -> Write:
    def write(server: Server, values: list[Value], _: list[Node]) -> Value:
        if len({value.type for value in values}) != 1 or values[0].base in ("DOUBLE", "FLOAT"):
            raise NotOnServer(f"{function} of different types or floating numbers", "cast them to one type")
        return Value(f"{function}({', '.join(value.sql for value in values)})", values[0].type, fails_of(values))

    return write


def _null_if(server: Server, values: list[Value], _: list[Node]) -> Value:
    one, other = values[0], cast(server, values[1], values[0].type)
    return Value(f"nullif({one.sql}, {other.sql})", one.type, fails_of([one, other]))


FUNCTIONS: dict[str, Write] = {
    **dict.fromkeys(("lower", "lcase"), _folded("lower")),
    **dict.fromkeys(("upper", "ucase"), _folded("upper")),
    "trim": _trimmed("both"),
    "ltrim": _trimmed("leading"),
    "rtrim": _trimmed("trailing"),
    **dict.fromkeys(("substr", "substring"), _substring),
    "left": _side("left"),
    "right": _side("right"),
    "lpad": _padded("lpad"),
    "rpad": _padded("rpad"),
    "replace": _replaced,
    "split_part": _split,
    "concat": _concatenated,
    "concat_ws": _with_separator,
    "||": _joined,
    "contains": _text("(position({1} in {0}) > 0)", "BOOLEAN"),
    **dict.fromkeys(("starts_with", "prefix", "^@"), _text("(left({0}, length({1})) = {1})", "BOOLEAN")),
    **dict.fromkeys(("ends_with", "suffix"), _text("(right({0}, length({1})) = {1})", "BOOLEAN")),
    **dict.fromkeys(
        ("length", "len", "char_length", "character_length"), _text("cast(char_length({0}) as bigint)", "BIGINT")
    ),
    **dict.fromkeys(("strlen",), _text("cast(octet_length({0}) as bigint)", "BIGINT")),
    **dict.fromkeys(("instr", "strpos", "position"), _text("cast(position({1} in {0}) as bigint)", "BIGINT")),
    "md5": _text("md5({0})"),
    "sha256": _hash,
    "format": _formatted,
    "~~": _like(folded=False, negated=False),
    "!~~": _like(folded=False, negated=True),
    "~~*": _like(folded=True, negated=False),
    "!~~*": _like(folded=True, negated=True),
    "regexp_matches": _matched(whole=False),
    "regexp_full_match": _matched(whole=True),
    "regexp_extract": _extracted,
    "regexp_replace": _replaced_by_pattern,
    **{operator: _arithmetic(operator) for operator in "+-*"},
    "/": _divided,
    "//": _whole_divided("//"),
    **dict.fromkeys(("%", "mod"), _whole_divided("%")),
    "abs": _absolute,
    "sign": _signed,
    "round": _rounded,
    "floor": _to_whole("floor"),
    **dict.fromkeys(("ceil", "ceiling"), _to_whole("ceil")),
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "nullif": _null_if,
    **MOMENT_FUNCTIONS,
}
