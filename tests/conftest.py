"""Fixtures and settings that every test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

settings.register_profile("desk", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real drives: not part of the repository, because their licences forbid it."""
    named = os.environ.get("TRUEBOX_TEST_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}; set TRUEBOX_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root folder of the checkout."""
    return REPOSITORY


@pytest.fixture
def one_free_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else runs: the last bits of what is learned depend on how many threads added up."""
    monkeypatch.setattr("autolabel.training.devices.free_cores", lambda: 1)


@dataclass(frozen=True)
class ObjectStore:
    """An empty bucket of an S3-compatible server.

    Attributes:
        client: As the store's own library gives it.
        bucket: The bucket's name.
    """

    client: Any
    bucket: str

    def put(self, key: str, data: bytes) -> None:
        """Write an object, in place of one that may be there."""
        self.client.put_object(Bucket=self.bucket, Key=key, Body=data)

    def upload(self, folder: Path, prefix: str) -> Path:
        """Put a folder's files below a prefix; where they lie then."""
        from formats.location import parse_location

        for file in sorted(folder.rglob("*")):
            if file.is_file():
                self.put(f"{prefix}/{file.relative_to(folder)}", file.read_bytes())
        return parse_location(f"s3://{self.bucket}/{prefix}")


@pytest.fixture(scope="session")
def store_endpoint() -> Iterator[str]:
    """A real server that speaks S3, on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(store_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """A bucket; the environment says how to reach it, as people's would."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": store_endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    made = ObjectStore(boto3.client("s3"), "drives")
    made.client.create_bucket(Bucket=made.bucket)
    yield made
    for entry in made.client.list_objects_v2(Bucket=made.bucket).get("Contents", []):
        made.client.delete_object(Bucket=made.bucket, Key=entry["Key"])
    made.client.delete_bucket(Bucket=made.bucket)
