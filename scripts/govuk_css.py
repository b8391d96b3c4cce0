"""Makes the portal's copy of govuk-frontend's CSS from its npm package, without what is not ours to use.

    npm pack govuk-frontend@6.3.0 && tar xzf govuk-frontend-6.3.0.tgz
    .venv/bin/python scripts/govuk_css.py package/dist/govuk/govuk-frontend.min.css

The typeface GDS Transport and the crest belong to GOV.UK services alone: the faces are dropped, the typeface is
replaced, and rules that show the crest are taken out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "src/overt/web/static/govuk-frontend.css"


def ours(css: str) -> str:
    """The CSS without typeface, crest and the map of its source."""
    css = re.sub(r"/\*! Copyright \(c\) 2011 by Margaret Calvert.*?\*/", "", css)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "Arial,Helvetica,sans-serif")
    css = re.sub(r"background-image:url\(/assets/images/govuk-crest\.svg\);?", "", css)
    css = re.sub(r"-?-?[a-z-]*mask-image:url\(/assets/images/govuk-crest\.svg\);?", "", css)
    css = re.sub(r"/\*# sourceMappingURL.*?\*/", "", css)
    left = [word for word in ("GDS Transport", "crest.svg", "@font-face", "url(") if word in css]
    if left:
        raise SystemExit(f"still there: {', '.join(left)}")
    return css.strip() + "\n"


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(ours(Path(sys.argv[1]).read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size:,} bytes")
