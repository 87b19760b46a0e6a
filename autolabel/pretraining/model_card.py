"""What is to be known of the first weights, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autolabel.pretraining.shapes import KEPT, ShapeFigures
from autolabel.pretraining.validation import Validation
from autolabel.pretraining.worlds import MOMENTS
from autolabel.training.model_file import SHAPE, Model
from quality.metrics.precision_from_above import ALL

CARD = """# Model card: initial weights

The network that auto-labeling starts from before anybody has labelled anything. It is trained on **simulated drives
only**: nothing is downloaded, no recording and no label of anybody else has gone into it.

* **What it is**: a convolutional network of {parameters:,} parameters that looks at a lidar sweep and its neighbours
  from above and tells where objects are ({classes}); and a small one of {second:,} that takes a
  second look at the points in a box: whether they are an object at all, and which end is its front.
* **What it is for**: to be trained on a project's own few labelled frames. It also finds cars without any.
* **Licence**: Apache-2.0, as the project's.
* **How it was made**: {commands}.
  A step is {batch} crops of {crop_cells} × {crop_cells} cells of {cell_m:g} m; the mean loss of the last hundred was
  {loss:.2f}.

## Data

{scenes} worlds, {examples} labelled frames, each with up to four sweeps before and after it. Each world has a seed of
its own that decides its street, hills, houses, vegetation, clutter and things that look like people; who takes part,
their sizes and numbers (lorries of four kinds and buses); the lidar (16, 32, 40, 64 or 128 beams, solid-state rasters
and rosettes, up to five at once; their height, density, noise and reach); whether sweeps take time; how wrong poses
are; and how far apart in time the sweeps are (5, 3.3 or 2 Hz, ends of scenes, none at all). Objects with fewer than
five points are neither wished nor punished.

## Figures

{frames} frames of {judged} worlds that were not trained on, {objects} objects within {reach:g} m. Average precision
seen from above, and the share of objects found (overlap 0.5) whose front and rear are swapped:

| class | AP at overlap 0.5 | AP at overlap 0.7 | swapped | swapped by a second look |
|---|---|---|---|---|
{rows}

A single second look keeps {kept} of the objects and refuses {refused} of {claims} places where none is.

## Limits

* The worlds it was judged by come from the same simulator: on real recordings it finds less and invents more, above all
  people where poles, trunks and shrubs stand, until it is trained on the project's own frames.
* It has seen no rain, snow, fog, dust, trailers, trams, animals, prams or wheelchairs; nobody gets in or out of
  anything.
* It assumes metres, an upright vehicle, and ground that can be found beneath it.
* It is for labels that a person checks, not for driving.
"""


def model_card(model: Model, validation: Validation, shapes: ShapeFigures) -> str:
    """The card of first weights.

    Args:
        model: The weights, with the recipes that made them, one after the other, and the last steps' loss in ``meta``.
        validation: What they find.
        shapes: What their second look knows.
    """
    recipes: Sequence[Mapping[str, Any]] = model.meta["recipes"]
    scenes = sum({recipe["seed"]: recipe["scenes"] for recipe in recipes}.values())
    return CARD.format(
        commands=",\n  then ".join(_command(recipe, first=number == 0) for number, recipe in enumerate(recipes)),
        batch=recipes[-1]["batch"],
        crop_cells=recipes[-1]["crop_cells"],
        classes=", ".join(item.name for item in model.classes),
        parameters=sum(tensor.numel() for tensor in model.state.values()),
        cell_m=model.grid.cell_m,
        loss=model.meta["loss"],
        second=sum(tensor.numel() for tensor in model.opinions[SHAPE].values()),
        refused=_percent(shapes.refused),
        kept=_percent(KEPT),
        claims=shapes.claims,
        scenes=scenes,
        examples=scenes * MOMENTS,
        frames=validation.frames,
        judged=recipes[-1]["validation_scenes"],
        objects=validation.objects,
        reach=model.grid.x_max_m,
        rows="\n".join(_row(name, validation, shapes) for name in (*(item.name for item in model.classes), ALL)),
    )


def _command(recipe: Mapping[str, Any], *, first: bool) -> str:
    """What makes it."""
    before = "" if first else " --init INITIAL"
    told = ("scenes", "steps", "seed", "shape_steps")
    options = " ".join(f"--{name.replace('_', '-')} {recipe[name]}" for name in told if name in recipe)
    return f"`truebox autolabel pretrain {options}{before}`"


def _row(name: str, validation: Validation, shapes: ShapeFigures) -> str:
    first, second = (validation.precision[overlap][name] for overlap in ("0.5", "0.7"))
    swapped = (_percent(flips.get(name)) for flips in (validation.flips, shapes.flips))
    return f"| {name} | {_number(first)} | {_number(second)} | {' | '.join(swapped)} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
