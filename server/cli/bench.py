"""``truebox bench``: the benchmarks, each a module of ``benchmarks`` with ``NAME`` and ``run``."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from server.cli.options import JsonOption
from server.cli.output import show_json, show_note, show_pretty

EXAMPLE = "Example: [bold]truebox bench wire --json[/bold]"


def bench(
    name: Annotated[str | None, typer.Argument(help="One benchmark; else all.", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Measure how fast each part is, as ratios on this machine in one run.

    With a name, JSON has that benchmark's figures at its top, too, so that a program need not look for them.
    """
    from server.errors import InvalidError

    modules = find_benchmarks()
    if name is not None and name not in modules:
        raise InvalidError(f"there is no benchmark {name}; there is: {', '.join(modules) or 'none'}")
    results: dict[str, Any] = {}
    for wanted in [name] if name is not None else list(modules):
        show_note(f"measuring {wanted} …")
        try:
            results[wanted] = import_module(modules[wanted]).run()
        except ModuleNotFoundError as error:
            if error.name is None or find_spec(error.name.partition(".")[0]) is not None:
                raise
            results[wanted] = {"skipped": f"needs the Python package {error.name}"}
    if json:
        show_json(results if name is None else {**results, **results[name]})
    else:
        _show(results)


def find_benchmarks() -> dict[str, str]:
    """Module by benchmark name; found by reading, because importing them all would take seconds."""
    import benchmarks

    modules: dict[str, str] = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        name = _benchmark_name(Path(benchmarks.__path__[0]) / f"{info.name}.py")
        if name is not None:
            modules[name] = f"benchmarks.{info.name}"
    return modules


def _benchmark_name(path: Path) -> str | None:
    """The module's ``NAME`` constant, or None where it has none."""
    if not path.is_file():
        return None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if "NAME" in targets and isinstance(node.value.value, str):
                return node.value.value
    return None


def _show(results: dict[str, Any]) -> None:
    from rich.table import Table

    for name, result in results.items():
        table = Table("figure", title=name, title_justify="left", show_header=False)
        table.add_column("value", justify="right")
        for key, value in _flat(result):
            table.add_row(key, f"{value:.4g}" if isinstance(value, float) else str(value))
        show_pretty(table)


def _flat(value: Any, prefix: str = "") -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(prefix, value)]
    return [row for key, inner in value.items() for row in _flat(inner, f"{prefix}.{key}" if prefix else str(key))]
