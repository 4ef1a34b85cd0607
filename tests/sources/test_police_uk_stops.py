import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from evenhand.sources.police_uk_stops import fetch, tidy
from evenhand.sources.reading import flattened
from evenhand.tables.errors import BadFile, BadSetting, BadValue, CannotAnswer, EmptyTable, FetchFailed, MissingColumn, UnknownCategory, UnknownColumn
from tests.sources.publisher import STOPS_HEADER, Publisher, api_record, stop_line, stops_csv, zipped


def written(folder: Path, text: str, name: str = "stops.csv") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def says(tidied) -> str:
    return "\n".join(f"{note.level}: {note.says}" for note in tidied.health.notes)


def many(*, rows: int = 600, **changes) -> list[str]:
    """An ordinary mix of groups, or the mix of officer-defined ones that `officer` gives."""
    officer, own = changes.pop("officer", ("White", "Black", "Asian", "Other")), ("White - Irish", "Black/African/Caribbean/Black British - African")
    times = [f"2024-01-{1 + n % 28:02d}T{n % 24:02d}:{n % 60:02d}:{n // 60:02d}+00:00" for n in range(rows)]
    return [stop_line(date=time, officer=officer[n % len(officer)], own=own[n % 2], **changes) for n, time in enumerate(times)]


def test_the_monthly_csv_becomes_the_table_stops(tmp_path: Path):
    tidied = tidy(written(tmp_path, stops_csv(stop_line())))
    row = tidied.rows.to_pandas().iloc[0]
    assert row["stopped_at"] == pd.Timestamp("2024-01-05 12:00")
    assert (row["month"], row["kind"], row["latitude"], row["outcome"]) == ("2024-01", "Person search", 51.54, "Arrest")
    assert (row["is_outcome_linked"], row["is_part_of_operation"], row["is_more_than_outer_clothing"]) == (True, False, False)
    assert (tidied.health.table, tidied.health.rows) == ("stops", 1)


def test_the_api_as_it_came_and_flattened_reads_the_same(tmp_path: Path):
    records = [api_record(), api_record(location=None, outcome=False, outcome_object={"id": "", "name": ""}), api_record(outcome="")]
    written(tmp_path, json.dumps(records), "stops.json")
    flat = pd.DataFrame([flattened(record) for record in records])
    flat.astype(object).where(flat.notna(), None).to_csv(tmp_path / "flat.csv", index=False)
    flat.assign(outcome=flat["outcome"].replace({False: None, "": None})).to_parquet(tmp_path / "flat.parquet")
    by = ["outcome", "latitude"]
    tables = [tidy(tmp_path / name).rows.to_pandas().sort_values(by).reset_index(drop=True) for name in ("stops.json", "flat.csv", "flat.parquet")]
    for table in tables:
        assert table["outcome"].isna().sum() == 2  # false and "" are no outcome known, not "nothing followed"
        assert table["latitude"].isna().sum() == 1
        assert set(table["month"]) == {"2024-07"}  # half past midnight by the clock
        pd.testing.assert_frame_equal(tables[0], table, check_dtype=False)


def test_columns_that_keepers_of_copies_added_are_known_and_unread(tmp_path: Path):
    flat = pd.DataFrame([flattened(api_record())]).assign(
        index=1, la="Lambeth", county="", region="London", country="England", coord_set=1, file_month="2024-06", location=None
    )
    flat.assign(operation="FALSE", involved_person="TRUE").to_csv(tmp_path / "copy.csv", index=False)
    assert tidy(tmp_path / "copy.csv").rows.to_pandas()["is_part_of_operation"].tolist() == [False]


def test_a_force_column_or_the_files_name_tells_the_force(tmp_path: Path):
    both = stops_csv(stop_line()).replace("Type,", "Force,Type,", 1).replace("\nPerson", "\nkent,Person")
    written(tmp_path, both, "a.csv")
    written(tmp_path, stops_csv(stop_line()), "2024-01/2024-01-essex-stop-and-search.csv")
    rows = tidy([tmp_path / "a.csv", tmp_path / "2024-01" / "2024-01-essex-stop-and-search.csv"])
    assert sorted(rows.rows.to_pandas()["force"]) == ["essex", "kent"]
    assert tidy(tmp_path / "a.csv", force="kent").health.rows == 1
    with pytest.raises(EmptyTable, match="Forces there: kent"):
        tidy(tmp_path / "a.csv", force="essex")
    assert tidy(written(tmp_path, stops_csv(stop_line())), force="essex").rows.to_pandas()["force"].tolist() == ["essex"]


