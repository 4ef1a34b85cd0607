from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources.census_2021 import GROUPS, PARTS, fetch, tidy
from evenhand.tables.errors import BadFile, BadTable, BadValue, EmptyTable, FetchFailed, MissingColumn, RepeatedKey, UnknownCategory, UnknownColumn
from tests.sources.publisher import Publisher, zipped

CODES = ("E01000001", "E01000002", "W01000003")
LABELS = [f"{label}: {part}" for label, parts in PARTS.items() for part in parts]


def long_table() -> pd.DataFrame:
    rows = [{"lsoa21_code": code, "ethnic_group": label, "n": 10 * (i + 1) + j} for i, code in enumerate(CODES) for j, label in enumerate(GROUPS)]
    frame = pd.DataFrame(rows)
    totals = frame.groupby("lsoa21_code")["n"].transform("sum")
    return frame.assign(total_residents=totals, prop=frame["n"] / totals)


def filtered(layer: str = "Lower layer Super Output Areas") -> pd.DataFrame:
    rows = [(code, code, i, label, i + 1) for code in CODES for i, label in enumerate(LABELS)] + [(code, code, -8, "Does not apply", 0) for code in CODES]
    return pd.DataFrame(rows, columns=[f"{layer} Code", layer, "Ethnic group (20 categories) Code", "Ethnic group (20 categories)", "Observation"])


def bulk() -> pd.DataFrame:
    columns: dict[str, object] = {"date": 2021, "geography": list(CODES), "geography code": list(CODES)}
    for i, label in enumerate(LABELS):
        columns[f"Ethnic group: {label}"] = i + 1
    for label, parts in PARTS.items():
        columns[f"Ethnic group: {label}"] = sum(int(columns[f"Ethnic group: {label}: {part}"]) for part in parts)  # type: ignore[call-overload]
    columns["Ethnic group: Total: All usual residents"] = sum(range(1, 20))
    return pd.DataFrame(columns)


def kept(frame: pd.DataFrame, folder: Path, name: str = "census.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


def test_the_long_table_becomes_residents_with_both_labels(tmp_path: Path):
    long_table().to_parquet(tmp_path / "census.parquet")
    for path in (tmp_path / "census.parquet", kept(long_table(), tmp_path)):
        tidied = tidy(path)
        assert tidied.rows.shape == (15, 4)
        first = tidied.rows.iloc[0]
        assert first.tolist() == ["E01000001", "Asian", "Asian, Asian British or Asian Welsh", 10]
        assert sorted(set(tidied.rows["group"])) == ["Asian", "Black", "Mixed", "Other", "White"]
        assert any("the groups add up to the published total" in note.says for note in tidied.health.notes)


def test_the_bulk_file_and_the_filtered_download_give_the_same_residents(tmp_path: Path):
    one = tidy(kept(bulk(), tmp_path, "bulk.csv")).rows
    for layer in ("Lower layer Super Output Areas", "Lower Layer Super Output Areas"):
        pd.testing.assert_frame_equal(one, tidy(kept(filtered(layer), tmp_path)).rows)
    assert one[one.area_code == "E01000001"].residents.sum() == sum(range(1, 20))
    assert one[(one.area_code == "E01000001") & (one.group == "White")].residents.item() == 15 + 16 + 17 + 18 + 19


def test_groups_that_do_not_add_up_to_the_total_are_refused(tmp_path: Path):
    with pytest.raises(BadTable, match="do not add up to the published total"):
        tidy(kept(long_table().assign(n=lambda frame: frame["n"].where(frame.index != 3, 99)), tmp_path))
    with pytest.raises(BadTable, match="E01000001"):
        tidy(kept(long_table().drop(index=0), tmp_path))


def test_a_part_of_a_group_that_is_absent_is_not_zero(tmp_path: Path):
    with pytest.raises(BadTable, match="lacks parts of a group"):
        tidy(kept(filtered().drop(index=2), tmp_path))


def test_a_file_of_other_areas_is_refused_with_the_right_ones_name(tmp_path: Path):
    with pytest.raises(BadValue, match="-lsoa.csv"):
        tidy(kept(bulk().assign(**{"geography code": ["E06000001", "E06000002", "E06000003"]}), tmp_path))


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (lambda frame: frame.rename(columns={"n": "count"}), MissingColumn),
        (lambda frame: frame.assign(surname="x"), UnknownColumn),
        (lambda frame: frame.replace({"White": "Martian"}), UnknownCategory),
        (lambda frame: frame.assign(n="some"), BadValue),
        (lambda frame: frame.assign(n=frame["n"].where(frame.index != 1)), BadValue),
        (lambda frame: frame.assign(n=-1, total_residents=-5), BadValue),
        (lambda frame: pd.concat([frame, frame]).assign(total_residents=lambda both: both["total_residents"] * 2), RepeatedKey),
        (lambda frame: frame.head(0), EmptyTable),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, spoil, wrong: type[Exception]):
    with pytest.raises(wrong):
        tidy(kept(spoil(long_table()), tmp_path))


def test_people_who_do_not_apply_and_repeats_in_the_download_are_refused(tmp_path: Path):
    with pytest.raises(BadValue, match="Does not apply"):
        tidy(kept(filtered().replace({"Observation": {0: 5}}), tmp_path))
    with pytest.raises(RepeatedKey):
        tidy(kept(pd.concat([filtered(), filtered()]), tmp_path))


def test_a_truncated_file_and_files_of_two_shapes_are_refused(tmp_path: Path):
    path = kept(long_table(), tmp_path)
    path.write_text(path.read_text()[:-30])
    with pytest.raises((BadFile, BadTable)):
        tidy(path)
    with pytest.raises(BadFile, match="different shapes"):
        tidy([kept(long_table(), tmp_path, "a.csv"), kept(bulk(), tmp_path, "b.csv")])


def test_fetch_takes_the_lsoa_file_out_of_the_bulk_zip(publisher: Publisher, tmp_path: Path):
    files = {f"census2021-ts021-{layer}.csv": bulk().to_csv(index=False) for layer in ("lsoa", "ltla", "oa")}
    publisher.files["/output/census/2021/census2021-ts021.zip"] = zipped(files)
    paths = fetch(folder=tmp_path, base=publisher.base)
    assert [path.name for path in paths] == ["census2021-ts021-lsoa.csv"]
    assert len(tidy(paths).rows) == 15
    publisher.files["/output/census/2021/census2021-ts021.zip"] = zipped({"other.csv": ""})
    with pytest.raises(FetchFailed, match="by hand"):
        fetch(folder=tmp_path / "again", base=publisher.base)
