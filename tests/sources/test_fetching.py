import errno
import hashlib
import json
from pathlib import Path

import pytest

from evenhand.sources import fetching
from evenhand.sources.fetching import ATTEMPTS, fetch_file
from evenhand.tables.errors import FetchFailed
from tests.sources.publisher import Publisher

BODY = bytes(range(256)) * 2_000  # half a megabyte: several blocks


def record(folder: Path) -> dict:
    return json.loads((folder / "fetched.json").read_text())


def test_a_file_arrives_whole_with_its_hash_recorded_and_progress_told(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    seen: list[tuple[int, int | None]] = []
    path = fetch_file(f"{publisher.base}/a.csv", tmp_path / "new" / "a.csv", progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == BODY
    entry = record(path.parent)["a.csv"]
    assert entry["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert (entry["url"], entry["bytes"]) == (f"{publisher.base}/a.csv", len(BODY))
    assert entry["when"].endswith("+00:00")
    assert seen[-1] == (len(BODY), len(BODY))
    assert [path.name for path in sorted(path.parent.iterdir())] == ["a.csv", "fetched.json"]


def test_a_whole_file_is_not_fetched_again(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    for _ in range(2):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")
    assert len(publisher.asked) == 1


def test_a_file_that_was_altered_since_is_fetched_again(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    path = fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")
    path.write_bytes(BODY[:-1])
    assert fetch_file(f"{publisher.base}/a.csv", path).read_bytes() == BODY


def test_a_cut_connection_is_taken_up_where_it_broke(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    publisher.cutting["/a.csv"] = [200_000]
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == BODY
    (first, second) = publisher.asked
    assert first[1] is None
    assert 0 < int(second[1].removeprefix("bytes=").rstrip("-")) <= 200_000


def test_a_later_run_goes_on_from_the_part_that_is_there(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    publisher.cutting["/a.csv"] = [200_000, *[0] * (ATTEMPTS - 1)]
    with pytest.raises(FetchFailed, match="what has come so far is kept"):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()
    kept = (tmp_path / "a.csv.part").stat().st_size
    assert kept > 0
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == BODY
    assert publisher.asked[-1][1] == f"bytes={kept}-"


def test_a_part_of_a_file_that_has_changed_since_is_not_spliced(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    publisher.cutting["/a.csv"] = [200_000, *[0] * (ATTEMPTS - 1)]
    with pytest.raises(FetchFailed):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")
    publisher.files["/a.csv"] = newer = BODY[::-1]
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == newer


def test_a_server_that_serves_no_parts_is_asked_for_the_whole(publisher: Publisher, tmp_path: Path):
    publisher.serves_parts = False
    publisher.files["/a.csv"] = BODY
    publisher.cutting["/a.csv"] = [100_000]
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == BODY


def test_a_part_longer_than_the_file_is_thrown_away(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = b"short"
    (tmp_path / "a.csv.part").write_bytes(b"much longer than that")
    fetching._note(tmp_path, "a.csv.part", {"url": f"{publisher.base}/a.csv", "validator": ""})
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == b"short"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(publisher: Publisher, tmp_path: Path, status: int):
    publisher.files["/a.csv"] = BODY
    publisher.failing["/a.csv"] = [status, status]
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == BODY
    assert len(publisher.asked) == 3


def test_retry_after_is_waited_for_but_not_for_ever():
    assert fetching._seconds("7") == 7
    assert fetching._seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert fetching._seconds("soon") is None


def test_a_file_that_is_not_there_is_named_with_what_to_do(publisher: Publisher, tmp_path: Path):
    with pytest.raises(FetchFailed, match=r"/none.csv was not found \(404\)(.|\n)*by hand"):
        fetch_file(f"{publisher.base}/none.csv", tmp_path / "none.csv")
    assert len(publisher.asked) == 1
    assert not list(tmp_path.iterdir())


def test_offline_is_told_in_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "FIRST_WAIT_S", 0.001)
    monkeypatch.setattr(fetching, "LONGEST_WAIT_S", 0.01)
    with pytest.raises(FetchFailed, match=r"no connection \(ConnectionError\), 5 times.\nCheck the connection"):
        fetch_file("http://127.0.0.1:9/a.csv", tmp_path / "a.csv")


def test_what_is_no_address_is_not_tried_again(tmp_path: Path):
    with pytest.raises(FetchFailed, match="is no address"):
        fetch_file("not an address", tmp_path / "a.csv")


def test_a_full_disk_is_told(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publisher.files["/a.csv"] = BODY

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "remember", full)
    with pytest.raises(FetchFailed, match="disk is full"):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")


def test_a_folder_that_may_not_be_written_to_is_told(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FetchFailed, match="cannot be written"):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "file" / "a.csv")


def test_stopping_half_way_leaves_only_the_part(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY

    def stop(done: int, _: int | None) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv", progress=stop)
    assert not (tmp_path / "a.csv").exists()
    assert (tmp_path / "a.csv.part").stat().st_size > 0
    assert fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv").read_bytes() == BODY


def test_a_broken_record_does_not_stop_a_fetch(publisher: Publisher, tmp_path: Path):
    publisher.files["/a.csv"] = BODY
    (tmp_path / "fetched.json").write_text("{broken")
    fetch_file(f"{publisher.base}/a.csv", tmp_path / "a.csv")
    assert list(record(tmp_path)) == ["a.csv"]
