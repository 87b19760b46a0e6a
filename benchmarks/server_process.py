"""A real `truebox serve` in a process of its own, for the benchmarks and the browser tests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.errors import BenchmarkError

START_TIMEOUT_S = 60.0
JOB_TIMEOUT_S = 120.0
POLL_S = 0.05


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """One server with its own data folder; it keeps its port when it is started again.

    Attributes:
        url: Where it answers, without a slash at the end.
        log_path: What it printed.
    """

    def __init__(self, data_dir: Path, *, port: int | None = None) -> None:
        """Decide the port; ``start`` begins."""
        self._data_dir = data_dir
        self._port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.log_path = data_dir / "server.log"

    def __enter__(self) -> ServerProcess:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers.

        Raises:
            BenchmarkError: It ended, or did not answer in time; the message has the end of its log.
        """
        self._data_dir.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "server.cli",
            "serve",
            "--data-dir",
            str(self._data_dir),
            "--port",
            str(self._port),
        ]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "NO_COLOR": "1"})
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise BenchmarkError(f"the server did not start:\n{self.log_path.read_text(errors='replace')[-4000:]}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """End it as Ctrl+C's service manager would, and wait; kill it where it does not heed."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise BenchmarkError("the server did not stop within 15 s of SIGTERM") from None
        finally:
            self._process = None

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def peak_memory_mb(self) -> float | None:
        """The most memory that its process has held; None where the system does not tell."""
        status = Path(f"/proc/{self._process.pid}/status") if self._process is not None else None
        if status is None or not status.is_file():
            return None
        (kilobytes,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kilobytes) / 1024

    def request(self, method: str, path: str, body: object = None) -> Any:
        """Call the API; returns the JSON answer, or None where there is none.

        Raises:
            BenchmarkError: The server answered with an error; the message has its text.
        """
        data = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(
            f"{self.url}/api{path}", data, {"content-type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(call, timeout=30) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise BenchmarkError(
                    f"{method} {path}: {error.code} {error.read().decode(errors='replace')}"
                ) from error
        return json.loads(content) if content else None

    def import_folder(self, folder: Path, *, project: str, with_labels: bool = False) -> list[dict[str, Any]]:
        """Make a project of a dataset's folder; returns its scenes as the API lists them.

        Raises:
            BenchmarkError: The job failed, or took too long.
        """
        project_id = self.request("POST", "/projects", {"name": project})["id"]
        body = {"path": str(folder), "format": None, "with_labels": with_labels}
        self.wait_for_job(self.request("POST", f"/projects/{project_id}/import", body)["id"])
        return list(self.request("GET", f"/projects/{project_id}/scenes"))

    def wait_for_job(self, job_id: str) -> dict[str, Any]:
        """The job once it is done.

        Raises:
            BenchmarkError: It ended otherwise, or did not end in time.
        """
        deadline = time.monotonic() + JOB_TIMEOUT_S
        while (job := dict(self.request("GET", f"/jobs/{job_id}")))["state"] in ("queued", "running"):
            if time.monotonic() > deadline:
                raise BenchmarkError(f"the {job['kind']} did not end within {JOB_TIMEOUT_S:.0f} s")
            time.sleep(POLL_S)
        if job["state"] != "done":
            raise BenchmarkError(f"the {job['kind']} ended as {job['state']}: {job['error']}")
        return job

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
