"""Checks run beside the requests: the newest labels win, what is known is given out, and a stop is prompt."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from quality import Finding
from server import findings as room
from server.errors import NotFoundError
from server.findings import SceneFindings
from server.scene_cache import SceneCache

JsonObject = dict[str, Any]


class Gate:
    """Stands in for the checks: those of the clouds wait until they may go on."""

    def __init__(self) -> None:
        self.at_clouds = threading.Event()
        self.may_go_on = threading.Event()
        self.checked: list[tuple[int, bool]] = []

    def check(self, _scene: Any, labels: Any, _taxonomy: Any, counts: Any) -> tuple[Finding, ...]:
        self.checked.append((labels.revision, counts is not None))
        if counts is None:
            return (Finding("labels", "warning", f"at revision {labels.revision}", 1),)
        self.at_clouds.set()
        assert self.may_go_on.wait(30)
        counts.on_cloud()
        return (Finding("clouds", "warning", f"at revision {labels.revision}", 0),)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(room, "_check", gate.check)
    return gate


@pytest.fixture
def service(client: Any, gate: Gate) -> Iterator[SceneFindings]:
    services = client.app.state.services
    service = SceneFindings(services.database, SceneCache(4))
    yield service
    gate.may_go_on.set()
    service.close()


def change(client: Any, scene: JsonObject, make: Any, revision: int) -> None:
    added = {"tracks": [make.track(f"t{revision}")]}
    answer = client.post(f"/api/scenes/{scene['id']}/changes", json=make.change(scene["id"], revision, added=added))
    assert answer.json()["revision"] == revision + 1


def test_label_checks_are_known_before_the_clouds(service: SceneFindings, imported: JsonObject, gate: Gate) -> None:
    assert service.get(imported["id"], 0, with_points=True).state == "computing"
    assert gate.at_clouds.wait(30)
    early = service.get(imported["id"], 0, with_points=True)
    assert (early.state, early.revision, [finding.rule for finding in early.findings]) == ("computing", 1, ["labels"])
    gate.may_go_on.set()
    done = service.get(imported["id"], 30, with_points=True)
    assert (done.state, [finding.rule for finding in done.findings]) == ("ready", ["clouds", "labels"])
    assert service.get(imported["id"], 0, with_points=True) == done
    assert gate.checked == [(1, False), (1, True)]


def test_newer_labels_end_what_runs(
    service: SceneFindings, client: Any, imported: JsonObject, gate: Gate, make: Any
) -> None:
    service.get(imported["id"], 0, with_points=True)
    assert gate.at_clouds.wait(30)
    change(client, imported, make, 1)
    known = service.get(imported["id"], 0, with_points=True)
    assert (known.state, known.revision) == ("computing", 1)
    gate.may_go_on.set()
    done = service.get(imported["id"], 30, with_points=True)
    assert (done.state, done.revision) == ("ready", 2)
    assert {finding.sentence for finding in done.findings} == {"at revision 2"}


def test_a_failure_is_told_and_the_next_request_tries_again(
    service: SceneFindings, imported: JsonObject, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(room, "_check", fail)
    with pytest.raises(RuntimeError, match="out of luck"):
        service.get(imported["id"], 30, with_points=True)
    monkeypatch.setattr(room, "_check", gate.check)
    gate.may_go_on.set()
    assert service.get(imported["id"], 30, with_points=True).state == "ready"


def test_forgetting_looks_into_the_clouds_again(service: SceneFindings, imported: JsonObject, gate: Gate) -> None:
    gate.may_go_on.set()
    service.get(imported["id"], 30, with_points=True)
    service.forget()
    service.get(imported["id"], 30, with_points=True)
    assert gate.checked == [(1, False), (1, True)] * 2


def test_clouds_are_left_alone_until_somebody_asks(service: SceneFindings, imported: JsonObject, gate: Gate) -> None:
    found = service.get(imported["id"], 30, with_points=False)
    assert (found.state, [finding.rule for finding in found.findings]) == ("ready", ["labels"])
    assert gate.checked == [(1, False)]


def test_closing_does_not_wait_for_all_clouds(service: SceneFindings, imported: JsonObject, gate: Gate) -> None:
    service.get(imported["id"], 0, with_points=True)
    assert gate.at_clouds.wait(30)
    gate.may_go_on.set()
    service.close()


def test_a_scene_must_exist(service: SceneFindings) -> None:
    with pytest.raises(NotFoundError):
        service.get("nowhere", 0, with_points=True)


def test_sizes_that_nobody_chose_are_not_held_against_labels() -> None:
    from labels import Category, Taxonomy
    from server.store.taxonomies import extended

    taxonomy = extended(
        Taxonomy("own", 1, (Category("Bus", "#112233", (12.0, 2.5, 3.2)),)), Taxonomy("x", 1, ()), {"?"}
    )
    assert taxonomy.category("?") is not None
    assert [category.name for category in room._with_known_sizes(taxonomy).categories] == ["Bus"]
