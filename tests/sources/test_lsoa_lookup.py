from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources.lsoa_lookup import fetch, tidy
from evenhand.tables.errors import BadSetting, FetchFailed, MissingColumn, RepeatedKey, UnknownCategory
from tests.sources.publisher import Publisher

ROWS = pd.DataFrame(
    [
        ("E01000001", "A", "U", "E01000001", "A"),
        ("E01000002", "B", "S", "E01033769", "B1"),
        ("E01000002", "B", "S", "E01033770", "B2"),
        ("E01000003", "C", "M", "E01033771", "C"),
    ],
    columns=["LSOA11CD", "LSOA11NM", "CHGIND", "LSOA21CD", "LSOA21NM"],
).assign(LAD22CD="E06000033", LAD22NM="Southend-on-Sea", LAD22NMW="")


def kept(frame: pd.DataFrame, folder: Path) -> Path:
    frame.to_csv(folder / "lookup.csv", index=False)
    return folder / "lookup.csv"


def test_the_publishers_lookup_and_a_copy_read_the_same(tmp_path: Path):
    copy = ROWS.drop(columns="LAD22NMW").set_axis(
        ["lsoa11_code", "lsoa11_name", "change_code", "lsoa21_code", "lsoa21_name", "ltla22_code", "ltla22_name"], axis=1
    )
    copy.to_parquet(tmp_path / "copy.parquet")
    one, other = tidy(kept(ROWS, tmp_path)), tidy(tmp_path / "copy.parquet")
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert one.rows.columns.tolist() == ["lsoa11_code", "lsoa21_code", "change", "authority_code", "authority_name"]
    assert [note.says for note in one.health.notes] == [
        "3 areas of 2011 and 4 of 2021 in 4 pairs: 1 unchanged, 2 split, 1 merged.",
        "1 pairs are of merged or irregular areas: what is counted by one vintage there can only be estimated by the other.",
    ]


@pytest.mark.parametrize("names", [{"CHGIND": "CHNGIND"}, {"LSOA11CD": "F_LSOA11CD"}, {name: name.lower() for name in ROWS.columns}])
def test_other_issues_of_the_lookup_are_known(tmp_path: Path, names: dict[str, str]):
    assert len(tidy(kept(ROWS.rename(columns=names), tmp_path)).rows) == 4


def test_the_best_fit_lookup_is_refused_with_the_reason(tmp_path: Path):
    with pytest.raises(MissingColumn, match="best-fit lookup, which leaves out a thousand areas"):
        tidy(kept(ROWS.drop(columns="CHGIND"), tmp_path))


def test_unknown_changes_and_repeated_pairs_are_refused(tmp_path: Path):
    with pytest.raises(UnknownCategory):
        tidy(kept(ROWS.assign(CHGIND="Q"), tmp_path))
    with pytest.raises(RepeatedKey):
        tidy(kept(pd.concat([ROWS, ROWS]), tmp_path))


def test_fetch_pages_through_the_feature_service(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    questions = []

    def answer(asked: dict[str, str]) -> dict:
        questions.append(asked)
        if "returnCountOnly" in asked:
            return {"count": 4}
        start = int(asked["resultOffset"])
        return {"features": [{"attributes": row} for row in ROWS.to_dict("records")[start : start + 3]]}

    publisher.answers["/LSOA11_LSOA21_LAD22_EW_LU_v5/FeatureServer/0/query"] = answer
    (path,) = fetch(folder=tmp_path, authorities=["E06000033"], base=publisher.base)
    assert len(tidy(path).rows) == 4
    assert [asked.get("resultOffset") for asked in questions] == [None, "0", "3"]
    assert {asked["where"] for asked in questions} == {"LAD22CD IN ('E06000033')"}


def test_a_service_that_gives_less_than_it_counted_or_refuses_is_told(publisher: Publisher, tmp_path: Path):
    address = "/LSOA11_LSOA21_LAD22_EW_LU_v5/FeatureServer/0/query"
    publisher.answers[address] = lambda asked: {"count": 9} if "returnCountOnly" in asked else {"features": []}
    with pytest.raises(FetchFailed, match="counted 9 features and gave 0"):
        fetch(folder=tmp_path, base=publisher.base)
    publisher.answers[address] = lambda _: {"error": {"message": "Invalid URL"}}
    with pytest.raises(FetchFailed, match="Invalid URL"):
        fetch(folder=tmp_path, base=publisher.base)
    publisher.answers[address] = lambda _: {"count": 0}
    with pytest.raises(FetchFailed, match="codes of 2022"):
        fetch(folder=tmp_path, authorities=["E06999999"], base=publisher.base)
    with pytest.raises(BadSetting, match="no area code"):
        fetch(folder=tmp_path, authorities=["Southend'; drop"], base=publisher.base)
    assert not list(tmp_path.iterdir())
