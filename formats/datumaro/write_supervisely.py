"""A scene as a point cloud project of Supervisely."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from calibration import Intrinsics
from formats.carried import KEY
from formats.datumaro.exported import Exported
from formats.datumaro.supervisely_files import GEOMETRY, IDS, META, SUFFIX, TRUTHS
from formats.format import SensorFile
from formats.json_files import json_text
from formats.lidar_clouds import lidar_cloud_file
from formats.place_files import image_file
from formats.scene_extras import main_lidar
from formats.scene_names import is_file_name
from formats.selection import SelectedCuboid
from fusion import CameraImage
from labels.label_set import AttributeValue

DATASET = "ds0"
EXTRAS = "truebox.json"
JsonObject = dict[str, Any]


def project_texts(exported: Exported) -> dict[str, str]:
    """The files of a project, by their names below its folder."""
    scene = exported.scene
    key_of = partial(_key, scene.name)
    ids: JsonObject = {"tags": {}, "objects": {}, "figures": {}, "videos": {}}
    files: dict[str, str] = {}
    for index, name in enumerate(exported.names):
        ids["videos"][key_of("frame", name)] = index
        objects: list[JsonObject] = []
        figures: list[JsonObject] = []
        for item in exported.by_frame.get(index, []):
            number = exported.numbers[item.track.id]
            object_key, figure_key = key_of("object", number), key_of("figure", f"{name}/{number}")
            ids["objects"][object_key] = int(number)
            ids["figures"][figure_key] = len(ids["figures"]) + 1
            objects.append(_object(item, object_key, partial(key_of, f"tag/{name}/{number}")))
            figures.append(_figure(exported, item, object_key, figure_key))
        value = {"description": "", "key": key_of("frame", name), "tags": [], "objects": objects, "figures": figures}
        files[f"{DATASET}/ann/{name}{SUFFIX}"] = json_text(value)
    keys = {track_id: key_of("object", number) for track_id, number in exported.numbers.items()}
    files[META] = json_text(_meta(exported))
    files[IDS] = json_text(ids)
    files[EXTRAS] = json_text(exported.extras(keys))
    return files


def project_files(exported: Exported) -> Iterator[SensorFile]:
    """Clouds of the first lidar as PCD; images beside them with what places them."""
    scene = exported.scene
    base = f"{scene.name}/{DATASET}"
    for frame, name in zip(scene.frames, exported.names, strict=True):
        yield from lidar_cloud_file(scene, frame, f"{base}/pointcloud/{name}.pcd")
        for image in frame.images:
            if is_file_name(image.camera):
                file = image_file(f"{base}/related_images/{name}_pcd/{image.camera}", image)
                yield file
                yield SensorFile(f"{file.target}.json", _image_text(exported, image, file.target.rpartition("/")[2]))


def _object(item: SelectedCuboid, key: str, tag_key: Any) -> JsonObject:
    return {
        "key": key,
        "classTitle": item.track.category,
        "tags": [
            {"name": name, "value": _tag_value(value), "key": tag_key(name)}
            for name, value in sorted(item.cuboid.attributes.items())
        ],
    }


def _figure(exported: Exported, item: SelectedCuboid, object_key: str, figure_key: str) -> JsonObject:
    box = exported.box(item)
    # A text that reads as a truth comes back as one, so it is carried too.
    held = {name for name, value in item.cuboid.attributes.items() if not (isinstance(value, str) and value in TRUTHS)}
    return {
        "key": figure_key,
        "objectKey": object_key,
        "geometryType": GEOMETRY,
        "geometry": {
            "position": dict(zip("xyz", box.position_lidar, strict=True)),
            "rotation": dict(zip("xyz", box.angles_rad, strict=True)),
            "dimensions": dict(zip("xyz", box.size_lwh_m, strict=True)),
        },
        KEY: exported.carried(item, held),
    }


def _meta(exported: Exported) -> JsonObject:
    taxonomy = exported.export.taxonomy
    colors = {} if taxonomy is None else {category.name: category.color for category in taxonomy.categories}
    classes = [
        {
            "id": index,
            "title": name,
            "color": colors.get(name, "#ced4da"),
            "shape": GEOMETRY,
            "geometry_config": {},
        }
        for index, name in enumerate(exported.categories)
    ]
    return {"classes": classes, "tags": _tag_metas(exported), "projectType": "point_clouds"}


def _tag_metas(exported: Exported) -> list[JsonObject]:
    """The tags that answers are written as: numbers where every answer is one, else texts."""
    is_number: dict[str, bool] = {}
    for items in exported.by_frame.values():
        for item in items:
            for name, value in item.cuboid.attributes.items():
                is_number[name] = is_number.get(name, True) and not isinstance(value, str | bool)
    return [
        {
            "id": index,
            "name": name,
            "value_type": "any_number" if is_number[name] else "any_string",
            "color": "#868e96",
            "hotkey": "",
            "applicable_type": "objectsOnly",
            "classes": [],
        }
        for index, name in enumerate(sorted(is_number), start=1)
    ]


def _image_text(exported: Exported, image: CameraImage, name: str) -> str:
    rig = exported.scene.rig
    cam_from_lidar = rig.cam_from_ego(image.camera) @ main_lidar(exported.scene)[1]
    model = rig.cameras[image.camera]
    sensors: JsonObject = {"extrinsicMatrix": cam_from_lidar.matrix[:3].ravel().tolist()}
    if isinstance(model, Intrinsics):
        sensors["intrinsicMatrix"] = [model.fx_px, 0.0, model.cx_px, 0.0, model.fy_px, model.cy_px, 0.0, 0.0, 1.0]
    return json.dumps({"name": name, "meta": {"deviceId": image.camera, "sensorsData": sensors}}, indent=1) + "\n"


def _tag_value(value: AttributeValue) -> AttributeValue:
    return str(value).lower() if isinstance(value, bool) else value


def _key(scene: str, kind: str, name: str) -> str:
    return uuid5(NAMESPACE_URL, f"truebox:supervisely/{scene}/{kind}/{name}").hex
