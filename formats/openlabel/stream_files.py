"""Files that the streams of frames name, as references, where they lie below the label file's folder."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, cast, get_args

from calibration import SensorRig
from formats.carried import KEY
from formats.checked_values import as_object
from formats.listing import IMAGE_SUFFIXES, Listing
from formats.openlabel.document import Document, FileFrame
from formats.openlabel.timestamps import decode_time
from fusion import CameraImage, Sweep
from fusion.scene import CloudReader, Deskew, PointCounter
from pointcloud import count_kitti_bin, count_pcd, count_ply, read_kitti_bin, read_pcd, read_ply

CLOUD_READERS: dict[str, tuple[CloudReader, PointCounter]] = {
    ".bin": (read_kitti_bin, count_kitti_bin),
    ".pcd": (read_pcd, count_pcd),
    ".ply": (read_ply, count_ply),
}
MAX_URI = 1000


class StreamFiles:
    """Finds the files of every frame; addresses of elsewhere are passed over."""

    def __init__(self, document: Document, rig: SensorRig, listing: Listing, unit: str) -> None:
        """Take what the file says of its streams as a whole, and the unit of its times."""
        self._folder = document.path.parent
        self._rig = rig
        self._listing = listing
        self._unit = unit
        # Of a file with one frame, a stream's own address can only be that frame's.
        self._streams = document.part("streams") if len(document.frames) == 1 else {}
        self._missing: Counter[str] = Counter()
        self._names = cache(lambda folder: frozenset(listing.files(folder)))

    def of_frame(self, frame: FileFrame, time_ns: int) -> tuple[tuple[Sweep, ...], tuple[CameraImage, ...]]:
        """The clouds and images of one frame."""
        streams = as_object(frame.properties.get("streams"))
        sweeps: list[Sweep] = []
        images: list[CameraImage] = []
        for name in (*self._rig.lidars, *self._rig.cameras):
            stream = as_object(streams.get(name))
            path = self._find(name, stream.get("uri") or as_object(self._streams.get(name)).get("uri"))
            if path is None:
                continue
            properties = as_object(stream.get("stream_properties"))
            stamp = decode_time(as_object(properties.get("sync")).get("timestamp"), self._unit)
            own = as_object(properties.get(KEY))
            taken_ns = time_ns if stamp is None else stamp
            if name in self._rig.cameras:
                row_time_ns = own.get("row_time_ns")
                images.append(CameraImage(name, taken_ns, path, row_time_ns=_whole(row_time_ns)))
            else:
                read, count = CLOUD_READERS[path.suffix.lower()]
                deskew = own.get("deskew")
                known = cast(Deskew, deskew) if deskew in get_args(Deskew) else "off"
                sweeps.append(Sweep(name, taken_ns, path, read, count, deskew=known))
        return tuple(sweeps), tuple(images)

    def complain_of_missing(self) -> None:
        """Name every stream whose files are not all there."""
        for name, count in self._missing.items():
            self._listing.complain(self._folder, f"stream {name}: expected the files it names, found {count} missing")

    def _find(self, name: str, uri: Any) -> Path | None:
        """A file below the folder; None for an address of elsewhere or another kind of file."""
        if not isinstance(uri, str) or not 0 < len(uri) <= MAX_URI or "\0" in uri:
            return None
        pure = PurePosixPath(uri)
        suffixes = IMAGE_SUFFIXES if name in self._rig.cameras else tuple(CLOUD_READERS)
        if ":" in uri or pure.is_absolute() or ".." in pure.parts or pure.suffix.lower() not in suffixes:
            return None
        folder = self._folder / str(pure.parent)
        if pure.name in self._names(folder):
            return folder / pure.name
        self._missing[name] += 1
        return None


def _whole(value: Any) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9
    return cast(int, value) if is_whole else 0
