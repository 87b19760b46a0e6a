"""One folder of SUSTechPOINTS as a scene."""

from __future__ import annotations

from pathlib import Path

from calibration import CameraModel, SensorRig
from formats.format import Answers, Guess
from formats.frame_names import in_order
from formats.json_files import read_json_or_complain
from formats.listing import IMAGE_SUFFIXES, MAX_FRAMES, Listing
from formats.scene_extras import SceneExtras, decode_extras
from formats.sustechpoints.answers import settle_extrinsics
from formats.sustechpoints.calibration import CameraFile, camera_model, camera_place, read_camera_file
from formats.sustechpoints.read_boxes import LABELS, looked_at_angles
from fusion import CameraImage, Frame, ImageFileError, Problem, Scene, Sweep, image_size
from geometry import SE3
from pointcloud import count_pcd, read_pcd

CALIB = "calib/camera"
EXTRAS = "truebox.json"
FRONT = "front"


class SceneFolder:
    """Looks into one scene's folder."""

    def __init__(self, folder: Path, assume: Answers) -> None:
        """List the files; reads calibrations and nothing else."""
        self.folder = folder
        self.listing = Listing(root=folder, base=folder)
        self._assume = assume
        self._clouds = self.listing.by_stem(folder / "lidar", (".pcd",))
        labels = self.listing.by_stem(folder / LABELS, (".json",))
        names = in_order(self._clouds or labels)
        for name in in_order(set(labels) - set(names)):
            self.listing.complain(labels[name], "expected a cloud of this name beside the labels, found none: left out")
        if len(names) > MAX_FRAMES:
            self.listing.complain(folder / "lidar", f"expected at most {MAX_FRAMES} frames, found {len(names)}")
        self.names = names[:MAX_FRAMES]
        self._images = {
            camera: self.listing.by_stem(folder / "camera" / camera, IMAGE_SUFFIXES)
            for camera in self.listing.folders(folder / "camera")
        }
        files = self.listing.by_stem(folder / CALIB, (".json",))
        self._cameras: dict[str, CameraFile] = {}
        for name in sorted(files, key=lambda name: (name != FRONT, name)):
            camera = read_camera_file(files[name], self.listing)
            if camera is not None:
                self._cameras[name] = camera

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """How what is open was settled."""
        return self._layout(), looked_at_angles(self.folder, self.names, self._assume)

    def scene(self, name: str, format_name: str) -> Scene:
        """The scene, its problems with it."""
        extras = read_scene_extras(self.folder, self.listing)
        times_ns = extras.frame_times_ns(len(self.names))
        rig = self._rig(extras)
        frames = tuple(
            self._frame(index, frame_name, times_ns[index], rig, extras) for index, frame_name in enumerate(self.names)
        )
        for camera in rig.cameras:
            missing = sum(frame_name not in self._images.get(camera, {}) for frame_name in self.names)
            if missing:
                path = self.folder / "camera" / camera
                self.listing.complain(path, f"{missing} of {len(self.names)} frames have no image")
        return Scene(
            name,
            self.folder,
            format_name,
            rig,
            frames,
            extras.trajectory,
            problems=tuple(self.listing.problems),
            assume=dict(self._assume),
        )

    def _frame(self, index: int, name: str, time_ns: int, rig: SensorRig, extras: SceneExtras) -> Frame:
        cloud = self._clouds.get(name)
        images = ((camera, self._images.get(camera, {}).get(name)) for camera in rig.cameras)
        return Frame(
            index,
            time_ns,
            () if cloud is None else (Sweep(extras.lidar, time_ns, cloud, read_pcd, count_pcd),),
            tuple(CameraImage(camera, time_ns, path) for camera, path in images if path is not None),
            name,
        )

    def _layout(self) -> Guess:
        return settle_extrinsics({name: file.extrinsic for name, file in self._cameras.items()}, self._assume)

    def _rig(self, extras: SceneExtras) -> SensorRig:
        layout = self._layout().answer
        places: dict[str, SE3] = {extras.lidar: extras.ego_from_lidar}
        models: dict[str, CameraModel] = {}
        for camera, file in self._cameras.items():
            cam_from_lidar = camera_place(file, layout, self.listing)
            size_px = self._size(camera)
            model = camera_model(file, size_px, self.listing) if size_px is not None else None
            if camera in places:
                self.listing.complain(file.path, "expected another name than the lidar's, found the same")
            elif cam_from_lidar is not None and model is not None:
                models[camera], places[camera] = model, extras.ego_from_lidar @ cam_from_lidar.inverse()
        for camera in sorted(set(self._images) - set(self._cameras)):
            path = self.folder / CALIB / f"{camera}.json"
            self.listing.complain(path, f"expected the calibration of {camera}, found none: its images are not used")
        return SensorRig(places, models, (extras.lidar,))

    def _size(self, camera: str) -> tuple[int, int] | None:
        """The size of the camera's first image, or twice its principal point's place where it has none."""
        for path in list(self._images.get(camera, {}).values())[:1]:
            try:
                return image_size(path)
            except ImageFileError as error:
                self.listing.problems.append(Problem.of(error, self.folder))
        cx, cy = self._cameras[camera].intrinsic[2], self._cameras[camera].intrinsic[5]
        if 1 <= cx < 50_000 and 1 <= cy < 50_000:
            return round(2 * cx), round(2 * cy)
        path = self._cameras[camera].path
        self.listing.complain(path, "expected an image or a principal point inside one, found none")
        return None


def read_scene_extras(folder: Path, listing: Listing) -> SceneExtras:
    """What ``truebox.json`` beside the folders says; nothing where it is not there."""
    path = folder / EXTRAS
    value = read_json_or_complain(path, listing)
    if value is None:
        return SceneExtras()
    complaints: list[str] = []
    extras = decode_extras(value, complaints)
    for complaint in complaints:
        listing.complain(path, complaint)
    return extras
