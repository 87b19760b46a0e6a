"""``truebox autolabel``: few-shot labeling, from folders or of projects."""

from __future__ import annotations

import typer

from server.cli.autolabel import pretrain, project, run

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Label a few frames, and let the machine do the rest."
)
app.command("run", epilog=run.EXAMPLE)(run.run)
app.command("project", epilog=project.EXAMPLE)(project.project)
app.command("pretrain", epilog=pretrain.EXAMPLE)(pretrain.pretrain)
