"""`overt studio`: the whole audit in a browser on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import studio
from overt.cli._output import talk


def studio_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            show_default=False,
            help="File, folder or database to audit. It can also be chosen in Studio.",
        ),
    ] = "",
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            metavar="FOLDER",
            show_default="a folder beside the source",
            help="Folder in which Studio keeps everything. A project that is there is opened where it was left.",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, show_default="any free port", help="Port to listen on.")
    ] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the link and open no browser.")] = False,
) -> None:
    """Audit a register in a browser on this computer, without a command line or SQL.

    Examples:
      overt studio
      overt studio gangs.xlsx

    Studio answers on this computer only, to the person who follows the link that it prints. Nothing is sent elsewhere.
    Everything is kept in the project's folder. Press Ctrl-C to stop, or use the page Stop.
    """
    opened, listening = studio.open_studio(port, source=source, folder=project)
    try:
        studio.run_studio(opened, listening, lambda text: talk.print(text, markup=False), browser=not no_browser)
    except KeyboardInterrupt:
        talk.print("Studio has stopped.")
