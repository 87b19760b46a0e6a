"""The tables of one version folder: the small ones whole, of the large ones where their rows are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from formats.errors import FormatError
from formats.listing import Listing
from formats.nuscenes.row_scan import Complain, scan_rows
from formats.nuscenes.table_index import (
    GroupedRows,
    JsonObject,
    RowsByToken,
    decode_row,
    index_by_group,
    index_by_token,
    read_whole,
)

NEEDED = ("scene", "sample", "sample_data", "ego_pose", "sensor", "calibrated_sensor")
LABEL_TABLES = ("sample_annotation", "instance", "category", "attribute", "visibility")
OWN_TABLE = "truebox"
"""What the standard's tables have no place for, a row a scene; a folder that has it was written by this program."""
READ = (*NEEDED, *LABEL_TABLES, "log", OWN_TABLE)
SEVERAL_AT_ONCE = 2
MAX_COMPLAINTS = 100
Stamp = tuple[int, float, str]


@dataclass(frozen=True, eq=False)
class Tables:
    """One version folder; every table is looked into when it is first asked for.

    Each property raises ``FormatError`` where its table cannot be read.

    Attributes:
        folder: The folder of the tables, beside ``samples`` and ``sweeps``.
        complaints: What is wrong with each table as a whole, of those that were looked into.
    """

    folder: Path
    complaints: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def root(self) -> Path:
        """The folder that file names in the tables are relative to."""
        return self.folder.parent

    def path(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / f"{table}.json"

    def complain_to(self, listing: Listing, tables: Sequence[str]) -> None:
        """Hand over what is wrong with some tables."""
        for table in tables:
            # A row is read again for every scene and for its labels.
            for message in list(dict.fromkeys(self.complaints[table]))[:MAX_COMPLAINTS]:
                listing.complain(self.path(table), message)

    @cached_property
    def scenes(self) -> dict[str, JsonObject]:
        """The scenes' rows by token."""
        return self._whole("scene")

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The scenes' places in their table, by token."""
        return {token: number for number, token in enumerate(self.scenes)}

    @cached_property
    def sensors(self) -> dict[str, JsonObject]:
        """The sensors' rows by token."""
        return self._whole("sensor")

    @cached_property
    def logs(self) -> dict[str, JsonObject]:
        """The logs' rows by token."""
        return self._whole("log")

    @cached_property
    def categories(self) -> dict[str, JsonObject]:
        """The categories' rows by token."""
        return self._whole("category")

    @cached_property
    def attributes(self) -> dict[str, JsonObject]:
        """The attributes' rows by token."""
        return self._whole("attribute")

    @cached_property
    def visibilities(self) -> dict[str, JsonObject]:
        """The levels of visibility by token."""
        return self._whole("visibility")

    @cached_property
    def own(self) -> dict[str, JsonObject]:
        """This program's own rows by the scene's token."""
        return self._whole(OWN_TABLE)

    @cached_property
    def samples(self) -> GroupedRows:
        """The samples' rows by scene."""
        groups = {token.encode(errors="replace"): number for token, number in self.numbers.items()}
        return index_by_group(self._checked("sample"), "scene_token", groups, self._complain_of("sample"))

    @cached_property
    def sample_data(self) -> GroupedRows:
        """The rows of clouds and images by scene."""
        return self._by_sample("sample_data")

    @cached_property
    def annotations(self) -> GroupedRows:
        """The cuboids' rows by scene."""
        return self._by_sample("sample_annotation")

    @cached_property
    def ego_poses(self) -> RowsByToken:
        """The poses' rows."""
        return index_by_token(self._checked("ego_pose"), self._complain_of("ego_pose"))

    @cached_property
    def calibrated_sensors(self) -> RowsByToken:
        """The rows of where the sensors sit."""
        return index_by_token(self._checked("calibrated_sensor"), self._complain_of("calibrated_sensor"))

    @cached_property
    def instances(self) -> RowsByToken:
        """The objects' rows."""
        return index_by_token(self._checked("instance"), self._complain_of("instance"))

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return self.path(table).is_file()

    @cached_property
    def _scene_of_sample(self) -> dict[bytes, int]:
        scene_of: dict[bytes, int] = {}
        for _, data in scan_rows(self._checked("sample"), lambda _: None):
            row = decode_row(data) or {}
            token, scene = row.get("token"), row.get("scene_token")
            if isinstance(token, str) and isinstance(scene, str) and scene in self.numbers:
                scene_of[token.encode(errors="replace")] = self.numbers[scene]
        return scene_of

    def _by_sample(self, table: str) -> GroupedRows:
        return index_by_group(self._checked(table), "sample_token", self._scene_of_sample, self._complain_of(table))

    def _whole(self, table: str) -> dict[str, JsonObject]:
        if table not in NEEDED and not self.has(table):
            return {}
        return read_whole(self._checked(table), self._complain_of(table))

    def _checked(self, table: str) -> Path:
        """The file of a table, which must not be a link out of the dataset's folder."""
        path = self.path(table)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise FormatError(path, "a link that leaves the dataset's folder is not followed: open its target instead")
        return path

    def _complain_of(self, table: str) -> Complain:
        return self.complaints[table].append


def open_tables(folder: Path) -> Tables:
    """The tables of a folder; what was found in them is kept until one of their files changes.

    Raises:
        FormatError: A table that every scene needs is missing.
    """
    missing = [table for table in NEEDED if not (folder / f"{table}.json").is_file()]
    if missing:
        raise FormatError(folder, f"expected the tables {', '.join(NEEDED)}, found no {', '.join(missing)}")
    return _opened(folder, tuple(_stamp(folder / f"{table}.json") for table in READ))


@lru_cache(maxsize=SEVERAL_AT_ONCE)
def _opened(folder: Path, stamps: tuple[Stamp, ...]) -> Tables:  # noqa: ARG001 - a part of the key
    return Tables(folder)


def _stamp(path: Path) -> Stamp:
    """What changes where a table does: its size, its time, and the file that a link leads to."""
    try:
        found = path.stat()
    except OSError:
        return -1, 0.0, ""
    return found.st_size, found.st_mtime, str(path.resolve())
