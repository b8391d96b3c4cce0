"""Values of other programs, stored as JSON beside the scripts that made them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def stored(name: str) -> Any:
    """The values that `name.R` wrote."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
