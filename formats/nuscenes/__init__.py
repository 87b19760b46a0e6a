"""nuScenes: tables beside samples and sweeps; its clouds, images, poses and labels."""

from formats.format import Format
from formats.nuscenes.nuscenes import NuScenes

FORMATS: tuple[Format, ...] = (NuScenes(),)

__all__ = ["FORMATS", "NuScenes"]
