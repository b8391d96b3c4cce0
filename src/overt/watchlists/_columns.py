"""Which columns of a corpus are refused: those that would say who wrote a text, where, or when.

The bench needs sentences and labels. A column that names an author or a place in time has no use
here, and a corpus that carries one can be turned on people; it is refused until it is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

AUTHOR, CONTACT, PLACE, MOMENT, POST = "an author", "an e-mail or a number", "a place", "a date or a time", "a post"

# Whole names of columns, folded to words with a space between.
_WHOLE = {
    AUTHOR: ("name", "full name", "first name", "last name", "display name", "real name", "names", "sender"),
    PLACE: ("lat", "lon", "lng", "geo", "place", "city", "town", "ip", "zip"),
    MOMENT: ("when", "day", "created", "posted", "published", "date of birth", "dob"),
    POST: ("url", "link", "permalink", "status id", "tweet id", "post id", "message id", "video id"),
}  # fmt: skip
# Words that tell wherever they stand in a name.
_WORDS = {
    AUTHOR: (
        "author", "authors", "user", "users", "username", "usernames", "userid", "uid", "screenname", "handle",
        "handles", "account", "accounts", "nickname", "nick", "alias", "surname", "forename",
        "firstname", "lastname", "fullname",
        "poster", "tweeter", "uploader", "speaker", "profile", "avatar",
    ),
    CONTACT: ("email", "emails", "mail", "phone", "telephone", "mobile", "msisdn", "imei"),
    PLACE: (
        "location", "locations", "latitude", "longitude", "coordinates", "coords", "geotag", "geolocation", "address",
        "postcode", "postcodes", "zipcode", "gps",
    ),
    MOMENT: ("date", "dates", "time", "times", "datetime", "timestamp", "timestamps", "birthday"),
    POST: ("permalink", "tweetid"),
}  # fmt: skip
_PAIRS = {"e mail": CONTACT, "created at": MOMENT, "posted at": MOMENT, "screen name": AUTHOR, "user name": AUTHOR}

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HANDLE = re.compile(r"@\w[\w.\-]{0,40}(@[\w.\-]+)?")
_TIME_OF_DAY = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]m)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    rf"([t ]\s*{_TIME_OF_DAY})?|{_TIME_OF_DAY}"
    r"|(mon|tue|wed|thu|fri|sat|sun)\w*,? (\d{1,2} )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* .*\d{4}.*"
    r"|\d{1,2} (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{4}.*"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{1,2},? \d{4}.*",
    re.IGNORECASE,
)
_COORDINATES = re.compile(
    r"[\[({]?\s*-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}\s*[\])}]?|POINT ?\(.*\)", re.IGNORECASE
)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_LINK = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
# Seconds or milliseconds since 1970, and the long numbers that platforms give to posts and accounts.
_EPOCH = re.compile(r"1\d{9}(\d{3})?(\.\d+)?")
_POST_NUMBER = re.compile(r"\d{17,20}")
# The same inside a text. `b@d` is a word in disguise; `@user` is what corpora put in a handle's place.
_INSIDE = re.compile(
    r"(?<![\w@.])(?:@(?!(?:user|username|mention|handle|name|anon|someone)\b)[\w][\w.\-]{1,40}(?:@[\w.\-]+)?"
    r"|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|(?:https?://|www\.)\S+)",
    re.IGNORECASE,
)
_SHAPES = (
    (_EPOCH, MOMENT),
    (_POST_NUMBER, POST),
    (_EMAIL, CONTACT),
    (_HANDLE, AUTHOR),
    (_MOMENT, MOMENT),
    (_COORDINATES, PLACE),
    (_POSTCODE, PLACE),
    (_LINK, POST),
)
# One in so many values of a column is enough; a text may quote a date or a handle and be a text still.
ENOUGH, ENOUGH_OF_TEXT = 0.01, 0.5


def told_by_name(column: str, *, is_text: bool = False) -> str | None:
    """What a column says of who wrote a text, by its name; `None` where it says nothing.

    The column of the texts may be called `user comment`, but not `user`.
    """
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column)
    words = re.sub(r"[\W_]+", " ", parted).strip().casefold().split()
    if is_text and len(words) > 1:
        return None
    whole, paired = " ".join(words), {f"{one} {two}" for one, two in pairwise(words)}
    for what, names in _WHOLE.items():
        if whole in names:
            return what
    for what, names in _WORDS.items():
        if set(words) & set(names):
            return what
    return next((what for pair, what in _PAIRS.items() if pair in paired), None)


class Shapes:
    """What the values of one column look like, as they go by; the values themselves are not kept."""

    def __init__(self, *, is_text: bool = False) -> None:
        self._enough = ENOUGH_OF_TEXT if is_text else ENOUGH
        self._is_text = is_text
        self._seen = 0
        self._inside = 0
        self._found: dict[str, int] = {}

    def see(self, values: Iterable[str]) -> None:
        """Looks at some values."""
        for value in values:
            text = value.strip()
            if not text:
                continue
            self._seen += 1
            self._inside += self._is_text and _INSIDE.search(text) is not None
            what = shape(text) if len(text) <= 200 else None
            if what:
                self._found[what] = self._found.get(what, 0) + 1

    def told(self) -> str | None:
        """What the values say of who wrote a text; `None` where they say nothing."""
        what, count = max(self._found.items(), key=lambda item: item[1], default=("", 0))
        return what if count and count >= self._enough * self._seen else None

    def leads_to_somebody(self) -> bool:
        """Whether one in a hundred texts holds a handle, an e-mail address or a link."""
        return self._inside > 0 and self._inside >= ENOUGH * self._seen


def masked(text: str) -> str:
    """A text with a bare @ in the place of each handle, e-mail address and link."""
    return _INSIDE.sub("@", text)


def shape(text: str) -> str | None:
    """What a single value looks like."""
    return next((what for pattern, what in _SHAPES if pattern.fullmatch(text)), None)
