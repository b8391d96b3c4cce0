"""What the register is: its charter in words, and the history of what it may record."""

from __future__ import annotations

from overt.web._action import Action, Answer, Ask, Face, Shown


def _about(ask: Ask) -> Answer:
    charter = ask.desk.charter()
    return Shown("public/about.html", {"charter": charter})


ACTIONS = (Action("public.about", Face.PUBLIC, "/", "What this register is", _about, nav="This register", cached=True),)
