"""The portal: three sections of one register, with no rules of its own.

`portal(register, config)` returns an ASGI application (Starlette, Jinja, the components of the GOV.UK Design System);
`serve` runs it. Everything works without scripts; nothing is fetched from another host.

How it is laid out:

- `_portal`: the factory, and the steps of each request in order. `_visit`: one request. `_state`: what all requests
  share. `_guard`: hosts, sizes, headers. `_pace`: rate limits. `_shares`: turns. `_statuses`: error pages.
  Connections, and the client behind each proxy, are in `overt.web.serving`.
- `_action`: what an action is. Each page and each form is one `Action`: a name, a section, a route, its fields, and a
  plain function from an `Ask` to a `Page` (a template and its data), a `Sent` (done, then redirect) or a `Plain` file.
  A browser gets the page; a program that accepts JSON gets the same `data`. `_openapi` is made from the actions.
  A field that fills a column of the model is made from the column: `FormField.of(ENTRY.grounds, …)`.
- `roles.csv`: role × action, the only place that defines what each role may do. An action that is not in it is refused.
- `_desk`: the register; `ask.desk.reading()` gives one of several readers, `ask.desk.writing()` the gate, in turn.
- `_journal`: the access log, one line for each attempt, allowed or not, in a chain of digests; and the server's log.
- `_session`, `_signin`, `_oidc`: identity. All processes know every session, and none can be read without its cookie.
- `overt.web`: what every application with pages shares. `_forms`: forms, read strictly. `_faults`: errors in forms.
  `_answers`: what a page answers. `_pages`: how a page is made. `_receiving`: slow and large bodies.
- `_forms`: where a form was sent from. `_cache`: public pages, kept for a few seconds.
- `public/`, `staff/`, `oversight/`: the sections. Each has `ACTIONS` in its `__init__` and a folder `templates`.

To add a page: write a function in a section's folder, a template that extends `shared/base.html` (or
`shared/form.html` for a form of one action), an `Action` in the section's `ACTIONS`, and its row in `roles.csv`.
Functions run in a thread and may block. Templates can use the Design System's macros by name (`govukButton`), and the
filters `day`, `moment`, `words`, `sentence`, `percent`, `listed` and `verdict`. A `Refusal` becomes a page.

Consulting an entry is a record of the register: `staff/` asks for a reason first, and the gate admits an `access` row.
`_journal` explains what the access log of the portal contains as well, and why.
"""

from overt.web.portal._action import Action, Face
from overt.web.portal._config import LocalPerson, OpenID, PortalConfig, check_served, read_config
from overt.web.portal._journal import ServerLog
from overt.web.portal._openapi import openapi
from overt.web.portal._portal import all_actions, portal
from overt.web.portal._provider import check_provider
from overt.web.portal._reference import settings_page
from overt.web.portal._roles import ANYONE, ROLES, row_of, table
from overt.web.portal._server import serve, serve_on
from overt.web.portal._signin import hash_password
from overt.web.portal._traces import traced, tracer_to_collector
from overt.web.portal._unit import Unit

__all__ = [
    "ANYONE",
    "ROLES",
    "Action",
    "Face",
    "LocalPerson",
    "OpenID",
    "PortalConfig",
    "ServerLog",
    "Unit",
    "all_actions",
    "check_provider",
    "check_served",
    "hash_password",
    "openapi",
    "portal",
    "read_config",
    "row_of",
    "serve",
    "serve_on",
    "settings_page",
    "table",
    "traced",
    "tracer_to_collector",
]
