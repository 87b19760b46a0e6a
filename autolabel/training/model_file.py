"""A trained network on disk: tensors and a header of JSON, so that reading one never runs what is in it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as safetensors_bytes
from torch import Tensor, nn

from autolabel.camera.crop_net import CropNet
from autolabel.classes import ClassSet, ObjectClass
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.shape.shape_net import ShapeNet
from geometry import DataFileError

FORMAT_VERSION = 1
HEADER = "truebox"
LARGEST_BYTES = 256 << 20
MOST_CLASSES = 100
SHAPE, CAMERA = "shape", "camera"
OPINIONS: Mapping[str, Callable[[int], nn.Module]] = {SHAPE: lambda _class_count: ShapeNet(), CAMERA: CropNet}
"""Networks that a model may hold beside its first one, by how many classes it has."""
OPINION = "opinion."
READABLE = 0o644
"""A model is no secret: whoever may enter its folder may read it."""


class ModelFileError(DataFileError):
    """A model cannot be read or written."""


@dataclass(frozen=True, eq=False)
class Model:
    """A network that finds objects of some classes.

    Attributes:
        classes: What its heat tells apart, in order.
        grid: What it was trained on; it works on grids of any size with such cells.
        state: The parameters of a ``BevNet``, float32.
        meta: Whatever else is to be known of it, as JSON.
        opinions: The parameters of networks that are asked for a second opinion, by their names in ``OPINIONS``.
    """

    classes: ClassSet
    grid: GridSpec
    state: Mapping[str, Tensor]
    meta: Mapping[str, Any] = field(default_factory=dict)
    opinions: Mapping[str, Mapping[str, Tensor]] = field(default_factory=dict)

    def with_meta(self, **values: Any) -> Model:
        """The same with more to be known of it."""
        return replace(self, meta={**self.meta, **values})

    def with_opinion(self, name: str, state: Mapping[str, Tensor]) -> Model:
        """The same with another opinion of that name."""
        return replace(self, opinions={**self.opinions, name: state})

    def net(self) -> BevNet:
        """The network, ready to look; on the CPU."""
        net = BevNet(len(self.classes))
        net.load_state_dict(dict(self.state))
        return net.eval()

    def save(self, path: Path) -> None:
        """Write it whole or not at all: what was there stays until the new file is safe on the disk.

        Raises:
            ModelFileError: It cannot be written, such as where the disk is full.
        """
        header = {
            "version": FORMAT_VERSION,
            "classes": [asdict(item) for item in self.classes],
            "grid": asdict(self.grid),
            "meta": dict(self.meta),
        }
        beside = {
            f"{OPINION}{name}.{key}": tensor for name, state in self.opinions.items() for key, tensor in state.items()
        }
        write_tensors(path, {**self.state, **beside}, header)

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read what ``save`` wrote.

        Raises:
            ModelFileError: There is no such file, it is cut off or changed, none of ours, or of another version.
        """
        tensors, header = read_tensors(path)
        try:
            classes = tuple(
                ObjectClass(str(item["name"]), tuple(map(float, item["size_lwh_m"])), bool(item["is_rigid"]))  # type: ignore[arg-type]
                for item in header["classes"]
            )
            grid, meta = GridSpec(**header["grid"]), dict(header["meta"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(path, f"expected classes, grid and meta in the header, found {error!r}") from error
        if not 0 < len(classes) <= MOST_CLASSES:
            raise ModelFileError(path, f"expected 1 … {MOST_CLASSES} classes, found {len(classes)}")
        state, opinions = _parted(path, tensors)
        _check(path, state, BevNet, len(classes))
        for name, opinion in opinions.items():
            _check(path, opinion, OPINIONS[name], len(classes))
        return cls(classes, grid, state, meta, opinions)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, Any]) -> None:
    """Write tensors and a header, atomically.

    Raises:
        ModelFileError: They cannot be written; what was there is unharmed.
    """
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    data = safetensors_bytes(kept, {HEADER: json.dumps(header, allow_nan=False)})
    part: str | None = None
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, READABLE)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except OSError as error:
        if part is not None:
            with contextlib.suppress(OSError):
                Path(part).unlink(missing_ok=True)
        raise ModelFileError(path, f"cannot be written ({error.strerror or error})") from error


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the header of a file that ``write_tensors`` wrote.

    Raises:
        ModelFileError: It is none, or of another version.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise ModelFileError(path, f"expected at most {LARGEST_BYTES >> 20} MB, found {size >> 20} MB")
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(HEADER, "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
    except OSError as error:
        raise ModelFileError(path, f"cannot be read ({error.strerror or error})") from error
    except (SafetensorError, ValueError, RecursionError) as error:
        raise ModelFileError(path, f"expected tensors and a header, found something else ({error})") from error
    if not isinstance(header, dict) or "version" not in header:
        raise ModelFileError(path, "expected a model of Truebox, found tensors of something else")
    if header["version"] != FORMAT_VERSION:
        raise ModelFileError(path, f"expected version {FORMAT_VERSION}, found {header['version']!r}")
    return tensors, header


def _parted(path: Path, tensors: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, dict[str, Tensor]]]:
    """The first network's tensors, and those of the others by name."""
    state: dict[str, Tensor] = {}
    opinions: defaultdict[str, dict[str, Tensor]] = defaultdict(dict)
    for key, tensor in tensors.items():
        name, _, inner = key.removeprefix(OPINION).partition(".")
        if not key.startswith(OPINION):
            state[key] = tensor
        elif name in OPINIONS:
            opinions[name][inner] = tensor
        else:
            raise ModelFileError(path, f"expected opinions of {', '.join(OPINIONS)}, found {name!r}")
    return state, dict(opinions)


def _check(path: Path, tensors: Mapping[str, Tensor], network: Callable[[int], nn.Module], class_count: int) -> None:
    """Raise unless these are the parameters of such a network for so many classes."""
    with torch.device("meta"):
        wanted = network(class_count).state_dict()
    if tensors.keys() != wanted.keys():
        odd = sorted(tensors.keys() ^ wanted.keys())[0]
        raise ModelFileError(path, f"expected the network's tensors, found one too many or too few: {odd!r}")
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name].shape or tensor.dtype != wanted[name].dtype:
            found = f"{tuple(tensor.shape)} {tensor.dtype}"
            raise ModelFileError(
                path, f"expected {name} {tuple(wanted[name].shape)} {wanted[name].dtype}, found {found}"
            )
        if not torch.isfinite(tensor).all():
            raise ModelFileError(path, f"expected finite numbers in {name}, found others")
