"""The one door for labels: what it stores, what it refuses, and that its tables are what the log says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import RECORD_KINDS, LabelError, LabelSet, RecordError, StaleRevisionError, apply, decode_change
from labels.records import DECODERS
from server.errors import NotFoundError
from server.store import labels as store
from server.store.db import Database
from server.store.tables import JsonObject

MakeScene = Callable[..., str]
ME, OTHER = "human:me", "human:other"


@pytest.fixture
def scene_id(make_scene: MakeScene) -> str:
    return make_scene()


@pytest.fixture
def send(shared_database: Database, scene_id: str) -> Callable[..., store.AppendedChange]:
    """Sends a change to the scene as somebody."""

    def send_change(change: JsonObject, author: str = ME) -> store.AppendedChange:
        with shared_database.write() as session:
            return store.append_change(session, scene_id, change, author)

    return send_change


def read(database: Database, scene_id: str, since: int | None = None) -> JsonObject:
    with database.read() as session:
        return store.read_labels(session, scene_id, since)


def conflict_of(error: StaleRevisionError) -> tuple[str, str]:
    assert len(error.conflicts) == 1
    return error.conflicts[0].kind, error.conflicts[0].id


def test_a_change_is_stored_as_it_came(shared_database: Database, scene_id: str, send: Any, make: Any) -> None:
    change = make.change(scene_id, added={"tracks": [make.track()], "cuboids": [make.cuboid()]})
    done = send(change)
    assert (done.revision, done.was_known) == (1, False)
    found = read(shared_database, scene_id)
    assert found["tracks"] == [make.track()]
    assert found["cuboids"] == [make.cuboid()]
    with shared_database.read() as session:
        log = store.read_changes(session, scene_id, 0, 10)
    assert log == [{"revision": 1, "change": change | {"author": ME}}]


def test_the_same_change_again_is_stored_once(shared_database: Database, scene_id: str, send: Any, make: Any) -> None:
    change = make.change(scene_id, added={"tracks": [make.track()]})
    first = send(change)
    send(make.change(scene_id, 1, added={"tracks": [make.track("t2")]}))
    again = send(change)
    assert (again.revision, again.was_known) == (first.revision, True)
    assert read(shared_database, scene_id)["revision"] == 2


def test_a_change_id_of_another_scene_is_refused(
    shared_database: Database, make_scene: MakeScene, scene_id: str, send: Any, make: Any
) -> None:
    change = make.change(scene_id, added={"tracks": [make.track()]})
    send(change)
    other = make_scene()
    with pytest.raises(LabelError, match="was sent to"):
        send(make.change(other, added={"tracks": [make.track()]}))
    with pytest.raises(LabelError, match="used in another scene"), shared_database.write() as session:
        store.append_change(session, other, change | {"scene_id": other}, ME)


def test_records_that_nobody_else_touched_are_rebased(
    shared_database: Database, scene_id: str, send: Any, make: Any
) -> None:
    send(make.change(scene_id, added={"tracks": [make.track("t1"), make.track("t2")]}))
    send(make.change(scene_id, 1, added={"cuboids": [make.cuboid("a", "t1")]}), OTHER)
    done = send(make.change(scene_id, 1, added={"cuboids": [make.cuboid("b", "t2")]}))
    assert done.revision == 3
    assert {row["id"] for row in read(shared_database, scene_id)["cuboids"]} == {"a", "b"}


def test_my_own_queue_needs_no_new_base(shared_database: Database, scene_id: str, send: Any, make: Any) -> None:
    """A browser that was offline sends several changes of the same record with the base it knew."""
    first, second = make.track(), make.track(category="Van")
    send(make.change(scene_id, 0, added={"tracks": [first]}))
    send(make.change(scene_id, 0, updated={"tracks": [{"from": first, "to": second}]}))
    send(make.change(scene_id, 0, removed={"tracks": [second]}))
    send(make.change(scene_id, 0, added={"tracks": [first]}))
    assert read(shared_database, scene_id)["tracks"] == [first]


def test_an_update_of_what_others_changed_conflicts(scene_id: str, send: Any, make: Any) -> None:
    before, theirs = make.track(), make.track(category="Van")
    send(make.change(scene_id, added={"tracks": [before]}))
    send(make.change(scene_id, 1, updated={"tracks": [{"from": before, "to": theirs}]}), OTHER)
    mine = make.track(category="Truck")
    with pytest.raises(StaleRevisionError) as caught:
        send(make.change(scene_id, 1, updated={"tracks": [{"from": before, "to": mine}]}))
    conflict = caught.value.conflicts[0]
    assert (caught.value.base, caught.value.current) == (1, 2)
    assert (conflict.yours, conflict.theirs) == (mine, theirs)
    assert "changed by others" in conflict.reason


def test_there_and_back_by_others_still_conflicts(scene_id: str, send: Any, make: Any) -> None:
    before, away = make.track(), make.track(category="Van")
    send(make.change(scene_id, added={"tracks": [before]}))
    send(make.change(scene_id, 1, updated={"tracks": [{"from": before, "to": away}]}), OTHER)
    send(make.change(scene_id, 2, updated={"tracks": [{"from": away, "to": before}]}), OTHER)
    with pytest.raises(StaleRevisionError):
        send(make.change(scene_id, 1, removed={"tracks": [before]}))
    send(make.change(scene_id, 3, removed={"tracks": [before]}))


def test_what_is_gone_or_there_already_conflicts(scene_id: str, send: Any, make: Any) -> None:
    track = make.track()
    send(make.change(scene_id, added={"tracks": [track]}))
    with pytest.raises(StaleRevisionError, match="exists already"):
        send(make.change(scene_id, added={"tracks": [track]}))
    send(make.change(scene_id, 1, removed={"tracks": [track]}), OTHER)
    with pytest.raises(StaleRevisionError) as caught:
        send(make.change(scene_id, 1, updated={"tracks": [{"from": track, "to": make.track(category="Van")}]}))
    assert caught.value.conflicts[0].theirs is None
    with pytest.raises(StaleRevisionError, match="removed by others"):
        send(make.change(scene_id, 1, added={"tracks": [track]}))


def test_a_key_in_a_track_that_others_removed_conflicts(scene_id: str, send: Any, make: Any) -> None:
    track = make.track()
    send(make.change(scene_id, added={"tracks": [track]}))
    send(make.change(scene_id, 1, removed={"tracks": [track]}), OTHER)
    with pytest.raises(StaleRevisionError) as caught:
        send(make.change(scene_id, 1, added={"cuboids": [make.cuboid()]}))
    assert conflict_of(caught.value) == ("tracks", "t1")
    with pytest.raises(LabelError, match="names track t1, which does not exist"):
        send(make.change(scene_id, 2, added={"cuboids": [make.cuboid()]}))


def test_removing_a_track_that_others_gave_a_key_conflicts(scene_id: str, send: Any, make: Any) -> None:
    track = make.track()
    send(make.change(scene_id, added={"tracks": [track]}))
    send(make.change(scene_id, 1, added={"cuboids": [make.cuboid()]}), OTHER)
    with pytest.raises(StaleRevisionError) as caught:
        send(make.change(scene_id, 1, removed={"tracks": [track]}))
    assert conflict_of(caught.value) == ("cuboids", "c1")
    with pytest.raises(LabelError, match="cannot go while cuboid c1"):
        send(make.change(scene_id, 2, removed={"tracks": [track]}))
    send(make.change(scene_id, 2, removed={"tracks": [track], "cuboids": [make.cuboid()]}))


def test_two_keys_of_a_track_in_one_frame(scene_id: str, send: Any, make: Any) -> None:
    send(make.change(scene_id, added={"tracks": [make.track()]}))
    send(make.change(scene_id, 1, added={"cuboids": [make.cuboid("theirs")]}), OTHER)
    with pytest.raises(StaleRevisionError) as caught:
        send(make.change(scene_id, 1, added={"cuboids": [make.cuboid("mine")]}))
    conflict = caught.value.conflicts[0]
    assert (conflict.yours["id"], conflict.theirs["id"]) == ("mine", "theirs")
    with pytest.raises(LabelError, match="has a key cuboid in frame 0 already"):
        send(make.change(scene_id, 2, added={"cuboids": [make.cuboid("mine")]}))
    twice = [make.cuboid("x", frame_index=5), make.cuboid("y", frame_index=5)]
    with pytest.raises(LabelError, match="two key cuboids in frame 5"):
        send(make.change(scene_id, 2, added={"cuboids": twice}))


def test_external_ids_are_unique_but_may_be_swapped(
    shared_database: Database, scene_id: str, send: Any, make: Any
) -> None:
    one, two = make.track("t1", external_id="1"), make.track("t2", external_id="2")
    send(make.change(scene_id, added={"tracks": [one, two]}))
    with pytest.raises(LabelError, match="has the external id 2 already"):
        send(make.change(scene_id, 1, updated={"tracks": [{"from": one, "to": one | {"external_id": "2"}}]}))
    swapped = [{"from": one, "to": one | {"external_id": "2"}}, {"from": two, "to": two | {"external_id": "1"}}]
    send(make.change(scene_id, 1, updated={"tracks": swapped}))
    numbers = {row["id"]: row["external_id"] for row in read(shared_database, scene_id)["tracks"]}
    assert numbers == {"t1": "2", "t2": "1"}


def test_since_tells_what_was_touched_and_what_is_gone(
    shared_database: Database, scene_id: str, send: Any, make: Any
) -> None:
    kept, moved, gone = make.track("kept"), make.track("moved"), make.track("gone")
    send(make.change(scene_id, added={"tracks": [kept, moved, gone]}))
    after = moved | {"category": "Van"}
    send(make.change(scene_id, 1, updated={"tracks": [{"from": moved, "to": after}]}, removed={"tracks": [gone]}))
    found = read(shared_database, scene_id, since=1)
    assert found["tracks"] == [after]
    assert found["removed"] == {"tracks": ["gone"], "cuboids": [], "image_boxes": [], "frame_states": []}
    send(make.change(scene_id, 2, added={"tracks": [gone]}))
    found = read(shared_database, scene_id, since=1)
    assert found["removed"]["tracks"] == []
    assert [row["id"] for row in found["tracks"]] == ["moved", "gone"]
    assert read(shared_database, scene_id)["removed"]["tracks"] == []


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({}, "touches nothing"),
        ({"added": {"cuboids": [{"id": "c"}]}}, r"added\.cuboids\[0\]: expected the field track_id"),
        ({"added": {"frame_states": [{"id": "99", "frame_index": 99, "state": "done"}]}}, "beyond the scene's last"),
        ({"added": {"cuboids": "no list"}}, "expected a list"),
        ({"added": {"boxes": []}}, "unknown field boxes"),
    ],
)
def test_nonsense_is_refused_with_its_place(
    scene_id: str, send: Any, make: Any, tables: JsonObject, message: str
) -> None:
    with pytest.raises(LabelError, match=message):
        send(make.change(scene_id, **tables))


def test_what_does_not_fit_the_scene_is_refused(scene_id: str, send: Any, make: Any) -> None:
    with pytest.raises(LabelError, match=r"category Unicorn is not one of the project's \(Car"):
        send(make.change(scene_id, added={"tracks": [make.track(category="Unicorn")]}))
    with pytest.raises(LabelError, match="frame 10 is beyond the scene's last frame, 9"):
        send(make.change(scene_id, added={"tracks": [make.track(last_frame=10)]}))
    with pytest.raises(LabelError, match="ahead of the scene's revision 0"):
        send(make.change(scene_id, 1, added={"tracks": [make.track()]}))
    with pytest.raises(RecordError, match="version 1"):
        send(make.change(scene_id) | {"schema_version": 2})


def test_a_category_that_left_the_taxonomy_may_stay(
    shared_database: Database, scene_id: str, send: Any, make: Any
) -> None:
    from server.store.projects import get_project
    from server.store.scenes import get_scene

    track = make.track(category="Tram")
    send(make.change(scene_id, added={"tracks": [track]}))
    with shared_database.write() as session:
        project = get_project(session, get_scene(session, scene_id).project_id)
        kept = [row for row in project.taxonomy["categories"] if row["name"] != "Tram"]
        project.taxonomy = project.taxonomy | {"categories": kept}
    send(make.change(scene_id, 1, updated={"tracks": [{"from": track, "to": track | {"is_static": True}}]}))
    with pytest.raises(LabelError, match="category Tram"):
        send(make.change(scene_id, 2, added={"tracks": [make.track("t2", category="Tram")]}))


def test_a_refused_change_leaves_nothing(shared_database: Database, scene_id: str, send: Any, make: Any) -> None:
    with pytest.raises(LabelError):
        send(make.change(scene_id, added={"tracks": [make.track()], "cuboids": [make.cuboid("c", "nobody")]}))
    found = read(shared_database, scene_id)
    assert (found["revision"], found["tracks"]) == (0, [])


def test_unknown_scenes_are_not_found(shared_database: Database, make: Any) -> None:
    with pytest.raises(NotFoundError), shared_database.write() as session:
        store.append_change(session, "nowhere", make.change("nowhere"), ME)
    with pytest.raises(NotFoundError):
        read(shared_database, "nowhere")


# Laws: whatever several people do, the tables are the log replayed ----------------------------------------------------


def record_id(kind: str, number: int) -> str:
    return str(number) if kind == "frame_states" else f"{kind}-{number}"


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, str, int, int]:
    """(who, kind, which record, what to make of it)."""
    kind = draw(st.sampled_from(RECORD_KINDS))
    return draw(st.integers(0, 2)), kind, draw(st.integers(0, 3)), draw(st.integers(0, 5))


def wanted_record(make: Any, kind: str, number: int, what: int) -> Any:
    """A record of a kind; small numbers make clashes of places, tracks and external ids likely."""
    if kind == "tracks":
        return make.track(f"tracks-{number}", external_id=[None, "1", "2"][what % 3], is_static=what > 2)
    if kind == "cuboids":
        return make.cuboid(f"cuboids-{number}", f"tracks-{what % 3}", what % 2, ends_segment=what > 2)
    if kind == "image_boxes":
        track_id = None if what == 0 else f"tracks-{what % 3}"
        base = {"id": f"image_boxes-{number}", "frame_index": 0, "camera": "image_02", "kind": "tight"}
        return base | {"track_id": track_id, "ltrb_px": [0.0, 0.0, 1.0 + what, 2.0], "attributes": {}}
    return {"id": str(number), "frame_index": number, "state": ["done", "empty"][what % 2]}


class Client:
    """Somebody who knows the labels of one revision and edits them."""

    def __init__(self, scene_id: str, author: str) -> None:
        self.scene_id, self.author, self.labels = scene_id, author, LabelSet()
        self.known: dict[str, dict[str, JsonObject]] = {kind: {} for kind in RECORD_KINDS}

    def edit(self, make: Any, kind: str, number: int, what: int) -> Any:
        before = self.known[kind].get(record_id(kind, number))
        after = wanted_record(make, kind, number, what)
        tables: dict[str, JsonObject] = {}
        if before is None:
            tables["added"] = {kind: [after]}
        elif what == 5:
            tables["removed"] = {kind: [before]}
        else:
            tables["updated"] = {kind: [{"from": before, "to": after}]}
        return make.change(self.scene_id, self.labels.revision, **tables)

    def catch_up(self, database: Database) -> None:
        """What a browser does with ``since``."""
        news = read(database, self.scene_id, since=self.labels.revision or None)
        for kind in RECORD_KINDS:
            for gone in news["removed"][kind]:
                self.known[kind].pop(gone, None)
            self.known[kind] |= {row["id"]: row for row in news[kind]}
        self.labels = LabelSet(revision=news["revision"])


@settings(max_examples=40)
@given(steps=st.lists(edits(), max_size=25), lazy=st.lists(st.booleans(), min_size=25, max_size=25))
def test_tables_are_the_log_replayed(
    shared_database: Database,
    make_scene: MakeScene,
    make: Any,
    steps: list[tuple[int, str, int, int]],
    lazy: list[bool],
) -> None:
    scene_id = make_scene()
    clients = [Client(scene_id, f"human:{name}") for name in ("a", "b", "a")]
    for (who, kind, number, what), stays_behind in zip(steps, lazy, strict=False):
        client = clients[who]
        change = client.edit(make, kind, number, what)
        try:
            with shared_database.write() as session:
                store.append_change(session, scene_id, change, client.author)
        except LabelError:
            client.catch_up(shared_database)
        if not stays_behind:
            client.catch_up(shared_database)
    replayed = replay(shared_database, scene_id)
    found = read(shared_database, scene_id)
    assert found["revision"] == replayed.revision
    for kind in RECORD_KINDS:
        decoded = {row["id"]: DECODERS[kind](row, kind) for row in found[kind]}
        assert decoded == getattr(replayed, kind)
    with shared_database.read() as session:
        loaded = store.load_label_set(session, scene_id)
    assert all(getattr(loaded, kind) == getattr(replayed, kind) for kind in RECORD_KINDS)
    for client in clients:
        client.catch_up(shared_database)
        assert client.known == {kind: {row["id"]: row for row in found[kind]} for kind in RECORD_KINDS}
    with shared_database.write() as session:
        store.rebuild(session, scene_id)
    assert read(shared_database, scene_id) == found


def replay(database: Database, scene_id: str) -> LabelSet:
    """The log through the pure function of the labels' room."""
    labels = LabelSet()
    with database.read() as session:
        for entry in store.read_changes(session, scene_id, 0, 1000):
            labels = apply(labels, decode_change(entry["change"]))
            assert labels.revision == entry["revision"]
    return labels
