import random
from pathlib import Path

import pytest

from evenhand.sources.archives import fetch_members
from evenhand.tables.errors import FetchFailed
from tests.sources.publisher import Publisher, zipped

FILLER = {f"2024-01/{n}.bin": random.Random(n).randbytes(200_000).hex() for n in range(1, 11)}
FILES = {"2024-01/2024-01-essex-street.csv": "wanted\n", **FILLER, "2024-01/2024-01-kent-street.csv": "not wanted\n"}
WANTED = {"2024-01-essex-street.csv"}


@pytest.mark.parametrize("serves_parts", [True, False])
def test_only_the_wanted_files_are_unpacked(publisher: Publisher, tmp_path: Path, serves_parts: bool):
    publisher.serves_parts = serves_parts
    publisher.files["/2024-01.zip"] = zipped(FILES)
    paths = fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["2024-01/2024-01-essex-street.csv"]
    assert paths[0].read_text() == "wanted\n"
    assert (tmp_path / "2024-01.zip").exists() != serves_parts


def test_of_a_long_archive_only_some_parts_are_asked_for(publisher: Publisher, tmp_path: Path):
    publisher.files["/2024-01.zip"] = body = zipped(FILES)
    fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED)
    asked = [tuple(map(int, part.removeprefix("bytes=").split("-"))) for _, part in publisher.asked if part]
    assert sum(last - first + 1 for first, last in asked) < len(body)


def test_a_broken_connection_within_the_archive_is_mended(publisher: Publisher, tmp_path: Path):
    publisher.files["/2024-01.zip"] = zipped(FILES)
    publisher.cutting["/2024-01.zip"] = [2, 100, 1_000]
    assert fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED)[0].read_text() == "wanted\n"


def test_an_archive_without_the_file_gives_none(publisher: Publisher, tmp_path: Path):
    publisher.files["/2024-01.zip"] = zipped({"other.csv": "1\n"})
    assert fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED) == []


@pytest.mark.parametrize("serves_parts", [True, False])
@pytest.mark.parametrize("spoil", [lambda body: body[: len(body) // 2], lambda body: b"not a zip at all", lambda body: body.replace(b"PK\x01\x02", b"XXXX")])
def test_a_corrupt_archive_is_told_and_not_kept(publisher: Publisher, tmp_path: Path, serves_parts: bool, spoil):
    publisher.serves_parts = serves_parts
    publisher.files["/2024-01.zip"] = spoil(zipped(FILES))
    with pytest.raises(FetchFailed, match="not a whole zip file"):
        fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED)
    assert not (tmp_path / "2024-01.zip").exists()


def test_a_file_damaged_inside_the_archive_is_told(publisher: Publisher, tmp_path: Path):
    body = bytearray(zipped({"2024-01/2024-01-essex-street.csv": "wanted, and long enough to be damaged in the middle of it\n" * 50}))
    body[60:70] = b"0123456789"
    publisher.files["/2024-01.zip"] = bytes(body)
    with pytest.raises(FetchFailed, match="not a whole zip file"):
        fetch_members(f"{publisher.base}/2024-01.zip", tmp_path, names=WANTED)
    assert not (tmp_path / "2024-01" / "2024-01-essex-street.csv").exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(publisher: Publisher, tmp_path: Path):
    publisher.files["/2024-01.zip"] = zipped({"../../2024-01-essex-street.csv": "1\n"})
    with pytest.raises(FetchFailed, match="outside"):
        fetch_members(f"{publisher.base}/2024-01.zip", tmp_path / "here", names=WANTED)