MONTHS_BY_THE_CLOCK = {
    "2024-03-31T22:59:59+00:00": "2024-03",
    "2024-03-31T23:00:00+00:00": "2024-04",
    "2024-02-29T23:59:00+00:00": "2024-02",
    "2024-05-31T23:00:00+00:00": "2024-06",
    "2024-09-30T23:00:00+00:00": "2024-10",
    "2024-10-31T23:30:00+00:00": "2024-10",
    "2023-12-31T23:59:00Z": "2023-12",
    "2020-06-01T12:00:00.123456+00:00": "2020-06",
}


def test_months_are_by_the_clock_in_the_united_kingdom(tmp_path: Path):
    by_the_zone_tables = {utc: pd.Timestamp(utc).astimezone(ZoneInfo("Europe/London")).strftime("%Y-%m") for utc in MONTHS_BY_THE_CLOCK}
    assert by_the_zone_tables == MONTHS_BY_THE_CLOCK
    rows = tidy(written(tmp_path, stops_csv(*(stop_line(date=utc) for utc in MONTHS_BY_THE_CLOCK)))).rows.to_pandas()
    assert sorted(rows["month"]) == sorted(MONTHS_BY_THE_CLOCK.values())


@pytest.mark.parametrize("time", ["2024-06-01T00:00:00+01:00", "yesterday"])
def test_a_time_of_another_zone_or_none_is_not_read_as_utc(tmp_path: Path, time: str):
    with pytest.raises(BadValue, match="'stopped_at' holds 1 values"):
        tidy(written(tmp_path, stops_csv(stop_line(date=time))))


def test_an_ordinary_file_is_fit_for_every_audit(tmp_path: Path):
    tidied = tidy(written(tmp_path, stops_csv(*many())))
    assert not [note for note in tidied.health.notes if note.level == "refuse"]
    tidied.health.refuse_if_blocked("disparity:officer_defined_ethnicity")


def test_officer_defined_ethnicity_with_two_groups_left_is_refused_and_self_defined_is_not(tmp_path: Path):
    health = tidy(written(tmp_path, stops_csv(*many(officer=("Asian", "Other", "", ""), gender="")))).health
    with pytest.raises(CannotAnswer, match="No row is White or Black: only Asian and Other occur"):
        health.refuse_if_blocked("disparity:officer_defined_ethnicity")
    health.refuse_if_blocked("disparity:self_defined_ethnicity")
    assert any("600 of 600 rows (100.0 %) have no gender" in line for line in health.warnings)


def test_a_group_that_whole_months_do_without_is_told_where_chance_is_no_reason(tmp_path: Path):
    before = [line.replace("2024-01", "2023-12") for line in many(officer=("White", "Black"))]
    after = many(officer=("White", "Black", "Mixed"))
    told = says(tidy(written(tmp_path, stops_csv(*before, *after))))
    assert "warn: By officer-defined ethnicity 'Mixed' is used in only 1 of 2 months (first 2024-01, last 2024-01)" in told
    assert "'Black' is used in only" not in told


def test_few_rows_with_few_groups_are_not_called_lost(tmp_path: Path):
    tidy(written(tmp_path, stops_csv(*many(rows=499, officer=("Asian", "Other"))))).health.refuse_if_blocked("disparity:officer_defined_ethnicity")


