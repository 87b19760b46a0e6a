"""Detectors over real HTTP, well behaved and not."""

from __future__ import annotations

import gzip
import json
import socket
import time
from typing import Any

import anyio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.classes import ClassSet
from autolabel.external.errors import DetectorError
from autolabel.external.http_detector import MOST_BYTES, HttpDetector
from autolabel.recording import Recording

ANSWER = {
    "version": 1,
    "boxes": [{"center": [12, 5, 0.75], "size_lwh": [4.2, 1.8, 1.5], "yaw": 0.5, "category": "Car", "score": 0.9}],
}
GOOD = json.dumps(ANSWER).encode()


def asked(server: Any, recording: Recording, classes: ClassSet, **options: Any) -> DetectorError:
    """The error that asking ends with."""
    with pytest.raises(DetectorError) as caught:
        HttpDetector(server.url, classes, **{"retries": 0, **options}).detect(recording, 0)
    assert str(caught.value).startswith(f"{server.url}: ")
    return caught.value


def test_points_go_out_and_boxes_come_back(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(GOOD)
    detector = HttpDetector(f"{server.url}?model=best", classes)
    for frame in (3, 4):
        found = detector.detect(recording, frame)
        np.testing.assert_allclose(found.boxes_ego, [[12, 5, 0.75, 4.2, 1.8, 1.5, 0.5]])
        assert found.classes.tolist() == [0]
    request = server.asked[1]
    assert request.path == "/detect?model=best"
    assert request.body == recording.points(4).tobytes()
    assert request.headers["Truebox-Frame"] == "4"
    assert request.headers["Content-Type"] == "application/octet-stream"
    assert request.headers["Accept-Encoding"] == "identity"


def test_it_may_be_asked_where_an_event_loop_runs(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(GOOD)

    async def ask() -> int:
        return len(HttpDetector(server.url, classes).detect(recording, 0))

    assert anyio.run(ask) == 1


def test_a_frame_without_points_asks_nobody(server: Any, empty: Recording, classes: ClassSet) -> None:
    assert len(HttpDetector(server.url, classes).detect(empty, 0)) == 0
    assert server.asked == []


def test_a_password_is_sent_and_never_shown(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(b"no", 401)
    detector = HttpDetector(server.url.replace("//", "//me:secret@") + "?token=hidden", classes)
    with pytest.raises(DetectorError) as caught:
        detector.detect(recording, 0)
    assert server.asked[0].headers["Authorization"].startswith("Basic ")
    assert "401 Status: no" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_the_environment_sends_the_points_nowhere_else(
    server: Any, recording: Recording, classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.says(GOOD)
    assert len(HttpDetector(server.url, classes, retries=0).detect(recording, 0)) == 1


def test_nobody_there_is_tried_again_and_told(recording: Recording, classes: ClassSet) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(DetectorError, match=r"server: expected an answer, found .* \(tried 3 times\)"):
            HttpDetector(url, classes, retries=2, back_off_s=0.01).detect(recording, 0)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
def test_a_server_that_starts_is_waited_for(first: bytes, server: Any, recording: Recording, classes: ClassSet) -> None:
    def answer(out: Any) -> None:
        if len(server.asked) < 3:
            out.write(first)
        else:
            out.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD)

    server.answer = answer
    assert len(HttpDetector(server.url, classes, back_off_s=0.01).detect(recording, 0)) == 1
    assert len(server.asked) == 3


def test_other_failures_are_not_tried_again(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(b"out of\nmemory", 500)
    error = asked(server, recording, classes, retries=3, back_off_s=0.01)
    assert (error.what, error.expected) == ("status", "200")
    assert error.found == "500 Status: out of\\nmemory"
    assert len(server.asked) == 1


def test_redirects_are_not_followed(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(b"", 307, {"Location": "/elsewhere"})
    assert "redirects are not followed" in str(asked(server, recording, classes))
    assert len(server.asked) == 1


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", HEAD + b"\r\n"])
def test_one_deadline_holds_however_slowly_the_answer_drips(
    head: bytes, server: Any, recording: Recording, classes: ClassSet
) -> None:
    server.drips(head, b" " if head else b"", 0.02)
    before = time.monotonic()
    error = asked(server, recording, classes, timeout_s=0.3, retries=3)
    assert error.expected == "the whole answer within 0.3 s"
    assert time.monotonic() - before < 5.0
    assert len(server.asked) == 1


def test_a_huge_answer_is_not_read_to_its_end(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.drips(HEAD + b"\r\n", b" " * 65536, 0.0)
    assert str(MOST_BYTES) in asked(server, recording, classes).expected


def test_a_huge_excuse_is_not_read_to_its_end(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.drips(b"HTTP/1.1 500 No\r\nConnection: close\r\n\r\n", b"sorry " * 10000, 0.0)
    assert "500 No: sorry sorry" in str(asked(server, recording, classes))


def test_headers_without_end_are_refused(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.drips(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536, 0.0)
    asked(server, recording, classes)


def test_a_packed_answer_is_not_unpacked(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(gzip.compress(b" " * 1_000_000), headers={"Content-Encoding": "gzip"})
    assert "Content-Encoding: expected none, found gzip" in str(asked(server, recording, classes))


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + GOOD,  # it promises more
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + GOOD,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\n" + GOOD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GOOD,
        b"HTTP/1.1 999 \xff\xfe\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.0\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_broken_and_lying_servers_end_in_one_line(
    wire: bytes, server: Any, recording: Recording, classes: ClassSet
) -> None:
    server.answer = lambda out: out.write(wire)
    error = asked(server, recording, classes, timeout_s=5.0)
    assert str(error).isprintable()
    assert len(str(error)) < 600


@given(st.data())
@settings(max_examples=40)
def test_whatever_comes_over_the_wire_gives_boxes_or_one_line(
    lasting_server: Any, recording: Recording, classes: ClassSet, data: st.DataObject
) -> None:
    wire = bytearray(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(wire) - 1))
        wire[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    lasting_server.answer = lambda out: out.write(bytes(wire))
    try:
        found = HttpDetector(lasting_server.url, classes, timeout_s=10.0, retries=0).detect(recording, 0)
    except DetectorError as error:
        assert str(error).isprintable()  # noqa: PT017 (either way is right)
    else:
        assert np.isfinite(found.boxes_ego).all()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "file:///etc/passwd",
        "http://",
        "http:///path",
        "host:80",
        "",
        "http://host:port/",
        "http://host:99999999/",
        "http://[::1/",
        "http://host:70000/",
        "http://ho\x00st/",
        "http://\udcff/",
    ],
)
def test_only_addresses_of_web_servers_are_taken(url: str, classes: ClassSet) -> None:
    with pytest.raises(DetectorError, match="address: expected http://… or https://…, found"):
        HttpDetector(url, classes)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a b", "a" * 70 + ".invalid", "[::ffff:0:0]", "0.0.0.0:1"])
def test_hosts_that_are_not_there_are_told(host: str, recording: Recording, classes: ClassSet) -> None:
    with pytest.raises(DetectorError):
        HttpDetector(f"http://{host}/", classes, retries=0, timeout_s=5.0).detect(recording, 0)


def test_a_server_without_tls_is_told(server: Any, recording: Recording, classes: ClassSet) -> None:
    server.says(GOOD)
    url = server.url.replace("http://", "https://")
    with pytest.raises(DetectorError, match="server: expected an answer"):
        HttpDetector(url, classes, retries=0, timeout_s=5.0).detect(recording, 0)


@pytest.mark.parametrize("options", [{"timeout_s": 0.0}, {"retries": -1}, {"back_off_s": float("nan")}])
def test_senseless_options_are_bad_arguments(options: dict[str, Any], classes: ClassSet) -> None:
    with pytest.raises(ValueError, match="out of range"):
        HttpDetector("http://host/", classes, **options)
