"""What is built holds the same in every format, is the same bytes every time, and does no harm to whoever opens it."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from evenhand.register.build import build
from evenhand.register.csv_files import cell
from evenhand.register.flat import EACH, counts, entries
from evenhand.register.history import Change
from evenhand.register.tables import TABLES
from evenhand.tables.errors import CannotWrite
from tests.house.tree import ROOT
from tests.register.made_up import AT, files, register, write

EVIL = '=HYPERLINK("http://evil","x")'


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    held = files()
    held["systems/crystal-ball"]["claims"]["evil"] = {"property": "software", "value": EVIL, "caveat": "line one\nline, two\n\"three\"", "evidence": AT}
    return build(register(held), tmp_path_factory.mktemp("built") / "out", revision="f294e5f").folder


@pytest.fixture(scope="module")
def whole(built) -> dict:
    return json.loads((built / "register.json").read_text())


def rows(built: Path, table: str) -> list[dict[str, str]]:
    with (built / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_promised_is_there(built):
    made = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert {"register.sqlite", "register.json", "register.jsonld", "changes.atom", "manifest.json", "csv/claims.csv", "schema/system.json",
            "exports/atrs/crystal-ball--northshire-police.json", "exports/dutch/crystal-ball--northshire-police.json"} <= made  # fmt: skip
    assert set(json.loads((built / "manifest.json").read_text())["files"]) == made - {"manifest.json"}


def test_the_json_says_what_it_is(whole):
    assert list(whole) == ["about", *EACH]
    assert whole["about"]["revision"] == "f294e5f"
    assert whole["about"]["licence"]["records"] == "CC BY 4.0"
    assert whole["about"]["counts"] == {kind: len(whole[kind]) for kind in EACH}


def test_every_format_holds_as_much(built, whole):
    database = sqlite3.connect(built / "register.sqlite")
    for kind in EACH:
        table = [row[0] for row in database.execute(f'SELECT "id" FROM {kind} ORDER BY rowid')]
        assert table == [entry["id"] for entry in whole[kind]] == [row["id"] for row in rows(built, kind)]
    for table in TABLES:
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == len(rows(built, table)), table
    searched = database.execute("SELECT count(DISTINCT kind || id) FROM search").fetchone()[0]
    database.close()
    assert searched == sum(len(whole[kind]) for kind in EACH if kind not in ("notes", "uses", "properties"))


def test_ids_are_given_once(whole):
    for kind in EACH:
        ids = [entry["id"] for entry in whole[kind]]
        assert len(ids) == len(set(ids)), kind


def test_a_claim_can_be_read_alone(whole):
    claim = next(entry for entry in whole["claims"] if entry["id"] == "crystal-ball.people")
    held = tuple(claim[name] for name in ("value", "unit", "shown", "as_of", "at_title"))
    assert held == (1413, "people", "1,413 people", "2024-06", "Northshire Police")
    (evidence,) = claim["evidence"]
    assert evidence["short"] == "Report 2025, section 1.1, from page 10, note 7"
    assert (evidence["page"], evidence["is_page_of_section"], evidence["status"]) == ("10", True, "cited")
    assert evidence["notes"][0]["cites"] == [
        {"by": "Northshire Police", "title": "FOI response", "date": "2023-05", "where": None, "page": None, "link": "https://example.org/foi"}
    ]


def test_who_publishes_says_so_where_nobody_is_named(whole):
    claim = next(entry for entry in whole["claims"] if entry["id"] == "crystal-ball.inputs")
    assert (claim["said_by"], claim["said_by_title"], claim["evidence"][0]["status"]) == ("watchers", "The Watchers", "seen")


def test_a_system_can_be_read_alone(whole):
    system = next(entry for entry in whole["systems"] if entry["id"] == "crystal-ball")
    assert system["name"] == "Crystal Ball"
    assert [(one["body"], one["title"], one["status"], one["from"]) for one in system["operators"]] == [
        ("northshire-police", "Northshire Police", "in-use", "2021-03")
    ]
    assert system["vendors"] == [{"body": "watchers", "title": "The Watchers", "role": "supplier"}]
    assert [fact["shown"] for fact in system["purpose"]] == ["To find those who may do harm."]
    assert system["data_input"][0]["value"] == ["age", "arrests"]
    assert [fact["state"] for fact in system["is_predictive"]] == ["denied", "known"]
    assert system["review"] == system["cost"] == [], "what is not known is there, and empty"
    assert [one["property"] for one in system["parameters"]] == ["data-input"]
    assert [(one["on"], one["what"]) for one in system["dates"]] == [("2019", "pilot"), ("2021-03", "in-use")]
    assert [system[kind] for kind in ("statistics", "contradictions", "refusals", "flows")] == [
        ["people-by-group"], ["predictive-or-not"], ["no-weights"], ["ball-to-prisons"],
    ]  # fmt: skip


def test_every_system_has_the_same_keys(whole):
    assert len({tuple(sorted(system)) for system in whole["systems"]}) == 1


def test_a_contradiction_shows_both_sides(whole):
    (one,) = whole["contradictions"]
    assert [(side["said_by_title"], side["claim"]) for side in one["sides"]] == [
        ("Northshire Police", "crystal-ball.not-predictive"), ("The Watchers", "crystal-ball.predictive"),
    ]  # fmt: skip
    assert next(entry for entry in whole["claims"] if entry["id"] == "crystal-ball.predictive")["contradictions"] == ["predictive-or-not"]


def test_the_json_is_what_the_entries_are(whole):
    held = json.loads(json.dumps(entries(register())))
    assert held["flows"] == whole["flows"]
    assert counts(register())["claims"] == len(whole["claims"]) - 1


def test_spreadsheets_compute_nothing(built):
    for file in (built / "csv").glob("*.csv"):
        raw = file.read_bytes()
        assert raw.decode("utf-8").endswith("\r\n")
        with file.open(encoding="utf-8", newline="") as held:
            assert not [text for row in csv.reader(held) for text in row if text.startswith(("=", "+", "@", "\t", "\r"))]
    row = next(row for row in rows(built, "claims") if row["id"] == "crystal-ball.evil")
    assert row["value"] == f"'{EVIL}"
    assert row["caveat"] == 'line one\nline, two\n"three"'


CELLS = [("-1+1", "'-1+1"), (-1, "-1"), (-0.5, "-0.5"), (False, "false"), ([], ""), (["=a", "b"], "'=a; b")]


@pytest.mark.parametrize(("value", "shown"), CELLS)
def test_cells(value, shown):
    assert cell(value) == shown


def test_linked_data_names_who_says_it_and_where(built):
    graph = {node["@id"]: node for node in json.loads((built / "register.jsonld").read_text())["@graph"]}
    claim = graph["#claim/crystal-ball.not-predictive"]
    assert claim["@type"] == ["schema:Claim", "prov:Entity"]
    assert claim["wasAttributedTo"] == "#body/northshire-police"
    assert claim["hadPrimarySource"] == ["#note/report.7", "#note/report.8"]
    assert claim["wasDerivedFrom"] == claim["wasQuotedFrom"] == ["#source/report"]
    assert graph["#claim/crystal-ball.inputs"]["hadPrimarySource"] == ["#source/report"]
    pointed = {one for node in graph.values() for key in ("about", "wasAttributedTo", "publisher", "isPartOf") if isinstance(one := node.get(key), str)}
    pointed |= {one for node in graph.values() for key in ("hadPrimarySource", "wasDerivedFrom", "wasQuotedFrom", "hasPart") for one in node.get(key, [])}
    assert pointed <= set(graph), "everything pointed at is there"


ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_tells_changes_newest_first(tmp_path):
    said = [
        Change("a", "2026-01-01T00:00:00+00:00", "Begin <b>", "added", "systems", "crystal-ball"),
        Change("b", "2026-02-01T00:00:00+00:00", "&", "removed", "flows", "x"),
    ]
    built = build(register(), tmp_path / "out", changes=said).folder
    feed = ElementTree.parse(built / "changes.atom").getroot()
    assert feed.find(f"{ATOM}updated").text == "2026-02-01T00:00:00+00:00"
    assert [entry.find(f"{ATOM}title").text for entry in feed.iter(f"{ATOM}entry")] == ["Flow removed: x", "System added: Crystal Ball"]
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    assert all(one.startswith("urn:uuid:") for one in ids)


def test_without_history_the_feed_tells_what_was_read(built):
    (entry,) = ElementTree.parse(built / "changes.atom").getroot().iter(f"{ATOM}entry")
    assert (entry.find(f"{ATOM}title").text, entry.find(f"{ATOM}updated").text) == ("Source added: A report", "2026-11-26T00:00:00Z")


def test_schemas_are_schemas_of_the_records(built):
    for file in (built / "schema").glob("*.json"):
        schema = json.loads(file.read_text())
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_records_give_the_same_bytes(tmp_path):
    one = contents(build(register(), tmp_path / "one").folder)
    other = contents(build(register(), tmp_path / "two").folder)
    assert [name for name in one if one[name] != other[name]] == []


def test_nothing_depends_on_the_order_that_python_hashes_in(tmp_path):
    records = write(tmp_path / "records")
    code = "import sys; from pathlib import Path; from evenhand.register.reading import read_register; from evenhand.register.build import build\n"
    code += "build(read_register(Path(sys.argv[1]))[0], sys.argv[2])"
    for seed in ("0", "1"):
        subprocess.run([sys.executable, "-c", code, records, tmp_path / seed], check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)})
    one, other = contents(tmp_path / "0"), contents(tmp_path / "1")
    assert [name for name in one if one[name] != other[name]] == []


def test_an_earlier_build_is_replaced_and_anything_else_is_left_alone(tmp_path):
    build(register(), tmp_path / "out")
    held = files()
    del held["flows/ball-to-prisons"]
    build(register(held), tmp_path / "out")
    assert json.loads((tmp_path / "out/register.json").read_text())["flows"] == []
    (tmp_path / "out/mine.txt").write_text("years of work")
    with pytest.raises(CannotWrite, match="did not write"):
        build(register(), tmp_path / "out")
    assert (tmp_path / "out/mine.txt").read_text() == "years of work"


def test_trouble_halfway_leaves_the_earlier_build(tmp_path, monkeypatch):
    build(register(), tmp_path / "out")
    before = contents(tmp_path / "out")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evenhand.register.build._write_exports", fails)
    with pytest.raises(CannotWrite, match="No space left"):
        build(register({name: value for name, value in files().items() if "flows" not in name}), tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_register_can_be_built(tmp_path):
    built = build(register({}), tmp_path / "out")
    assert built.counts["systems"] == 0
    assert json.loads((tmp_path / "out/register.json").read_text())["systems"] == []


def test_records_that_point_at_nothing_are_built_all_the_same(tmp_path):
    alone = {name: value for name, value in files().items() if name.split("/")[0] not in ("sources", "notes", "bodies")}
    built = build(register(alone), tmp_path / "out")
    assert built.counts["claims"] == 5
    claim = json.loads((tmp_path / "out/register.json").read_text())["claims"][0]
    assert (claim["said_by_title"], claim["evidence"][0]["short"]) == ("northshire-police", "report, section 1.1, note 7")
