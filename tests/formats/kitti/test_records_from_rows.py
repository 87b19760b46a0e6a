from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from hypothesis import given
from hypothesis import strategies as st

from formats.kitti.records_from_rows import uuid5_text


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_ids_are_uuids_of_their_names(name: str) -> None:
    assert uuid5_text(name) == str(uuid5(NAMESPACE_URL, name))
