"""Where a person goes after sign-in: the page they asked for, if it is one of this portal, or their first page."""

from __future__ import annotations

import re

from overt.web.portal._action import StaffMember

_PAGE = re.compile(r"/(?:staff|oversight)(?:/[A-Za-z0-9._:~-]+)*/?")
_FIRST = {"inspector": "/oversight"}


def first_page(who: StaffMember) -> str:
    """The first page of a person."""
    return next((page for role, page in _FIRST.items() if who.roles == (role,)), "/staff")


def page_of_ours(page: str) -> str:
    """The page asked for, if it is one of a signed-in person's; nothing otherwise."""
    return page if _PAGE.fullmatch(page) and "//" not in page and ".." not in page else ""
