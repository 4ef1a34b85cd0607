"""COMPAS: what is kept of a file that names people, and what is said of its traps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from evenhand.sources import compas
from evenhand.sources.detect import recognise
from evenhand.tables.errors import BadFile, BadSetting, EmptyTable, FetchFailed, MissingColumn, UnknownColumn
from tests.sources.publisher import Publisher

HEADER = [
    *("id", "name", "first", "last", "compas_screening_date", "sex", "dob", "age", "age_cat", "race", "juv_fel_count", "decile_score", "juv_misd_count"),
    *("juv_other_count", "priors_count", "days_b_screening_arrest", "c_jail_in", "c_jail_out", "c_case_number", "c_offense_date", "c_arrest_date"),
    *("c_days_from_compas", "c_charge_degree", "c_charge_desc", "is_recid", "r_case_number", "r_charge_degree", "r_days_from_arrest", "r_offense_date"),
    *("r_charge_desc", "r_jail_in", "r_jail_out", "violent_recid", "is_violent_recid", "vr_case_number", "vr_charge_degree", "vr_offense_date"),
    *("vr_charge_desc", "type_of_assessment", "decile_score", "score_text", "screening_date", "v_type_of_assessment", "v_decile_score", "v_score_text"),
    *("v_screening_date", "in_custody", "out_custody", "priors_count", "start", "end", "event", "two_year_recid"),
]
PERSON = {
    "name": "jane doe", "first": "jane", "last": "doe", "dob": "1980-01-01", "c_case_number": "13000000CF10A", "compas_screening_date": "2013-08-14",
    "sex": "Female", "age_cat": "25 - 45", "race": "Other", "decile_score": "6", "priors_count": "2", "days_b_screening_arrest": "-1.0",
    "c_charge_degree": "F", "is_recid": "1", "score_text": "Medium", "v_decile_score": "2", "v_score_text": "Low", "two_year_recid": "1",
}  # fmt: skip


def published(*people: dict[str, str], violent: bool = False) -> str:
    header = [*HEADER, "two_year_recid"] if violent else HEADER
    lines = [header, *([(PERSON | person).get(name, "") for name in header] for person in people)]
    return "\n".join(",".join(line) for line in lines) + "\n"


def write(folder: Path, *people: dict[str, str], violent: bool = False) -> Path:
    path = folder / "compas.csv"
    path.write_text(published(*people, violent=violent))
    return path


def test_people_become_cells_and_nothing_that_names_them_is_there(tmp_path: Path):
    tidied = compas.tidy(write(tmp_path, {}, {}, {"race": "Asian", "score_text": "Low", "decile_score": "1", "two_year_recid": "0"}))
    rows = tidied.rows.sort_values("people", ascending=False)
    assert rows["people"].tolist() == [2, 1]
    assert rows.iloc[0][["group", "sex", "age_band", "score", "band", "is_flagged", "outcome", "stratum"]].tolist() == [
        "Other", "Female", "25 - 45", 6.0, "Medium", True, True, "1 to 3 prior offences"]  # fmt: skip
    assert "doe" not in tidied.rows.to_csv()
    assert any("left unread" in note.says and "dob" in note.says for note in tidied.health.notes)


def test_fetching_keeps_only_what_is_named_and_leaves_no_other_copy(publisher: Publisher, tmp_path: Path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    for name in compas.FILES:
        publisher.files[f"/{compas.COMMIT}/{name}"] = published({}, {"race": "Asian"}, violent="violent" in name).encode()
    general, violent = compas.fetch(folder=tmp_path / "compas", base=publisher.base)
    for path in (general, violent):
        header = path.read_text().splitlines()[0].split(",")
        assert set(header) <= {*compas.KEPT, "screening_month", "two_year_violent_recid"}
    everything = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(word in everything for word in ("doe", "1980-01-01", "13000000CF10A", "2013-08-14"))
    assert list(elsewhere.iterdir()) == []
    assert compas.tidy(general).rows["people"].sum() == 2
    assert [recognise(path).CARD.slug for path in (general, violent)] == ["compas", "compas"]


def test_a_fetched_file_is_not_fetched_again(publisher: Publisher, tmp_path: Path):
    for name in compas.FILES:
        publisher.files[f"/{compas.COMMIT}/{name}"] = published({}, violent="violent" in name).encode()
    for _ in range(2):
        compas.fetch(folder=tmp_path, base=publisher.base)
    assert len(publisher.asked) == 2


def test_when_the_connection_breaks_nothing_of_the_file_stays(publisher: Publisher, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    name = f"/{compas.COMMIT}/{next(iter(compas.FILES))}"
    publisher.files[name] = published(*[{}] * 2_000).encode()
    publisher.cutting[name] = [200_000, *[0] * 9]
    with pytest.raises(FetchFailed):
        compas.fetch(folder=tmp_path / "compas", base=publisher.base)
    assert not any("doe" in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_high_alone_can_count_as_flagged_and_strata_can_be_charges(tmp_path: Path):
    path = write(tmp_path, {}, {"score_text": "High", "decile_score": "9", "c_charge_degree": "M"})
    rows = compas.tidy(path, flag="high", stratum="charge").rows
    assert rows.set_index("band")["is_flagged"].to_dict() == {"Medium": False, "High": True}
    assert set(rows["stratum"]) == {"felony", "misdemeanour"}
    assert "stratum" not in compas.tidy(path, stratum="none").rows.columns


def test_the_published_filter_keeps_ordinary_charges_near_the_screening(tmp_path: Path):
    path = write(tmp_path, {}, {"days_b_screening_arrest": "31"}, {"days_b_screening_arrest": ""}, {"is_recid": "-1"}, {"c_charge_degree": "O"})
    tidied = compas.tidy(path, published_filter=True)
    assert tidied.rows["people"].sum() == 1
    assert "1 of 5 people are kept" in tidied.health.notes[-1].says
    with pytest.raises(EmptyTable, match="no row is left"):
        compas.tidy(write(tmp_path, {"is_recid": "-1"}), published_filter=True)


def test_the_two_year_bias_is_told_with_its_figures_and_can_be_left_out(tmp_path: Path):
    late = {"compas_screening_date": "2014-06-02"}
    path = write(tmp_path, {}, {"two_year_recid": "0"}, late, late)
    told = compas.tidy(path).health
    assert any("2 of 4 people were screened from April 2014 on" in note.says and "50 % before" in note.says for note in told.notes)
    assert any("base rates and predictive values are too high" in says for says in told.warnings)
    assert compas.tidy(path, only_full_follow_up=True).rows["people"].sum() == 2


def test_the_violent_file_is_read_by_its_own_score_and_outcome_and_its_trap_told(tmp_path: Path):
    tidied = compas.tidy(write(tmp_path, {}, violent=True))
    assert tidied.rows[["score", "band", "is_flagged"]].iloc[0].tolist() == [2.0, "Low", False]
    assert any("6,454" in note.says for note in tidied.health.notes)


def test_a_cut_copy_in_parquet_is_read_alike(tmp_path: Path):
    path = write(tmp_path, {}, {"race": "Asian"})
    frame = pd.read_csv(path, dtype=str).drop(columns=["name", "first", "last", "dob", "c_case_number", "r_case_number", "vr_case_number"])
    frame.to_parquet(tmp_path / "compas.parquet")
    pd.testing.assert_frame_equal(compas.tidy(tmp_path / "compas.parquet").rows, compas.tidy(path).rows)


def test_columns_nobody_knows_and_broken_files_are_refused(tmp_path: Path):
    path = write(tmp_path, {})
    pd.read_csv(path, dtype=str).assign(address="1 High Street").to_parquet(tmp_path / "more.parquet")
    with pytest.raises(UnknownColumn, match="'address'"):
        compas.tidy(tmp_path / "more.parquet")
    (tmp_path / "less.csv").write_text("race,sex\nOther,Male\n")
    with pytest.raises(MissingColumn, match="age_cat"):
        compas.tidy(tmp_path / "less.csv")
    path.write_text(path.read_text() + "1,cut\n")
    with pytest.raises(BadFile, match="line 3, has 2 cells"):
        compas.tidy(path)
    with pytest.raises(BadFile, match="one at a time"):
        compas.tidy([path, path])
    with pytest.raises(BadSetting, match="medium, high"):
        compas.tidy(path, flag="low")


def test_a_score_that_is_not_known_stays_missing(tmp_path: Path):
    rows = compas.tidy(write(tmp_path, {"score_text": "N/A"})).rows
    assert rows["band"].isna().all()
    assert not rows["is_flagged"].any()
