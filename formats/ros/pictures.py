"""Image and CompressedImage: a camera's picture as the PNG or JPEG that it is, or as a PNG made of its pixels.

Encodings: http://docs.ros.org/en/noetic/api/sensor_msgs/html/image__encodings_8h_source.html.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from formats.errors import FormatError
from formats.ros.container import Channel
from formats.ros.messages import COMPRESSED, decode
from formats.ros.parts import read_part
from fusion import ImageFileError
from geometry.arrays import ByteArray

STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
CHANNELS = {"rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4, "8UC3": 3, "mono8": 1, "8UC1": 1}
BAYER = {
    "bayer_rggb8": ((0, 0), (1, 1)),
    "bayer_bggr8": ((1, 1), (0, 0)),
    "bayer_gbrg8": ((1, 0), (0, 1)),
    "bayer_grbg8": ((0, 1), (1, 0)),
}
"""Row and column of the red and the blue pixel in each square of four."""
BLUE_FIRST = ("bgr8", "bgra8", "8UC3")
MAX_SIDE_PX = 32_768


def load_picture_part(path: Path, *, part: str, channel: Channel) -> bytes:
    """One picture of a recording as PNG or JPEG; a CompressedImage's bytes are untouched.

    Raises:
        ImageFileError: The message is gone or broken, or of an encoding that is no picture.
    """
    try:
        message = decode(path, channel, read_part(path, part))
        return picture(channel, message)
    except FormatError as error:
        raise ImageFileError(path, f"message {part}: {error.reason}") from error
    except ValueError as error:
        raise ImageFileError(path, f"message {part} on {channel.topic}: {error}") from error


def picture(channel: Channel, message: Any) -> bytes:
    """A message's picture as PNG or JPEG; raises ``ValueError``, as ``check_encoding``, or where bytes are missing."""
    check_encoding(channel, message)
    if channel.type == COMPRESSED:
        return bytes(message.data)
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(_pixels(message)).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def check_encoding(channel: Channel, message: Any) -> None:
    """Raise ``ValueError`` unless a message holds a picture that people can look at."""
    if channel.type == COMPRESSED:
        if not bytes(message.data[:8]).startswith(STARTS):
            raise ValueError(f"expected a JPEG or PNG, found {message.format[:40]!r}")
    elif message.encoding not in CHANNELS and message.encoding not in BAYER:
        known = ", ".join([*CHANNELS, *BAYER])
        raise ValueError(f"expected an image of {known}, found {message.encoding[:40]!r}")


def _pixels(message: Any) -> ByteArray:
    """(H, W) or (H, W, 3) red, green, blue."""
    height, width, encoding = int(message.height), int(message.width), message.encoding
    channels = CHANNELS.get(encoding, 1)
    if not (0 < height <= MAX_SIDE_PX and 0 < width <= MAX_SIDE_PX):
        raise ValueError(f"expected sides of 1 … {MAX_SIDE_PX} pixels, found {width} × {height}")
    step = int(message.step)
    needed = (height - 1) * step + width * channels
    if step < width * channels or len(message.data) < needed:
        found = f"{len(message.data)} bytes, {step} a row"
        raise ValueError(f"expected {needed} bytes of {width} × {height} pixels, found {found}")
    data = np.ascontiguousarray(message.data, dtype=np.uint8)
    raw = np.ndarray((height, width, channels), np.uint8, data.data, strides=(step, channels, 1))
    if encoding in BAYER:
        return _from_bayer(raw[:, :, 0], *BAYER[encoding])
    if channels == 1:
        return np.ascontiguousarray(raw[:, :, 0])
    color = raw[:, :, 2::-1] if encoding in BLUE_FIRST else raw[:, :, :3]
    return np.ascontiguousarray(color)


def _from_bayer(raw: ByteArray, red_at: tuple[int, int], blue_at: tuple[int, int]) -> ByteArray:
    """Each colour between its own pixels, linearly."""
    from scipy.ndimage import convolve

    near = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]], dtype=np.float32)
    is_red, is_blue = np.zeros(raw.shape, dtype=bool), np.zeros(raw.shape, dtype=bool)
    is_red[red_at[0] :: 2, red_at[1] :: 2] = True
    is_blue[blue_at[0] :: 2, blue_at[1] :: 2] = True
    planes = []
    for mask in (is_red, ~(is_red | is_blue), is_blue):
        weight = convolve(mask.astype(np.float32), near, mode="constant")
        total = convolve(np.where(mask, raw, 0).astype(np.float32), near, mode="constant")
        planes.append(np.where(mask, raw, np.rint(total / np.maximum(weight, 1.0))))
    return np.stack(planes, axis=2).astype(np.uint8)
