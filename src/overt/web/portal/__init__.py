"""The portal: three faces of one register, and no rule of its own.

`portal(register, config)` gives an ASGI application (Starlette, Jinja, the components of the GOV.UK Design System);
`serve` runs it. Without script everything works; nothing is fetched from another host.

How it is laid out:

- `_portal`: the factory, and the order in which each request is taken. `_visit`: one request. `_state`: what all
  requests share. `_guard`: hosts, sizes, slow bodies, headers. `_pace`: how often. `_shares`: whose turn it is.
  `_statuses`, `_faults`: what a page says went wrong. Connections, and who asks behind which proxy, are in
  `overt.web.serving`.
- `_action`: what an action is. Each page and each form is one `Action`: a name, a face, a route, its fields, and a
  plain function from an `Ask` to a `Shown` (a template and its data), a `Sent` (done, go on there) or a `Plain` file.
  A browser gets the page; a program that accepts JSON gets the same `data`. `_openapi` is made from the actions.
- `roles.csv`: role × action, the single place where what each role may do stands. What is not in it nobody may do.
- `_desk`: the register; `ask.desk.reading()` gives one of several readers, `ask.desk.writing()` the gate, in turn.
- `_journal`: the access log, a line for each attempt, allowed or not, in a chain of digests; and the server's own log.
- `_session`, `_signin`, `_oidc`: who it is. A restart signs everybody out; nothing of a session is on a disk.
- `_forms`: what a form may hold, read strictly. `_pages`: how a page is made. `_cache`: public pages for a few seconds.
- `public/`, `staff/`, `oversight/`: the faces. Each has `ACTIONS` in its `__init__` and a folder `templates`.

To add a page: write a function in a face's folder, a template beside it that extends `shared/base.html` (or
`shared/form.html` for a form of one action), an `Action` in the face's `ACTIONS`, and its row in `roles.csv`. Functions
run in a thread and may block. In templates the Design System's macros are there by their names (`govukButton`), and so
are `day`, `moment`, `words`, `sentence`, `percent` and `listed` as filters. A `Refusal` that is raised becomes a page.

A consult of an entry is a record of the register: `staff/` asks why first, and has the gate admit an `access` row. What
the access log of the portal holds besides, and why, is in `_journal`.
"""

from overt.web.portal._action import Action, Answer, Ask, Face, Fault, Field, Kind, Plain, Sent, Shown, Who
from overt.web.portal._config import LocalPerson, OpenID, PortalConfig, check_served, read_config
from overt.web.portal._desk import Desk
from overt.web.portal._journal import AccessLog, Attempt, ServerLog
from overt.web.portal._openapi import openapi
from overt.web.portal._portal import all_actions, portal
from overt.web.portal._roles import ANYONE, ROLES, may, row_of, table
from overt.web.portal._server import serve
from overt.web.portal._signin import hash_password
from overt.web.portal._traces import traced, tracer_to_collector

__all__ = [
    "ANYONE",
    "ROLES",
    "AccessLog",
    "Action",
    "Answer",
    "Ask",
    "Attempt",
    "Desk",
    "Face",
    "Fault",
    "Field",
    "Kind",
    "LocalPerson",
    "OpenID",
    "Plain",
    "PortalConfig",
    "Sent",
    "ServerLog",
    "Shown",
    "Who",
    "all_actions",
    "check_served",
    "hash_password",
    "may",
    "openapi",
    "portal",
    "read_config",
    "row_of",
    "serve",
    "table",
    "traced",
    "tracer_to_collector",
]
