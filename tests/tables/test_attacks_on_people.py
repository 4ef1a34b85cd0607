"""Attacks on the way in: whatever might tell who somebody is must not get into a table about people, nor into a message."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.tables import persons as persons_table
from evenhand.tables.errors import BadValue, EvenhandError, LooksPersonal, RepeatedKey, TooFewPeople, UnknownColumn
from evenhand.tables.personal_columns import looks_by_name, looks_by_values
from evenhand.tables.record_reading import read_book
from tests.tables.pseudonymous_people import book_of, persons_of, pseudonym, records_of

SECRET = "Zebedee Quillfeather"
UNKNOWN = [
    ("Surname", ["Quillfeather"], "names of people"),
    ("forename_1", ["Zebedee"], "names of people"),
    ("nominal", ["Zebedee Quillfeather"], "names of people"),
    ("DateOfBirth", ["1990-02-03"], "dates of birth"),
    ("col7", ["03/02/1990", "17/11/1988"], "full dates"),
    ("home address", ["12 Acacia Avenue"], "addresses"),
    ("where", ["12 Acacia Avenue", "Flat 3, 9 High Street, Eastfield"], "addresses"),
    ("pcds", ["SW1A 1AA"], "postcodes"),
    ("place", ["SW1A 1AA", "EH1 1YZ", "B1 1BB"], "postcodes"),
    ("contact", ["07700 900123", "+44 7700 900456"], "phone numbers"),
    ("contact2", ["ann@example.org"], "e-mail addresses"),
    ("ref", ["AB 12 34 56 C", "CE123456D"], "National Insurance numbers"),
    ("id2", ["943 476 5919", "9434765870"], "NHS numbers"),
    ("pnc_id", ["2001/123456X"], "PNC or CRO numbers"),
    ("other", ["2001/123456X", "123456/99A"], "PNC or CRO numbers"),
    ("car", ["AB12 CDE", "LM05XYZ"], "vehicle registration marks"),
    ("file", ["face_0001.jpg"], "pictures"),
    ("blob", [b"\x89PNG"], "pictures"),
    ("tags", [["a", "b"]], "pictures"),
    ("spot", ["51.50735, -0.12776"], "coordinates"),
    ("whom", [f"{one} {other}" for one in ("Ada", "Grace", "Mary", "Zebedee") for other in ("Hopper", "Lovelace", "O'Neill", "Green")], "names of people"),
    ("notes", ["x"], "free text"),
    ("about", ["seen with others near the shops on Friday night, wearing a dark coat"], "free text"),
    ("Ｓｕｒｎａｍｅ", ["x"], "names of people"),
    ("ip_address", ["10.0.0.1"], "internet addresses"),
    ("uprn", [100012345678], "coordinates"),
    ("custody_number", ["x"], "file numbers"),
]  # fmt: skip


def everything_said(told) -> str:
    """The message, and those of the errors it came from."""
    said, error = "", told.value
    while error is not None:
        said, error = said + str(error) + repr(error), error.__cause__
    return said


@pytest.mark.parametrize(("column", "values", "looks"), UNKNOWN, ids=[column for column, _, _ in UNKNOWN])
def test_a_column_is_refused_for_what_it_looks_like_and_no_value_is_repeated(column, values, looks):
    persons = persons_of(120)
    persons[column] = [values[at % len(values)] for at in range(len(persons))]
    with pytest.raises(LooksPersonal, match=looks) as told:
        read_book(persons, records_of(persons), provenance="pseudonymised")
    assert not any(str(value) in everything_said(told) for value in values if value != "x")


def test_a_column_that_looks_like_nothing_is_refused_all_the_same():
    persons = persons_of().assign(harm=3.0)
    with pytest.raises(UnknownColumn, match="'harm'"):
        read_book(persons, records_of(persons), provenance="pseudonymised")


@pytest.mark.parametrize("column", ["harm", "age", "ethnicity", "unit", "status", "score_band"])
def test_an_everyday_column_is_not_taken_for_a_persons(column):
    assert looks_by_name(column) == ""


@pytest.mark.parametrize("values", [["White", "Black"], [0.2, 0.9], ["2024-01", "2024-02"], ["E02000001"], [1, 2, 3], ["yes", "no"], [None, None]])
def test_everyday_values_are_not_taken_for_personal_ones(values):
    assert looks_by_values(pd.Series(values, dtype=object)) == ""


def test_a_column_for_each_person_is_refused_without_naming_any():
    wide = pd.concat([persons_of(), pd.DataFrame(1, index=range(200), columns=[pseudonym(at) for at in range(100)])], axis=1)
    with pytest.raises(LooksPersonal, match="columns, which are not shown") as told:
        persons_table.TABLE.check(wide)
    assert pseudonym(3) not in str(told.value)


@pytest.mark.parametrize("name", [SECRET, "P00ab91ff02c37d51aa", "ann@example.org", "x" * 200, "a\nb", "<b>bold</b>"])
def test_a_columns_name_that_could_be_somebodys_is_not_repeated(name):
    with pytest.raises((LooksPersonal, UnknownColumn)) as told:
        persons_table.TABLE.check(persons_of().assign(**{name: 1}))
    assert name not in str(told.value)


IDS = [
    ("a name", "Zebedee Quillfeather"), ("digits in full width", "Ｐ０１２３４５６７８９ａｂｃｄｅｆ"), ("full-width digits", "P" + "０" * 20),
    ("a line's end", "P00ab91ff02c37d51aa\n"), ("a space", " P00ab91ff02c37d51aa"), ("capitals", "P00AB91FF02C37D51AA"), ("Arabic digits", "P" + "٣" * 20),
    ("too short", "P123"), ("made-up", "M12"), ("a soft hyphen", "P00ab91ff\u00ad02c37d51aa"), ("missing", None), ("a number", 123456789012345678),
    ("bytes", b"P00ab91ff02c37d51aa"), ("too long", "P" + "ab" * 40), ("a formula", "=P00ab91ff02c37d51aa"), ("Cyrillic letter", "Р00ab91ff02c37d51aa"),
]  # fmt: skip


@pytest.mark.parametrize("wrong", [wrong for _, wrong in IDS], ids=[name for name, _ in IDS])
def test_an_id_that_is_no_pseudonym_is_refused_and_not_repeated(wrong):
    persons = persons_of()
    records = records_of(persons)
    persons.loc[17, "person"] = wrong
    with pytest.raises((BadValue, LooksPersonal)) as told:
        read_book(persons, records, provenance="pseudonymised")
    assert wrong is None or str(wrong) not in everything_said(told)


def test_people_of_two_provenances_are_not_put_together():
    persons = persons_of()
    persons.loc[:50, "person"] = [f"M{at}" for at in range(51)]
    for provenance in ("made-up", "pseudonymised"):
        with pytest.raises(BadValue, match="two provenances"):
            read_book(persons, records_of(persons), provenance=provenance)


@pytest.mark.parametrize(
    ("ids", "looks"),
    [
        ([f"P{at:016d}" for at in range(1000, 1200)], "numbers with noughts"),
        ([f"P{9_434_000_000 + at:024d}" for at in range(200)], "numbers with noughts"),
        ([pseudonym(at) for at in range(199)] + ["P" + b"Zebedee Quill".hex()], "texts written"),
        ([f"Pdeadbeef{at:012x}" for at in range(0xABCDE, 0xABCDE + 200)], "running numbers"),
    ],
)
def test_numbers_and_names_put_into_hexadecimal_digits_are_no_pseudonyms(ids, looks):
    persons = persons_of().assign(person=ids)
    with pytest.raises(LooksPersonal, match=looks):
        read_book(persons, records_of(persons), provenance="pseudonymised")


def test_random_identifiers_from_a_list_are_pseudonyms():
    rng = np.random.default_rng(5)
    uuids = ["P" + (one := rng.bytes(16).hex())[:12] + "4" + one[13:16] + "a" + one[17:] for _ in range(200)]
    persons = persons_of().assign(person=uuids)
    assert len(read_book(persons, records_of(persons), provenance="pseudonymised")) == 200


@pytest.mark.parametrize(
    ("numbers", "why"), [([f"M{9434765000 + at}" for at in range(200)], "made-up ids"), ([f"M07700{at:06d}" for at in range(200)], "made-up ids")]
)
def test_file_and_phone_numbers_are_not_numbers_of_made_up_people(numbers, why):
    persons = persons_of().assign(person=numbers)
    with pytest.raises(BadValue, match=why):
        read_book(persons, records_of(persons), provenance="made-up")


SMUGGLED = [
    ("group", SECRET, TooFewPeople), ("group", "P00ab91ff02c37d51aa", LooksPersonal), ("group", "=HYPERLINK(1)", BadValue), ("group", "@SUM(A1)", BadValue),
    ("group", "<script>", BadValue), ("group", "a\nb", BadValue), ("group", "White\u202eetihW", BadValue), ("area", "SW1A 1AA", LooksPersonal),
    ("area", "SW1A 1", LooksPersonal), ("area", "ＳＷ１Ａ １ＡＡ", LooksPersonal), ("area", "E01004736", LooksPersonal), ("area", "E00023264", LooksPersonal),
    ("area", "51.5007, -0.1246", LooksPersonal), ("area", "TQ 30021 79579", LooksPersonal), ("area", "12 Acacia Avenue", LooksPersonal),
    ("area", "filled.count.soap", LooksPersonal), ("area", "Quillfeather House", TooFewPeople), ("officer_group", SECRET, TooFewPeople),
    ("household", "12 Acacia Avenue", BadValue), ("household", "100012345678", BadValue), ("household", "P" + b"12 Acacia Ave".hex(), LooksPersonal),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "error"), SMUGGLED)
def test_nothing_is_smuggled_in_through_a_label_of_a_group_an_area_or_a_household(column, value, error):
    persons = persons_of()
    persons[column] = persons[column].astype(object) if column in persons else None
    persons.loc[17, column] = value
    with pytest.raises(error) as told:
        read_book(persons, records_of(persons), provenance="pseudonymised")
    assert value not in everything_said(told)


@pytest.mark.parametrize("column", ["incident", "area"])
def test_nothing_is_smuggled_in_through_a_records_incident_or_area(column):
    persons = persons_of()
    records = records_of(persons).assign(area="Eastfield")
    for value in (SECRET, "=1+1", "CAD 4471/24", "SW1A 1AA"):
        records.loc[17, column] = value
        with pytest.raises((BadValue, LooksPersonal, TooFewPeople)) as told:
            read_book(persons, records, provenance="pseudonymised")
        assert value not in str(told.value)


def test_nhs_numbers_do_not_pass_for_numbers_of_incidents():
    def nhs(start):
        digits = [int(one) for one in f"{start:09d}"]
        check = (11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        return None if check == 10 else f"{start:09d}{check}"

    persons = persons_of()
    numbers = [one for one in map(nhs, range(943_476_000, 943_477_000)) if one]
    records = records_of(persons)
    with pytest.raises(LooksPersonal, match="NHS numbers"):
        read_book(persons, records.assign(incident=numbers[: len(records)]), provenance="pseudonymised")


def test_a_handful_of_real_people_is_refused():
    for people in (1, 2, 99):
        persons = persons_of(people)
        with pytest.raises(TooFewPeople, match="scores of single persons"):
            read_book(persons, records_of(persons), provenance="pseudonymised")
    assert len(book_of(120)) == 120


def test_many_copies_of_one_real_person_are_refused():
    one = persons_of(200)
    copies = pd.concat([one.iloc[[3]]] * 200, ignore_index=True).assign(person=one["person"])
    with pytest.raises(TooFewPeople, match="too much alike"):
        read_book(copies, records_of(copies), provenance="pseudonymised")


def test_a_repeated_person_is_told_of_without_the_id():
    persons = persons_of()
    persons.loc[5, "person"] = persons.loc[6, "person"]
    with pytest.raises(RepeatedKey) as told:
        read_book(persons, records_of(persons), provenance="pseudonymised")
    assert persons.loc[6, "person"] not in str(told.value)


@pytest.mark.parametrize(("column", "value"), [("sex", SECRET), ("birth_month", "1990-02-03"), ("group", SECRET * 20)])
def test_a_value_outside_the_declaration_is_told_of_without_the_value(column, value):
    persons = persons_of()
    persons.loc[17, column] = value
    with pytest.raises(EvenhandError) as told:
        read_book(persons, records_of(persons), provenance="pseudonymised")
    assert value not in everything_said(told)
