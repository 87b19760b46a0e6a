"""The ``truebox`` command: one file a subcommand."""

from server.cli.main import main

__all__ = ["main"]
