"""Words of the synthetic registers. Every place is invented, and nobody has a name."""

from __future__ import annotations

from overt.synthetic._numbers import Chance, numbered

BOROUGHS = (
    "Barking and Dagenham", "Barnet", "Bexley", "Brent", "Bromley", "Camden", "Croydon", "Ealing", "Enfield",
    "Greenwich", "Hackney", "Hammersmith and Fulham", "Haringey", "Harrow", "Havering", "Hillingdon", "Hounslow",
    "Islington", "Kensington and Chelsea", "Kingston upon Thames", "Lambeth", "Lewisham", "Merton", "Newham",
    "Redbridge", "Richmond upon Thames", "Southwark", "Sutton", "Tower Hamlets", "Waltham Forest", "Wandsworth",
    "Westminster",
)  # fmt: skip

PLACES = (
    "Alder Walk", "Almond Steps", "Anchor Green", "Barley Court", "Beacon Yard", "Birch Parade", "Bramble Lane",
    "Candle Row", "Cedar Point", "Chalk Bridge", "Clover Street", "Copper Square", "Damson Close", "Elder Cross",
    "Fennel Way", "Flint Market", "Gable End", "Garnet Road", "Hazel Wharf", "Heron Gate", "Indigo Mews",
    "Jasper Hill", "Kestrel Fields", "Lantern Park", "Linden Arches", "Maple Stairs", "Mill Hollow", "Nettle Bank",
    "Oak Terrace", "Pebble Street", "Quarry Lane", "Reed Meadow", "Rowan Court", "Saffron Yard", "Slate Gardens",
    "Thistle Green", "Umber Road", "Violet Passage", "Willow Depot", "Yarrow Street",
)  # fmt: skip

_GROUNDS = (
    ("Named by two sources as one of the group at ", " since ", "; report "),
    ("Arrested at ", " with others of the group on ", "; crime number "),
    ("Seen at ", " with people already listed, on ", "; observation "),
    ("A partner raised a concern about ", " at the meeting of ", "; minute "),
    ("Carried a knife at ", " when stopped on ", "; crime number "),
    ("Threatened the group at ", " in words recorded on ", "; capture "),
)
_REASONS = (
    ("Still seen with the group at ", "; the risk is as it was, see note "),
    ("A new report from ", " supports the listing, see note "),
    ("The panel heard the unit from ", " and agreed to keep the entry, see note "),
    ("Weighed against the time since the last event at ", "; kept for now, see note "),
)


def grounds(chance: Chance) -> str:
    """SQL for why a person is listed: no two entries have the same text."""
    places = chance.pick("place", PLACES)
    cases = [
        f"when {number} then '{start}' || {places} || '{middle}' || opened_on || '{end}' || {numbered('p')}"
        for number, (start, middle, end) in enumerate(_GROUNDS)
    ]
    return f"case {chance.below('grounds', len(_GROUNDS))} {' '.join(cases)} end"


def reason(chance: Chance, name: str) -> str:
    """SQL for why an entry was kept at a review: no two reviews have the same text."""
    places = chance.pick(f"{name} place", PLACES)
    cases = [
        f"when {number} then '{start}' || {places} || '{end}' || {numbered('p')} || ' {name}'"
        for number, (start, end) in enumerate(_REASONS)
    ]
    return f"case {chance.below(f'{name} reason', len(_REASONS))} {' '.join(cases)} end"