@pytest.mark.parametrize(("missing", "refused"), [(0.49, False), (0.51, True)])
@pytest.mark.parametrize(
    ("field", "change"), [("officer_defined_ethnicity", {"officer": ""}), ("self_defined_ethnicity", {"own": "Other ethnic group - Not stated"})]
)
def test_a_field_more_than_half_missing_is_refused(tmp_path: Path, missing: float, refused: bool, field: str, change: dict):
    lines = [stop_line(**change) for _ in range(round(100 * missing))]
    health = tidy(written(tmp_path, stops_csv(*lines, *[stop_line() for _ in range(100 - len(lines))]))).health
    blocked = {audit for note in health.notes for audit in note.blocks}
    assert blocked == ({f"disparity:{field}"} if refused else set())


def test_among_several_forces_the_worst_are_named(tmp_path: Path):
    good, bad = many(), many(officer=("Asian", "Other", "", ""), gender="", lat="")
    text = stops_csv(*(f"essex,{line}" for line in good), *(f"west-midlands,{line}" for line in bad)).replace("Type,", "Force,Type,", 1)
    tidied = tidy(written(tmp_path, text))
    assert ("In 1 of 2 forces officer-defined ethnicity cannot carry a comparison (over half missing, or no row White or Black): west-midlands (50 %)") in says(
        tidied
    )
    assert "1 of 2 forces have no coordinates in over half of their rows: west-midlands (100 %)" in says(tidied)
    assert "Each of the 2 forces has rows in all 1 months" in says(tidied)


def test_a_column_never_filled_and_one_always_no_are_told(tmp_path: Path):
    assert "never filled" in says(tidy(written(tmp_path, stops_csv(*many(linked="")))))
    assert "always 'no', which is more likely a default than an answer" in says(tidy(written(tmp_path, stops_csv(*many(linked="False")))))


def test_minutes_that_say_nothing_and_midnights_that_are_dates_are_told_and_stop_nothing(tmp_path: Path):
    alike = [stop_line(date=f"2024-01-{1 + n % 28:02d}T{n % 24:02d}:01:00+00:00") for n in range(300)]
    told = tidy(written(tmp_path, stops_csv(*alike)))
    assert "note: 300 of 300 timed stops (100.0 %), in 1 of 1 months, share one minute" in says(told)
    assert not any("minute" in text for text in told.health.warnings)
    dates = [stop_line(date=f"2024-01-{1 + n % 28:02d}T00:00:00+00:00") for n in range(60)]
    text = says(tidy(written(tmp_path, stops_csv(*many(), *dates))))
    assert "note: 65 of 660 timed stops (9.8 %) are timed at exactly midnight" in text
    assert "fine: In no month do two in five stops share one minute" in text
    assert "fine: Midnight does not stand out" in says(tidy(written(tmp_path, stops_csv(*many()))))
    assert "times" not in {note.check for note in tidy(written(tmp_path, stops_csv(*alike[:99]))).health.notes}
    both = stops_csv(*(f"essex,{line}" for line in alike), *(f"kent,{line}" for line in many())).replace("Type,", "Force,Type,", 1)
    assert "By force: essex (300)." in says(tidy(written(tmp_path, both)))


def test_a_stretch_of_low_months_is_told_only_where_other_years_show_it(tmp_path: Path):
    full = [stop_line(date=f"2021-0{1 + n % 3}-05T12:00:{n % 60:02d}+00:00") for n in range(600)]
    thin = [stop_line(date=f"2024-0{1 + n % 6}-05T12:00:{n % 60:02d}+00:00") for n in range(240)]
    assert "2024 (about 40 rows each) hold under half of those of 2021 (about 200): perhaps not all was published" in says(
        tidy(written(tmp_path, stops_csv(*full, *thin)))
    )
    assert "perhaps not all was published" not in says(tidy(written(tmp_path, stops_csv(*thin))))


def test_repeats_are_told_and_kept(tmp_path: Path):
    tidied = tidy(written(tmp_path, stops_csv(stop_line(), stop_line(), stop_line(gender="Female"))))
    assert tidied.rows.count().execute() == 3
    assert "1 of 3 rows repeat another row in every column" in says(tidied)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"officer": "Blue"}, UnknownCategory),
        ({"own": "White - Martian"}, UnknownCategory),
        ({"outcome": "Suspect arrested"}, UnknownCategory),
        ({"linked": "perhaps"}, BadValue),
        ({"lat": "north"}, BadValue),
        ({"lat": "151.5"}, BadValue),
    ],
)
def test_what_is_not_understood_stops_the_run(tmp_path: Path, change: dict, wrong: type[Exception]):
    with pytest.raises(wrong):
        tidy(written(tmp_path, stops_csv(stop_line(**change))))


