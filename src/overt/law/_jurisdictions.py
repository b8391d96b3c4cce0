"""Where a law holds: each jurisdiction, and the wider one whose law holds there too."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Name, and the code of the wider jurisdiction. Codes are those of ISO 3166; GB-EAW is England and Wales (BS 6879).
JURISDICTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "UN": ("the United Nations", ""),
        "COE": ("the Council of Europe", "UN"),
        "EU": ("the European Union", "COE"),
        "DE": ("Germany", "EU"),
        "FR": ("France", "EU"),
        "GB": ("the United Kingdom", "COE"),
        "GB-EAW": ("England and Wales", "GB"),
        "GB-ENG": ("England", "GB-EAW"),
        "GB-WLS": ("Wales", "GB-EAW"),
        "GB-SCT": ("Scotland", "GB"),
        "GB-NIR": ("Northern Ireland", "GB"),
        "US": ("the United States", ""),
        "US-CA": ("California", "US"),
        "US-MA": ("Massachusetts", "US"),
        "US-NY": ("New York", "US"),
    }
)


def place_of(code: str) -> str:
    """The jurisdiction by its name; a code that is not known stands for itself."""
    return JURISDICTIONS[code][0] if code in JURISDICTIONS else code


def speaks_for(law: str, place: str) -> bool:
    """Whether the law of jurisdiction `law` holds in jurisdiction `place`; what has none (a charter) holds anywhere."""
    while place and place != law:
        place = JURISDICTIONS[place][1]
    return not law or place == law
