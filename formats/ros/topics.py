"""Which topics are the lidars and cameras of a scene, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from formats.errors import FormatError
from formats.ros.messages import COMPRESSED, IMAGE, POINTS, decode
from formats.ros.parts import read_part
from formats.ros.pictures import check_encoding
from formats.ros.recording import Recording
from formats.scene_names import FORBIDDEN_IN_NAMES
from formats.settler import Settler

CLOUD_WORDS = ("points", "point_cloud", "pointcloud", "pointcloud2", "points_raw", "pointcloud_raw", "cloud")
IMAGE_WORDS = ("image", "image_raw", "image_color", "image_rect", "image_rect_color", "image_rect_raw", "image_mono")
GENERIC = frozenset((*CLOUD_WORDS, *IMAGE_WORDS, "compressed", "raw", "rect", "data"))
"""Last parts of topics that say what is sent and not who sends it."""
RARE_SHARE = 0.5
"""A topic with fewer messages than this share of the busiest one's is a map or a result, not a sensor."""


@dataclass(frozen=True)
class Topics:
    """What was chosen.

    Attributes:
        lidars: Topics by sensor name, the one that frames follow first where it is a lidar.
        cameras: Topics by sensor name.
        frames_from: The topic whose messages make the frames.
    """

    lidars: Mapping[str, str]
    cameras: Mapping[str, str]
    frames_from: str


def choose_topics(recording: Recording, settler: Settler) -> Topics:
    """Choose topics as a person said, or by their types and numbers of messages.

    Raises:
        FormatError: There is no lidar and no camera, or a person named a topic that is none.
    """
    lidars = _settled(recording, settler, "lidars", (POINTS,), _lidar_guess(recording))
    cameras = _settled(recording, settler, "cameras", (IMAGE, COMPRESSED), _camera_guess(recording))
    if not lidars and not cameras:
        raise FormatError(recording.path, "expected topics of PointCloud2, Image or CompressedImage, found none")
    first = (lidars or cameras)[0]
    why = "the lidar with most points" if lidars else "there is no lidar; the first camera"
    frames_from = settler.settle("frames_from", first, why, is_sure=len(lidars) == 1)
    if frames_from not in (*lidars, *cameras):
        raise FormatError(recording.path, f"expected one of {', '.join([*lidars, *cameras])}, found {frames_from[:80]}")
    lidars.sort(key=lambda topic: topic != frames_from)
    names = sensor_names([*lidars, *cameras])
    return Topics(
        {names[topic]: topic for topic in lidars},
        {names[topic]: topic for topic in cameras},
        frames_from,
    )


def sensor_names(topics: Sequence[str]) -> dict[str, str]:
    """A name for each topic that can name a file: without the parts that every topic has, where that stays unique."""
    short = {topic: "_".join(_telling_parts(topic)) for topic in topics}
    counts = list(short.values())
    chosen: dict[str, str] = {}
    for topic in topics:
        name = short[topic] if counts.count(short[topic]) == 1 else "_".join(_parts(topic))
        while name in chosen.values():
            name += "_"
        chosen[topic] = name
    return chosen


def _parts(topic: str) -> list[str]:
    clean = "".join("_" if letter in FORBIDDEN_IN_NAMES - {"/"} or letter == " " else letter for letter in topic)
    return [part[:60] for part in clean.split("/") if part.strip(".")][-8:] or ["sensor"]


def _telling_parts(topic: str) -> list[str]:
    parts = _parts(topic)
    while len(parts) > 1 and parts[-1].lower() in GENERIC:
        parts.pop()
    return parts


def _settled(
    recording: Recording, settler: Settler, question: str, types: tuple[str, ...], guess: tuple[list[str], str]
) -> list[str]:
    topics, why = guess
    there = recording.topics(*types)
    text = settler.settle(question, ", ".join(topics) or "none", why, is_sure=len(there) == len(topics))
    named = [name.strip() for name in text.split(",") if name.strip() not in ("", "none")]
    for name in named:
        if name not in there:
            raise FormatError(
                recording.path, f"expected {question} of {', '.join(there) or 'none'}, found {name[:80]!r}"
            )
    return list(dict.fromkeys(named))


def _lidar_guess(recording: Recording) -> tuple[list[str], str]:
    """Every topic of clouds that is about as busy as the busiest, the one with most points first."""
    counts = {topic: len(recording.references[topic]) for topic in recording.topics(POINTS)}
    points = {topic: median(item.points for item in recording.references[topic]) for topic in counts}
    busiest = max(counts.values(), default=0)
    chosen = [topic for topic in counts if counts[topic] >= RARE_SHARE * busiest]
    chosen.sort(key=lambda topic: (-points[topic], topic))
    described = [f"{topic}: {counts[topic]} messages of {points[topic]:.0f} points" for topic in counts]
    return chosen, "; ".join(described) or "there is no topic of PointCloud2"


def _camera_guess(recording: Recording) -> tuple[list[str], str]:
    """One topic a camera, of an encoding that is a picture: the busiest, and of several the shortest name."""
    groups: dict[tuple[str, ...], list[str]] = {}
    refused: list[str] = []
    for topic in recording.topics(IMAGE, COMPRESSED):
        if reason := _refusal(recording, topic):
            refused.append(f"{topic} left out: {reason}")
            recording.complain(recording.path, f"{topic} is no camera that can be shown: {reason}")
        else:
            groups.setdefault(tuple(_telling_parts(topic)), []).append(topic)
    chosen = [
        min(group, key=lambda topic: (-len(recording.references[topic]), len(topic), topic))
        for group in groups.values()
    ]
    described = [f"{topic}: {len(recording.references[topic])} messages" for topic in chosen]
    return sorted(chosen), "; ".join(described + refused) or "there is no topic of images"


def _refusal(recording: Recording, topic: str) -> str:
    """Why a topic's first message is no picture; empty where it is one."""
    first = recording.references[topic][0]
    try:
        check_encoding(first.channel, decode(first.path, first.channel, read_part(first.path, first.part)))
    except FormatError as error:
        return error.reason
    except ValueError as error:
        return str(error)
    return ""
