"""Studio: the whole audit in a browser on one computer, with no rules of its own.

`open_studio` and `run_studio` serve it on loopback, for the person who follows the link that is printed. Three
processes: this one makes pages and holds no data, the engine holds the loaded source, and each audit has one of its
own. Everything works without scripts; nothing is fetched from another host or sent there.

How it is laid out:

- `_app`: the routes, behind `_guard`; `_keys`: the one-time link, the cookie, the token of forms. `_visit`: one
  request. `_studio`: what all requests share. `_server`: how it is run. `_uploads`: files that come with a form.
- `_project`: a project's folder and its lock. `_kept`: the files in it, with their schemas. `_history`: every state of
  them. `_source`: its source, as the functions of an audit take it. `_remembered`: the folders of projects, if the
  person wants that.
- `_engine`: the process that answers questions about the source; `_engine_asks`: what it can be asked;
  `_engine_inside`: its loop.
- `_action`: what a page is. `pages/`: the pages, in one table in its `__init__`. `templates/`: their templates.

To add a page: write a module in `pages/` with functions from a `StudioAsk` to a `Page` (a template and its data), a
`Sent` (done, go on to an address) or a `Plain` (a file), and its `ACTIONS`; add them to the table. A template extends
`shared/base.html`; each form in it begins with `{{ sent(csrf, at) }}` from `studio/parts.html`. `pages/projects.py` is
an example. A form whose fields are at fault never reaches its function: the page is shown again with status 422 and
`faults`. A function refuses more by raising `NotTaken` with faults of fields, or a `Refusal`, which stands at the top.
A choice is kept by `ask.change(words, keys, edit)`, `ask.project.set` or `ask.project.choose` with `seen=ask.seen`;
where another tab changed one of the keys, the person is asked which version counts. For a step of the audit, add a
`Step` to `STEPS`: its state is told from the project alone, without the engine.

To add an ask of the engine: add its function and its row to `ASKS` in `_engine_asks`, and call
`ask.engine.ask("name", **arguments)`, or `ask.engine.begin(...)` for what takes long: while it runs, every page that
asks the engine shows how far it is instead. Answers are JSON, and hold no value that may not be shown.

A part of a page that htmx replaces is a block named `region_…`, sent alone to a request with its name in `HX-Target`.
"""

from overt.web.studio._app import studio_app
from overt.web.studio._engine import EngineSettings
from overt.web.studio._kept import schemas
from overt.web.studio._server import open_studio, run_studio
from overt.web.studio._studio import Studio

__all__ = ["EngineSettings", "Studio", "open_studio", "run_studio", "schemas", "studio_app"]
