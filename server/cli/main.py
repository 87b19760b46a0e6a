"""The command's entry: its subcommands, and how every error looks: one clear line, or the trace with ``--debug``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from server.cli import (
    autolabel,
    bench,
    check,
    check_files,
    convert,
    demo,
    evaluate,
    export_labels,
    import_dataset,
    inspect,
    register,
    relink,
    render,
    serve,
    simulate,
    thin,
    view,
)
from server.cli.output import show_error, show_text

HELP = "Label lidar and camera drives with 3D cuboids that stay right in every image."
BAD_INPUT, BAD_USAGE, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="truebox",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", epilog=demo.EXAMPLE)(demo.demo)
app.command("serve", epilog=serve.EXAMPLE)(serve.serve)
app.command("inspect", epilog=inspect.EXAMPLE)(inspect.inspect)
app.command("import", epilog=import_dataset.EXAMPLE)(import_dataset.import_dataset)
app.command("export", epilog=export_labels.EXAMPLE)(export_labels.export_labels)
app.command("relink", epilog=relink.EXAMPLE)(relink.relink)
app.command("check-files", epilog=check_files.EXAMPLE)(check_files.check_files)
app.command("convert", epilog=convert.EXAMPLE)(convert.convert)
app.command("thin", epilog=thin.EXAMPLE)(thin.thin)
app.command("check", epilog=check.EXAMPLE)(check.check)
app.command("evaluate", epilog=evaluate.EXAMPLE)(evaluate.evaluate)
app.command("simulate", epilog=simulate.EXAMPLE)(simulate.simulate)
app.command("view", epilog=view.EXAMPLE)(view.view)
app.command("render", epilog=render.EXAMPLE)(render.render)
app.command("register", epilog=register.EXAMPLE)(register.register)
app.add_typer(autolabel.app, name="autolabel")
app.command("bench", epilog=bench.EXAMPLE)(bench.bench)


def _show_version(value: bool) -> None:
    if value:
        from server.version import version

        show_text(f"truebox {version()}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error; may stand anywhere.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Read by ``main`` and by the callback; here for the help page."""
    del debug, version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        status = app(
            [argument for argument in given if argument != "--debug"], standalone_mode=False, prog_name="truebox"
        )
    except TyperException as error:
        if error.format_message():  # empty where the help page was the answer
            show_error(error.format_message())
        return BAD_USAGE
    except (KeyboardInterrupt, typer.Abort):
        show_error("interrupted")
        return INTERRUPTED
    except Exception as error:
        if debug:
            raise
        show_error(_describe(error))
        return BAD_INPUT
    return status if isinstance(status, int) else 0


def _describe(error: Exception) -> str:
    from geometry.errors import TrueboxError

    if isinstance(error, TrueboxError | OSError):
        return str(error)
    return f"{type(error).__name__}: {error} (this should not happen; --debug shows where)"
