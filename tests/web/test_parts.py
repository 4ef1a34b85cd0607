"""Parts of the site by themselves: what is known, how lists are narrowed and cut, what pictures hold, the command."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from evenhand.register.kinds import Flow
from evenhand.web.claims import FIRST_CLAIMS, claim_address, laid_out
from evenhand.web.evidence_list import EvidenceList
from evenhand.web.figures import figures
from evenhand.web.flow_picture import arranged, flow_picture, lines_of
from evenhand.web.force_pages import force_map, forces, outlines
from evenhand.web.index_order import in_one_order
from evenhand.web.knowledge import knowledge
from evenhand.web.name_pages import names
from evenhand.web.rebuilt import studies, studies_of
from evenhand.web.search_index import parts
from evenhand.web.site import Site
from evenhand.web.status_picture import Life, status_picture
from evenhand.web.system_lists import facets
from tests.register.made_up import AT
from tests.web.made_up_site import made_up


@pytest.fixture
def site(tmp_path):
    return Site(made_up(), tmp_path)


def plain(target):
    return target


def test_what_is_known_counts_a_field_only_when_all_its_parts_are_stated(site):
    known = knowledge(site, "crystal-ball")
    assert {field.key: field.state for field in known.fields} == {
        "purpose": "known", "operation": "unknown", "data": "partly", "decisions": "unknown", "reviews": "unknown",
    }  # fmt: skip
    assert (known.known, known.asked_for, known.level) == (1, 5, "some")
    assert knowledge(site, "street-map").level == "none"


def test_every_system_stands_on_the_lists_of_all_that_it_is(site):
    held = {one.key: one.slugs for one in facets(site, {slug: knowledge(site, slug) for slug in site.register.systems})}
    assert held["kind/person"] == ("odd-one", "crystal-ball")
    assert held["kind/network"] == ("odd-one",)
    assert held["nation/northern-ireland"] == ("odd-one",)
    assert held["status/in-use"] == ("crystal-ball",)
    assert held["known/withheld"] == ("odd-one",)
    assert held["force/northshire-police"] == ("odd-one", "crystal-ball")


def test_a_subject_with_many_claims_has_further_pages_and_every_claim_an_address(site):
    laid = laid_out(site.register, "odd-one")
    assert [len(part) for part in laid][:2] == [FIRST_CLAIMS, 50]
    last = laid[-1][-1][0]
    assert claim_address(site, last) == f"system/odd-one/claims-{len(laid)}.html#claim-{last.partition('.')[2]}"
    assert claim_address(site, "odd-one.gone") is None
    assert claim_address(site, "gone.key") is None


def test_a_list_is_cut_into_pages_of_a_hundred_that_lead_to_each_other(site):
    rows = [("crystal-ball", site.register.systems["crystal-ball"], knowledge(site, "crystal-ball"))] * 250
    site.write_list("systems", "systems.html.j2", rows, title="Systems", groups={}, users=[], here=None)
    pages = sorted(name for name in site.written if name.startswith("systems/"))
    assert pages == ["systems/index.html", "systems/page-2.html", "systems/page-3.html"]
    last = (site.folder / "systems/page-3.html").read_text(encoding="utf-8")
    assert "201 to 250 of 250 systems." in last
    assert '<a href="../systems/index.html">' in last
    assert "<title>Systems, page 3 ·" in last


def test_two_pages_never_share_an_address(site):
    from evenhand.tables.errors import CannotWrite

    site.put("system/a.html", b"")
    with pytest.raises(CannotWrite, match="Two pages"):
        site.put("system/a.html", b"")


def test_evidence_is_numbered_once_and_its_documents_told_once(site):
    evidence = EvidenceList(site)
    claims = site.register.systems["crystal-ball"].claims
    for claim in claims.values():
        evidence.mark(claim.evidence)
    assert [place.number for place in evidence.places()] == [1, 2, 3]
    (read,) = evidence.read()
    assert [(behind.cited and behind.cited.title, [number for number, _, _ in behind.notes]) for behind in read.behind] == [("FOI response", [7]), (None, [8])]


def test_bars_stand_only_where_groups_can_be_compared(site):
    shown = figures(site.register.statistics["by-group"], {})
    assert [re.search(r'width="([\d.]+)" height="10"', one.bar).group(1) for one in shown] == ["120", "30"]
    assert figures(site.register.statistics["people-by-group"], {})[0].bar is None


def flow(kind, source, to):
    given = {"title": f"{source} to {to}", "kind": kind, "what": "Records.", "evidence": AT}
    first, last = ("body", "system") if kind == "input" else ("system", "body")
    return Flow.model_validate({**given, "from": {first: source}, "to": {last: to}})


def test_flows_are_drawn_from_left_to_right_with_few_crossings():
    flows = [(f"{a}-{b}", flow("input", a, b)) for a, b in (("one", "map"), ("two", "list"), ("three", "map"))]
    lines = lines_of([*flows, ("out", flow("output", "list", "prison"))])
    columns = arranged(lines)
    assert [len(column) for column in columns] == [3, 2, 1]
    place = {node: number for column in columns for number, node in enumerate(column)}
    ties = [(place[line.start], place[line.end]) for line in lines[:3]]
    crossings = sum((a - c) * (b - d) < 0 for a, b in ties for c, d in ties)
    assert crossings == 0


def test_a_picture_of_flows_draws_what_is_possible_as_such_and_names_every_end(site):
    drawn = flow_picture(site, list(site.register.flows.items()), plain, title="Flows")
    assert drawn.count('class="flow possible"') == 1
    for name in ("Crystal Ball", "Street Map", "Northshire Police"):
        assert f'aria-label="{name}"' in drawn
    assert flow_picture(site, [], plain, title="Flows") is None


def test_a_life_that_has_ended_is_drawn_to_its_end_and_no_further():
    life = Life("A", None, (("in-use", "2019"), ("stopped", "2021"), ("unknown", None)))
    drawn = status_picture([life], plain, title="Lives", until=date(2026, 1, 1))
    assert Counter(re.findall(r'class="life s-([a-z-]+)"', drawn)) == {"in-use": 1, "stopped": 1}
    assert "A: in use from 2019" in drawn
    assert status_picture([Life("B", None, (("in-use", None),))], plain, title="Lives", until=date(2026, 1, 1)) is None


def test_the_map_tells_use_by_class_and_leads_to_every_force(site):
    held = forces(site)
    assert {force.slug: force.use for force in held} == {
        "essex-police": "places", "city-of-london-police": "places", "police-scotland": "none", "police-service-of-northern-ireland": "places",
    }  # fmt: skip
    drawn = force_map(held, plain)
    assert drawn.count("use-places") == 3
    assert all(f'href="body/{force.slug}.html"' in drawn for force in held)
    assert len(outlines()["areas"]) == 45


def test_every_name_a_system_goes_by_leads_to_it(site):
    held = {name: (page, title) for rows in names(site).values() for name, page, title in rows}
    assert held["The Ball"] == ("system/crystal-ball.html", "Crystal Ball")
    assert held["Crystal Ball"] == ("system/crystal-ball.html", None)


def test_a_study_is_about_the_systems_it_runs_and_those_it_names(site):
    assert "basildon-rtm" in [one.slug for one in studies_of(site.register.systems["street-map"])]
    compas = site.register.systems["street-map"].model_copy(update={"title": "COMPAS", "aliases": (), "reconstruction": ()})
    assert [one.slug for one in studies_of(compas)] == ["compas-two-years"]
    assert all(one.question and one.title for one in studies().values())


def test_a_large_site_is_indexed_in_parts():
    assert parts([]) == 1
    assert parts([f"system/{number}.html" for number in range(2_001)]) == 2
    assert parts([f"systems/page-{number}.html" for number in range(5_000)]) == 1


def test_what_letters_know_of_a_system_is_the_same_when_only_its_own_records_are_looked_at():
    from evenhand.register.links import links_of
    from evenhand.register.reading import read_register
    from evenhand.web.redress_data import _about, _system

    register = read_register()[0]
    links = links_of(register)
    assert [slug for slug in register.systems if _system(register, slug) != _system(_about(register, links, slug), slug)] == []


def test_an_index_that_is_not_as_expected_is_refused(tmp_path):
    from evenhand.tables.errors import CannotWrite

    with pytest.raises(CannotWrite, match="0 languages"):
        in_one_order(tmp_path)


def test_the_command_refuses_a_folder_it_did_not_make_and_says_where_the_site_is(tmp_path, capsys):
    from evenhand.cli import main
    from tests.register import made_up as small

    records = small.write(tmp_path / "records")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit) as refused:
        main(["publish", "--records", str(records), "--out", str(tmp_path / "mine"), "--quiet"])
    assert refused.value.code == 2
    assert "Evenhand did not write (thesis.txt)" in capsys.readouterr().err
    main(["publish", "--records", str(records), "--out", str(tmp_path / "site"), "--no-search", "--quiet"])
    assert re.search(r"Written: \d+ pages", capsys.readouterr().out)
    assert (tmp_path / "site" / "system" / "crystal-ball.html").is_file()


def test_records_that_are_not_sound_stop_the_command(tmp_path, capsys):
    from evenhand.cli import main
    from tests.register import made_up as small

    held = small.files()
    held["systems/street-map"]["related"] = [{"to": "nowhere", "how": "replaces", "evidence": AT}]
    records = small.write(tmp_path / "records", held)
    with pytest.raises(SystemExit) as refused:
        main(["publish", "--records", str(records), "--out", str(tmp_path / "site"), "--quiet"])
    assert refused.value.code == 2
    assert "register check" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
