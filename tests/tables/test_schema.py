"""Tables are held to their declaration, as a frame and as an engine's rows, with the same messages."""

import pandas as pd
import pytest

from evenhand.tables import deprivation, engine, recorded_crime, residents
from evenhand.tables.errors import BadTable, BadValue, EmptyTable, MissingColumn, RepeatedKey, UnknownCategory, UnknownColumn

CRIMES = pd.DataFrame({"month": ["2024-01", "2024-02"], "longitude": [0.71, None], "latitude": [51.54, None], "crime_type": ["Drugs", "Robbery"]})


def as_frame(frame: pd.DataFrame) -> None:
    recorded_crime.TABLE.check(frame, where="crimes.csv")


def as_rows(frame: pd.DataFrame) -> None:
    recorded_crime.TABLE.check_rows(engine.rows_of(frame), where="crimes.csv")


CHECKED = pytest.mark.parametrize("check", [as_frame, as_rows])


@CHECKED
def test_a_table_as_declared_passes(check) -> None:
    check(CRIMES)


@CHECKED
@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        (CRIMES.drop(columns="month"), MissingColumn, "has no column 'month'"),
        (CRIMES.assign(name="A Person"), UnknownColumn, "'name'"),
        (CRIMES.assign(crime_type="Dog theft"), UnknownCategory, "'Dog theft'"),
        (CRIMES.assign(month="2024-13"), BadValue, "'2024-13'"),
        (CRIMES.assign(month="January"), BadValue, "'January'"),
        (CRIMES.assign(latitude=[51.5, 540_000.0]), BadValue, "between -90 and 90"),
        (CRIMES.assign(crime_type=[None, "Drugs"]), BadValue, "crime_type"),
        (CRIMES.iloc[:0], EmptyTable, "no rows"),
    ],
)
def test_a_table_that_differs_is_refused_with_file_and_reason(check, frame: pd.DataFrame, error: type[BadTable], said: str) -> None:
    with pytest.raises(error) as refused:
        check(frame)
    assert "crimes.csv" in str(refused.value)
    assert said in str(refused.value)


def test_missing_is_allowed_where_declared_and_stays_missing() -> None:
    assert recorded_crime.TABLE.check(CRIMES)["longitude"].isna().tolist() == [False, True]


def test_a_repeated_key_is_refused() -> None:
    twice = pd.DataFrame({"area_code": ["A", "A"], "group": ["White", "White"], "residents": [1, 2]})
    with pytest.raises(RepeatedKey, match="A, White"):
        residents.TABLE.check(twice)


@pytest.mark.parametrize("people", [-1, 2.5])
def test_people_are_counted_in_whole_numbers_of_at_least_zero(people: float) -> None:
    with pytest.raises(BadValue):
        residents.TABLE.check(pd.DataFrame({"area_code": ["A"], "group": ["White"], "residents": [people]}))


def test_a_decile_lies_between_1_and_10() -> None:
    with pytest.raises(BadValue, match="between 1 and 10"):
        deprivation.TABLE.check(pd.DataFrame({"area_code": ["A"], "domain": ["overall"], "decile": [11]}))


def test_columns_come_out_in_declared_order() -> None:
    shuffled = CRIMES[["crime_type", "latitude", "month", "longitude"]]
    assert list(recorded_crime.TABLE.check(shuffled).columns) == ["month", "longitude", "latitude", "crime_type"]


@CHECKED
@pytest.mark.parametrize("day", ["2024-02-30", "2024-2-3", "03/02/24"])
def test_a_day_must_exist_and_be_written_in_full(check, day: str) -> None:
    check(CRIMES.assign(day=["2024-01-31", "2024-02-29"]))
    check(CRIMES.assign(day=["2024-01-31", None]))
    with pytest.raises(BadValue, match=day):
        check(CRIMES.assign(day=["2024-01-31", day]))
