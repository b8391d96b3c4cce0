"""What names or reaches a person has a shape: an address, a handle, a telephone number, a postcode, a name."""

from __future__ import annotations

SHAPES = {
    "an e-mail address or a handle": r"\w@|@\w",
    "a web address": r"(?i:://|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|uk|io|me|tv|gg|app|info|social|page)\b)",
    "a telephone number": (
        r"(?<![\w-])(?!\d{1,2}[-.]\d{1,2}[-.]\d{2,4})"
        r"(?:(?:\+|00)[ ]?\d(?:[ ().-]{0,2}\d){8,13}|\(?0[1-35789](?:[ ().-]{0,2}\d){8,9}|44[1-9]\d{8,9})(?![\w-])"
    ),
    "a postcode": (
        r"(?i:(?<![\w-])(?:[a-z]{1,2}\d[a-z\d]?)[ ]?"
        r"(?!1st|2nd|3rd|\dth)\d[abd-hjlnp-uw-z]{2}(?![\w-]))"
    ),
}
NAME_SHAPE = r"(?<!\w)[A-Z][a-z’'-]+[ ,]+(?:[A-Z]\.? )?[A-Z][a-z’'-]+|\b(?:Mr|Mrs|Ms|Miss|Dr|Sir)\.? [A-Z]"
