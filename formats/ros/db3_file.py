"""The SQLite file of ROS 2: a table of topics and a table of messages.

Tables: https://github.com/ros2/rosbag2 (rosbag2_storage_sqlite3).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from formats.errors import FormatError
from formats.ros.container import Channel, Complain, Message, Wants, ros2_type

MAX_MESSAGES = 50_000_000
MAX_VALUE_BYTES = 1 << 30


def scan_db3(path: Path, wants: Wants, complain: Complain) -> Iterator[Message]:
    """The messages of a file; see ``Scan``."""
    with _opened(path) as database:
        channels = {
            number: Channel(str(topic), ros2_type(str(kind)), str(encoding))
            for number, topic, kind, encoding in database.execute(
                "SELECT id, name, type, serialization_format FROM topics LIMIT 100000"
            )
        }
        query = f"SELECT id, topic_id, timestamp, length(data) FROM messages ORDER BY id LIMIT {MAX_MESSAGES}"
        try:
            for row, number, log_time_ns, size in database.execute(query):
                channel = channels.get(number)
                wanted = 0 if channel is None else wants(channel)
                if channel is None or not wanted or not (isinstance(log_time_ns, int) and isinstance(size, int)):
                    continue
                with database.blobopen("messages", "data", row, readonly=True) as blob:
                    data = blob.read(min(wanted, len(blob)))
                yield Message(channel, log_time_ns, str(row), size, data)
        except (sqlite3.Error, OverflowError, ValueError) as error:
            found = f"found one that is damaged ({str(error)[:200]})"
            complain(f"expected a table of messages, {found}: what follows is not read")


def read_db3_part(path: Path, part: str) -> bytes:
    """One message again; see ``ReadPart``."""
    with _opened(path) as database, database.blobopen("messages", "data", int(part), readonly=True) as blob:
        return blob.read()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, never written; errors inside the block are ``FormatError``."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        database = sqlite3.connect(uri, uri=True)
    except sqlite3.Error as error:
        raise FormatError(path, f"expected a ROS 2 database, found none ({str(error)[:200]})") from error
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        database.execute("PRAGMA trusted_schema = OFF")
        _check_tables(path, database)
        yield database
    except (sqlite3.Error, OverflowError, ValueError) as error:
        found = f"found one that cannot be read ({str(error)[:200]})"
        raise FormatError(path, f"expected a ROS 2 database, {found}") from error
    finally:
        database.close()


def _check_tables(path: Path, database: sqlite3.Connection) -> None:
    """Raise ``FormatError`` unless both are plain tables: a view may compute for ever."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name IN ('topics', 'messages')"
    tables = dict(database.execute(query))
    plain = [name for name, sql in tables.items() if "generated" not in str(sql).lower() and " as " not in str(sql)]
    if sorted(plain) != ["messages", "topics"]:
        raise FormatError(path, f"expected the tables messages and topics, found {', '.join(sorted(plain)) or 'none'}")
