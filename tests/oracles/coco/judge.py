"""Loads a COCO file with pycocotools and scores its own boxes against it; prints one JSON object.

Commands:
    load FILE: what pycocotools finds in it.
    score FILE SHIFT: average precision of the file's boxes, shifted right by SHIFT of their width, against the file.
    masks FILE: for every annotation the area of its mask, its area field and the rectangle around the mask.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

import numpy as np
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def opened(path: str) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(path)


def load(path: str) -> dict[str, Any]:
    coco = opened(path)
    annotations = coco.loadAnns(coco.getAnnIds())
    return {
        "images": len(coco.getImgIds()),
        "categories": {entry["name"]: entry["id"] for entry in coco.loadCats(coco.getCatIds())},
        "annotations": len(annotations),
        "crowds": len(coco.getAnnIds(iscrowd=True)),
        "of_category": {
            entry["name"]: len(coco.getAnnIds(catIds=[entry["id"]], iscrowd=False))
            for entry in coco.loadCats(coco.getCatIds())
        },
        "of_image": {str(image): len(coco.getAnnIds(imgIds=[image], iscrowd=False)) for image in coco.getImgIds()},
    }


def score(path: str, shift: str) -> dict[str, Any]:
    coco = opened(path)
    found = [
        {
            "image_id": entry["image_id"],
            "category_id": entry["category_id"],
            "bbox": [entry["bbox"][0] + float(shift) * entry["bbox"][2], *entry["bbox"][1:]],
            "score": 0.9,
        }
        for entry in coco.loadAnns(coco.getAnnIds(iscrowd=False))
    ]
    # One in the middle of every ignore region: neither right nor wrong.
    for entry in coco.loadAnns(coco.getAnnIds(iscrowd=True)):
        x, y, width, height = entry["bbox"]
        box = [x + width / 4, y + height / 4, width / 2, height / 2]
        found.append({"image_id": entry["image_id"], "category_id": entry["category_id"], "bbox": box, "score": 0.95})
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(coco, coco.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"ap": float(evaluation.stats[0]), "ap50": float(evaluation.stats[1]), "ar": float(evaluation.stats[8])}


def outlines(path: str) -> dict[str, Any]:
    coco = opened(path)
    rows = []
    for entry in coco.loadAnns(coco.getAnnIds()):
        run_lengths = coco.annToRLE(entry)
        rows.append(
            {
                "iscrowd": entry["iscrowd"],
                "area": entry["area"],
                "mask_area": int(masks.area(run_lengths)),
                "bbox": entry["bbox"],
                "around": np.asarray(masks.toBbox(run_lengths)).tolist(),
            }
        )
    return {"rows": rows}


COMMANDS = {"load": load, "score": score, "masks": outlines}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
