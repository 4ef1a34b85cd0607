"""Attacks by copying: records and scores of real people are not pickled, copied, printed or made into a table; those of made-up people may be."""

from __future__ import annotations

import copy
import datetime as dt
import io
import logging
import pickle

import numpy as np
import pytest

from evenhand.sources.own_table import tidy
from evenhand.tables.errors import BadFile, BadSetting, EvenhandError, LooksPersonal, UnknownColumn
from evenhand.tables.record_reading import read_book
from evenhand.tables.scored import Scored
from tests.tables.pseudonymous_people import book_of, persons_of, records_of


def scored_of(people: int, provenance: str) -> Scored:
    score = np.arange(people, dtype=float) + 0.125
    return Scored("a-system", dt.date(2024, 1, 1), provenance, score, np.zeros(people, dtype=np.int8), ("low",), score > 5)


def by_joblib(thing):
    import joblib

    joblib.dump(thing, io.BytesIO())


def by_cloudpickle(thing):
    pytest.importorskip("cloudpickle").dumps(thing)


WAYS = [pickle.dumps, lambda thing: pickle.dumps(thing, 0), copy.copy, copy.deepcopy, by_joblib, by_cloudpickle, lambda thing: pickle.dumps({"a": [thing]})]


@pytest.mark.parametrize("way", WAYS)
def test_real_people_are_not_pickled_or_copied(way):
    for thing in (book_of(), book_of().known("2020-01-01"), scored_of(200, "pseudonymised")):
        with pytest.raises(BadSetting, match="real people"):
            way(thing)


def test_made_up_people_may_be():
    persons = persons_of(30).assign(person=[f"M{at}" for at in range(30)])
    book = read_book(persons, records_of(persons), provenance="made-up")
    again = pickle.loads(pickle.dumps(book))
    assert (again.born == book.born).all()
    assert len(scored_of(30, "made-up").as_table()) == 30


def test_scores_of_real_people_become_no_table():
    with pytest.raises(BadSetting, match="no list of people"):
        scored_of(200, "pseudonymised").as_table()


def test_what_is_printed_or_logged_holds_nobody(caplog):
    book, scored = book_of(), scored_of(200, "pseudonymised")
    ids = set(persons_of()["person"])
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("a").warning("%s %r %s", book, scored, book.rows)
    for text in (caplog.text, f"{book!s}{scored!r}{book.rows!r}", repr(vars(book)["rows"])):
        assert not any(one in text for one in ids)
        assert "0.125" not in text


def test_a_book_of_real_people_holds_no_id_and_no_order_of_the_file():
    persons = persons_of(400)
    records = records_of(persons)
    books = [read_book(persons, records, provenance="pseudonymised") for _ in range(2)]
    assert not any(np.asarray(value).dtype.kind in "OUS" for value in vars(books[0]).values() if isinstance(value, np.ndarray))
    assert (books[0].born != books[1].born).any(), "the order of the people is drawn anew each time, from no seed"


def test_only_csv_and_parquet_are_read(tmp_path):
    frame = persons_of()
    for name, write in (("a.pkl", frame.to_pickle), ("a.json", frame.to_json)):
        write(tmp_path / name)
        with pytest.raises(BadFile, match=r"ends in none of|cannot be read"):
            tidy(tmp_path / name, table="persons")
    (tmp_path / "b.csv").write_bytes(pickle.dumps(frame))
    with pytest.raises(EvenhandError):
        tidy(tmp_path / "b.csv", table="persons")


def test_parquet_with_pictures_or_lists_is_refused(tmp_path):
    for name, value in (("photo", b"\x89PNG"), ("group", [b"x"]), ("area", {"street": "x"})):
        frame = persons_of()
        frame[name] = [value] * len(frame)
        frame.to_parquet(tmp_path / "a.parquet")
        with pytest.raises(LooksPersonal, match="bytes, lists or records"):
            tidy(tmp_path / "a.parquet", table="persons")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_with_a_personal_column_is_refused_by_what_its_values_look_like(tmp_path, ending):
    frame = persons_of().assign(ref="ann@example.org", harm="1")
    path = tmp_path / f"a.{ending}"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    with pytest.raises(LooksPersonal, match="e-mail") as told:
        tidy(path, table="persons")
    assert "ann@" not in str(told.value)


def test_a_file_of_far_too_many_columns_is_refused_by_its_header(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"d{at}" for at in range(20_000)) + "\n" + ",".join("1" * 20_000) + "\n")
    with pytest.raises(LooksPersonal, match="20,000 columns"):
        tidy(path, table="persons")


def test_a_renamed_column_does_not_carry_a_birthday_in(tmp_path):
    frame = persons_of().rename(columns={"birth_month": "dob"}).assign(dob="1990-02-03")
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(EvenhandError) as told:
        tidy(tmp_path / "a.csv", table="persons", columns={"birth_month": "dob"})
    assert "1990-02-03" not in str(told.value)


def test_a_broken_line_is_told_of_without_what_it_holds(tmp_path):
    text = persons_of().to_csv(index=False).splitlines()
    text[7] = 'Zebedee "Quill,feather,x,y,z,w,v'
    (tmp_path / "a.csv").write_text("\n".join(text) + "\n")
    with pytest.raises(EvenhandError) as told:
        tidy(tmp_path / "a.csv", table="persons")
    assert "Zebedee" not in str(told.value)


def test_values_not_understood_are_told_of_without_the_values(tmp_path):
    persons = persons_of()
    records = records_of(persons).assign(is_found="Zebedee")
    records.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(EvenhandError, match="not shown here") as told:
        tidy(tmp_path / "a.csv", table="person_records")
    assert "Zebedee" not in str(told.value)


def test_a_cell_of_a_million_letters_is_refused(tmp_path):
    persons = persons_of()
    persons.loc[3, "group"] = "x" * 1_000_000
    with pytest.raises(EvenhandError) as told:
        read_book(persons, records_of(persons), provenance="pseudonymised")
    assert len(str(told.value)) < 1_000


def test_unknown_columns_in_records_are_refused_too():
    persons = persons_of()
    with pytest.raises((LooksPersonal, UnknownColumn)):
        read_book(persons, records_of(persons).assign(officer_comment="x"), provenance="pseudonymised")
