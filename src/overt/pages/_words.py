"""How figures and names are put in words, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence

_LEAST = 1e-300
# The identity codes of the Police National Computer.
IDENTITY_CODES = {
    "IC1": "White, North European",
    "IC2": "White, South European",
    "IC3": "Black",
    "IC4": "Asian",
    "IC5": "Chinese, Japanese or other South-East Asian",
    "IC6": "Arab or North African",
    "IC9": "not known",
}
"""What each code for the ethnicity that an officer saw means."""


def percent(share: float | None) -> str:
    """A share in per cent; never 0% for some, never 100% for less than all."""
    if share is None:
        return ""
    if 0 < share < 0.001:
        return "less than 0.1%"
    if 0.999 < share < 1:
        return "more than 99.9%"
    return f"{share:.0%}" if share in {0, 1} else f"{share:.1%}"


def p_value(value: float | None) -> float | str | None:
    """A probability is never nothing: what is too small for the machine is said to be below what it can hold."""
    return f"< {_LEAST:g}" if value is not None and value < _LEAST else value


def p_words(value: float) -> str:
    """A probability in a sentence, to two places, or that it is below one in a thousand."""
    return "< 0.001" if value < 0.001 else f"= {value:.2g}"


def verdict_words(value: str) -> str:
    """A verdict as people read it: a control that could not be run has not failed the register."""
    return "not run (error)" if value == "failed" else value


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names in a row, with "and" before the last."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def some(names: Sequence[str], most: int) -> str:
    """The first of many names in a row, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def clip(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer than `length`."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def opening(text: str) -> str:
    """The text as a sentence: with a capital first and a full stop at the end."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "?", "!", "”")) or not whole else f"{whole}."
