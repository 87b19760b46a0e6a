"""``truebox serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.options import DataDirOption, HostOption, make_settings
from server.cli.output import show_note, show_text

EXAMPLE = "Example: [bold]truebox serve --data-dir ~/labels --port 8700[/bold]"


def serve(
    data_dir: DataDirOption = None,
    host: HostOption = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any [8642].", show_default=False)
    ] = None,
) -> None:
    """Serve the projects of a data folder to the browser on this machine, until Ctrl-C."""
    from server.listen import open_socket, run_server

    settings = make_settings(data_dir, host=host, port=port)
    with open_socket(settings.host, settings.port) as listening:
        try:
            run_server(settings, listening, lambda url: _announce(url, str(settings.data_dir)))
        except KeyboardInterrupt:
            show_note("stopped")


def _announce(url: str, data_dir: str) -> None:
    show_text(f"Truebox is at {url}")
    show_note(f"labels are kept in {data_dir}; Ctrl-C ends")
