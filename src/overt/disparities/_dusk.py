"""When it is dark at a place: sunset and the end of civil dusk of a day, by the library `astral` (extra `darkness`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from overt.refusals import Refusal

OPTION = "--darkness"
_WANTED = "LATITUDE,LONGITUDE,ZONE in degrees and as in the time zone database, such as 51.51,-0.13,Europe/London"
# At the end of civil dusk the centre of the sun is so many degrees below the horizon.
_DEPRESSION = 6
# No place keeps time so many hours away from that of its own sun.
_FARTHEST = 4.5


@dataclass(frozen=True)
class DuskPlace:
    """A place, in degrees north and east, and the clock that is kept there."""

    latitude: float
    longitude: float
    zone: ZoneInfo

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment in UTC, with or without saying so, by the clock of the place."""
        known = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return known.astimezone(self.zone)

    def offset(self, day: dt.date) -> dt.timedelta:
        """How far the clock is before UTC at noon of a day."""
        return dt.datetime.combine(day, dt.time(12), self.zone).utcoffset() or dt.timedelta()


@dataclass(frozen=True)
class Twilight:
    """Sunset and the end of civil dusk of one day, in minutes after local midnight."""

    sunset: float
    dusk: float


def find_place(text: str) -> DuskPlace:
    """The place that is named. Refuses one that is not on earth, and a time zone that is unknown or far from it."""
    parts = [part.strip() for part in text.split(",")]
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        (name,) = parts[2:]
    except (ValueError, IndexError):
        raise Refusal("disparity-option", OPTION, text, _WANTED) from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        fault = f"{latitude:g} degrees north, {longitude:g} degrees east"
        raise Refusal("disparity-option", OPTION, fault, "a latitude from -90 to 90, a longitude from -180 to 180")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wanted = "a name in the time zone database, such as Europe/London"
        raise Refusal("disparity-option", OPTION, f"the time zone {name or 'is empty'}", wanted) from None
    place = DuskPlace(latitude, longitude, zone)
    hours = place.offset(dt.date(2025, 1, 1)) / dt.timedelta(hours=1) - longitude / 15
    if abs((hours + 12) % 24 - 12) > _FARTHEST:
        fault = f"noon by the clock of {name} is more than {_FARTHEST:g} hours from noon by the sun"
        remedy = "give the time zone of the place; west of Greenwich and south of the equator are negative"
        raise Refusal("disparity-option", OPTION, fault, "the time zone of the place", remedy)
    return place


def twilights(place: DuskPlace, days: Iterable[dt.date]) -> dict[dt.date, Twilight]:
    """Sunset and the end of dusk of these days.

    Refuses a place where the sun does not set on one of them, or dusk does not end before midnight; and refuses without
    the extra.
    """
    try:
        from astral import Observer  # noqa: PLC0415  # an extra
        from astral.sun import dusk, sunset  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise without_extra(error) from None
    observer = Observer(place.latitude, place.longitude)
    found = {}
    for day in days:
        try:
            ends: tuple[dt.datetime, ...] = (
                sunset(observer, day, tzinfo=place.zone),
                dusk(observer, day, depression=_DEPRESSION, tzinfo=place.zone),
            )
        except ValueError:
            ends = ()
        if not ends or any(end.date() != day for end in ends) or ends[1] <= ends[0]:
            fault = f"on {day} the sun does not set there, or civil dusk does not end before midnight"
            raise Refusal("disparity-darkness-place", OPTION, fault, "a place with dusk every evening of the year")
        found[day] = Twilight(minute_of(ends[0]), minute_of(ends[1]))
    return found


def without_extra(error: ModuleNotFoundError) -> Refusal:
    """The refusal where a library of the extra is not installed."""
    fault = f"{error.name} is not installed"
    return Refusal("disparity-needs-extra", OPTION, fault, "", "pip install 'overt[darkness]'")


def year_of(year: int) -> list[dt.date]:
    """Every day of a calendar year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return [first + dt.timedelta(number) for number in range((last - first).days + 1)]


def changes_in(place: DuskPlace, year: int) -> list[dt.date]:
    """The days of a year on which the clocks changed."""
    return [day for day in year_of(year) if place.offset(day) != place.offset(day - dt.timedelta(1))]


def minute_of(moment: dt.datetime) -> float:
    """Minutes after midnight, by the clock."""
    return moment.hour * 60 + moment.minute + moment.second / 60


def clock(minute: float) -> str:
    """A minute of the day as 18:05."""
    return f"{int(minute) // 60:02}:{int(minute) % 60:02}"
