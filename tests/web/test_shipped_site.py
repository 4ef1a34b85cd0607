"""The site of the records that ship: everything the made-up site must hold holds there, too."""

from __future__ import annotations

import pytest

from evenhand.register.reading import read_register
from evenhand.web.addresses import address
from evenhand.web.publish import publish
from tests.house.tree import none_of
from tests.web import page_checks


@pytest.fixture(scope="module")
def register():
    return read_register()[0]


@pytest.fixture(scope="module")
def site(register, tmp_path_factory):
    """The site, without its search index."""
    folder = tmp_path_factory.mktemp("shipped") / "site"
    publish(register, folder, with_search=False)
    return folder


def test_every_link_of_the_shipped_site_leads_somewhere(site):
    none_of(page_checks.dead_links(site), "Dead links.")


def test_no_id_of_the_shipped_site_stands_twice(site):
    none_of(page_checks.doubled_ids(site), "Ids that stand twice.")


def test_every_page_of_the_shipped_site_is_light(site):
    none_of(page_checks.heavy(site), "Pages over 100 kB.")


def test_every_page_of_the_shipped_site_is_valid(site):
    none_of(page_checks.invalid(site), "Invalid HTML.")


def test_nothing_in_the_shipped_site_comes_from_elsewhere(site):
    none_of(page_checks.loads_from_elsewhere(site), "Loaded from elsewhere, or stopped by the security policy.")


def test_every_record_has_its_page_and_its_json(site, register):
    kinds = ("systems", "bodies", "sources", "statistics", "contradictions", "refusals", "flows", "requirements")
    wanted = [address(kind, slug) for kind in kinds for slug in getattr(register, kind)]
    none_of([one for page in wanted for one in (page, page.replace(".html", ".json")) if not (site / one).is_file()], "Records without a page.")


def test_every_claim_has_an_address_that_leads_to_it(site, register):
    from evenhand.web.claims import claim_address
    from evenhand.web.site import Site

    made = Site(register, site)
    offenders = []
    for claim_id, _, _ in register.claims():
        page, _, place = (claim_address(made, claim_id) or "").partition("#")
        if not page or place not in page_checks.held(site / page).ids:
            offenders.append(claim_id)
    none_of(offenders, "Claims that cannot be pointed at.")


def test_every_note_has_an_address_that_leads_to_it(site, register):
    from evenhand.web.evidence_list import note_address
    from evenhand.web.site import Site

    made = Site(register, site)
    wanted = [note_address(made, source, number).partition("#") for source, notes in register.notes.items() for number in notes]
    none_of([f"{page}#{place}" for page, _, place in wanted if place not in page_checks.held(site / page).ids], "Notes that cannot be pointed at.")


def test_all_45_forces_are_on_the_map_and_in_its_table(site, register):
    page = (site / "forces/index.html").read_text(encoding="utf-8")
    forces = [slug for slug, body in register.bodies.items() if body.is_territorial]
    assert len(forces) == 45
    none_of([slug for slug in forces if page.count(f"../body/{slug}.html") < 2], "Forces that the map or its table lacks.")


def test_every_alias_stands_among_the_names(site, register):
    from html import escape

    names = "".join(page.read_text(encoding="utf-8") for page in (site / "names").rglob("*.html"))
    held = [name for kind in ("systems", "bodies") for one in getattr(register, kind).values() for name in (one.title, *one.aliases)]
    none_of([name for name in held if escape(name).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") not in names], "Names that the index lacks.")