def test_columns_are_held_to_the_known_ones(tmp_path: Path):
    with pytest.raises(MissingColumn, match="'Officer-defined ethnicity'"):
        tidy(written(tmp_path, stops_csv(stop_line()).replace("Officer-defined ethnicity", "Ethnicity")))
    with pytest.raises(UnknownColumn, match="'officer_name'"):
        tidy(written(tmp_path, json.dumps([api_record(officer_name="A. Person")]), "a.json"))


def test_broken_files_are_refused(tmp_path: Path):
    with pytest.raises(BadFile, match="truncated"):
        tidy(written(tmp_path, json.dumps([api_record()])[:-20], "a.json"))
    with pytest.raises(BadFile, match="not a list of records"):
        tidy(written(tmp_path, "{}", "a.json"))
    with pytest.raises(BadFile):
        tidy(written(tmp_path, stops_csv(*many())[:-70])).rows.to_pandas()
    with pytest.raises(EmptyTable):
        tidy(written(tmp_path, STOPS_HEADER + "\n"))
    with pytest.raises((EmptyTable, MissingColumn)):
        tidy(written(tmp_path, "[]", "a.json"))


def test_fetch_takes_stop_files_out_of_the_archive(publisher: Publisher, tmp_path: Path):
    publisher.files["/data/archive/2024-02.zip"] = zipped(
        {f"2024-02/2024-02-essex-{kind}.csv": stops_csv(stop_line()) for kind in ("stop-and-search", "street")}
    )
    paths = fetch(force="essex", months=("2024-02", "2024-02"), folder=tmp_path, base=publisher.base)
    assert [path.name for path in paths] == ["2024-02-essex-stop-and-search.csv"]
    assert tidy(tmp_path).rows.to_pandas()["force"].tolist() == ["essex"]


def test_fetch_asks_the_api_month_by_month_and_adds_the_records_without_a_place(publisher: Publisher, tmp_path: Path):
    publisher.answers["/api/stops-force"] = lambda asked: [api_record()] if asked == {"force": "essex", "date": "2024-06"} else []
    publisher.answers["/api/stops-no-location"] = lambda asked: [api_record(location=None)] if asked["date"] == "2024-06" else []
    seen: list[tuple[int, int | None]] = []
    paths = fetch(force="essex", months=("2024-05", "2024-06"), folder=tmp_path, base=publisher.base, via="api", progress=lambda *done: seen.append(done))
    assert [path.name for path in paths] == ["2024-06-essex-stop-and-search.json"]
    assert tidy(paths).rows.to_pandas()["latitude"].isna().sum() == 1
    assert seen == [(1, 2), (2, 2)]
    assert "sha256" in json.loads((paths[0].parent / "fetched.json").read_text())[paths[0].name]


def test_records_without_a_place_are_not_counted_twice(publisher: Publisher, tmp_path: Path):
    publisher.answers["/api/stops-force"] = lambda _: [api_record(), api_record(location=None)]
    publisher.answers["/api/stops-no-location"] = lambda _: [api_record(location=None)]
    assert tidy(fetch(force="essex", months=("2024-06", "2024-06"), folder=tmp_path, base=publisher.base, via="api")).health.rows == 2


def test_a_fetch_of_nothing_or_by_an_unknown_way_is_told(publisher: Publisher, tmp_path: Path):
    publisher.answers["/api/stops-force"] = publisher.answers["/api/stops-no-location"] = lambda _: []
    with pytest.raises(FetchFailed, match="holds no stops of 'nowhere'"):
        fetch(force="nowhere", months=("2024-06", "2024-06"), folder=tmp_path, base=publisher.base, via="api")
    with pytest.raises(BadSetting, match="'archive' or 'api'"):
        fetch(force="essex", months=("2024-06", "2024-06"), folder=tmp_path, via="post")  # type: ignore[arg-type]
