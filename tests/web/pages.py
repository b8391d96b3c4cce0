"""What is wrong with a page as somebody reads it: markup shown as text, and errors that do not help.

It knows nothing of how pages are made: it reads HTML, as a browser does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import html5lib

# `<` with the name of an element behind it, in what a reader sees. People write "a < b", never "<strong".
_SHOWN_TAG = re.compile(r"</?(?:[a-z]+[1-6]?)(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|#\d+);", re.IGNORECASE)
_NAMESPACE = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Form:
    """A form of a page: where it is sent, how, and what its fields hold as they stand."""

    action: str
    method: str
    encoding: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


def parse(html: str) -> Any:
    """The page as a tree."""
    return html5lib.parse(html, namespaceHTMLElements=True)


def text_of(node: Any) -> str:
    """What a reader sees of a part of a page."""
    return " ".join("".join(node.itertext()).split())


def _all(tree: Any, *names: str) -> Iterator[Any]:
    for name in names:
        yield from tree.iter(f"{_NAMESPACE}{name}")


def forms(html: str) -> list[Form]:
    """Every form of a page, filled in as it came."""
    found = []
    for node in _all(parse(html), "form"):
        made = Form(node.get("action", ""), node.get("method", "get").lower(), node.get("enctype", ""))
        for each in _all(node, "input", "textarea", "select"):
            name, kind = each.get("name"), each.get("type", each.tag.removeprefix(_NAMESPACE))
            if name:
                made.kinds[name] = kind
                if kind in ("hidden", "text", "password"):
                    made.fields[name] = each.get("value", "")
        found.append(made)
    return found


def links(html: str) -> list[str]:
    """The addresses on the same server that a page leads to."""
    found = (each.get("href", "") for each in _all(parse(html), "a"))
    return [each.partition("#")[0] for each in found if each.startswith("/") and not each.startswith("//")]


def markup_shown(html: str) -> list[str]:
    """Tags and character references that a reader sees as text."""
    tree = parse(html)
    for each in [*_all(tree, "style", "script", "pre", "textarea")]:
        each.text = ""
    body = next(_all(tree, "body"))
    return [each.group(0) for each in _SHOWN_TAG.finditer(" ".join(body.itertext()))]


def errors_that_do_not_help(html: str) -> list[str]:
    """What is wrong with the errors of a page: a summary with nothing in it, two alike, one that leads nowhere."""
    tree = parse(html)
    summaries = [each for each in tree.iter() if "govuk-error-summary" in (each.get("class") or "").split()]
    messages = [each for each in tree.iter() if "govuk-error-message" in (each.get("class") or "").split()]
    idents = {each.get("id") for each in tree.iter() if each.get("id")}
    found = []
    if messages and not summaries:
        found.append("errors at fields and no summary")
    # A refusal of the whole request is a list of what happened, where, and what to do: it is of no field.
    for summary in (each for each in summaries if not list(_all(each, "dl"))):
        items = list(_all(summary, "li"))
        if not items:
            found.append("a summary with nothing in it")
        texts = [text_of(each) for each in items]
        found += ["an empty line in the summary" for each in texts if not each]
        found += [f"{count} times: {text}" for text, count in Counter(texts).items() if count > 1]
        for each in _all(summary, "a"):
            if each.get("href", "").removeprefix("#") not in idents:
                found.append(f"leads nowhere: {each.get('href')}: {text_of(each)}")
        if len(items) != len(list(_all(summary, "a"))):
            found.append("a line of the summary that leads nowhere")
    return found + ["an empty error" for each in messages if not text_of(each).removeprefix("Error:").strip()]
