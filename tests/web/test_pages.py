"""Every page of the made-up site: links, ids, HTML, weight, escaping, and the same bytes again."""

from __future__ import annotations

import json
import re

import pytest

from evenhand.tables.errors import BadSetting, CannotWrite
from evenhand.web.publish import publish
from evenhand.web.site import Site, templates
from tests.house.tree import none_of
from tests.web import page_checks
from tests.web.made_up_site import CHANGES, DAY, LONG, SCRIPT, made_up


def text(site, path):
    return (site / path).read_text(encoding="utf-8")


def test_every_link_leads_somewhere(made_up_site):
    none_of(page_checks.dead_links(made_up_site), "Dead links.")


def test_no_id_stands_twice_on_a_page(made_up_site):
    none_of(page_checks.doubled_ids(made_up_site), "Ids that stand twice.")


def test_every_page_is_valid_html(made_up_site):
    none_of(page_checks.invalid(made_up_site), "Invalid HTML.")


def test_every_page_is_light(made_up_site):
    none_of(page_checks.heavy(made_up_site), "Pages over 100 kB.")
    assert (made_up_site / "forces/index.html").stat().st_size < 200_000


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_styled_or_scripted_in_a_page(made_up_site):
    none_of(page_checks.loads_from_elsewhere(made_up_site), "Loaded from elsewhere, or stopped by the security policy.")


def test_every_page_says_what_it_may_load_and_sends_no_referrer(made_up_site):
    offenders = []
    for page in page_checks.pages(made_up_site):
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page.read_text(encoding="utf-8")).group(1)
        scripts = "script-src 'self' 'wasm-unsafe-eval'" if page.parent.name == "search" or "redress" in page.parts else "script-src 'none'"
        if "default-src 'self'" not in policy or scripts not in policy or 'name="referrer" content="no-referrer"' not in page.read_text(encoding="utf-8"):
            offenders.append(str(page))
    none_of(offenders, "Pages without the policy.")


def test_every_template_is_used(made_up_site, monkeypatch, tmp_path):
    used = set()
    real = Site.render
    monkeypatch.setattr(Site, "render", lambda self, path, template, **view: used.add(template) or real(self, path, template, **view))
    publish(made_up(), tmp_path / "site", with_search=False)
    parts = {"base.html.j2", "macros.html.j2", "beside.html.j2", "record_foot.html.j2", "404.html.j2"}
    ours = {name for name in templates().list_templates() if name.endswith(".html.j2") and not name.startswith("redress")}
    assert used | parts >= ours


def test_texts_of_records_are_shown_as_text(made_up_site):
    offenders = [str(page) for page in page_checks.pages(made_up_site) if "<script>alert" in page.read_text(encoding="utf-8") or "<img" in page.read_text()]
    none_of(offenders, "Pages that show a record's text raw.")
    page = text(made_up_site, "body/prison-service.html")
    assert "Prisons &lt;script&gt;alert(&#39;no&#39;)&lt;/script&gt;" in page
    assert json.loads(text(made_up_site, "body/prison-service.json"))["title"] == f"Prisons {SCRIPT}"


def test_odd_texts_come_through_whole(made_up_site):
    page = text(made_up_site, "system/odd-one.html")
    assert "Bell &amp; “Whistle” &lt;3 O&#39;Hara&#39;s &#34;index&#34; – نظام التنبؤ שיטה 予測 𝔘" in page
    assert LONG in page


def test_the_same_records_give_the_same_bytes(made_up_site, tmp_path):
    publish(made_up(), tmp_path / "again", revision="c" * 40, changes=CHANGES, today=DAY)
    sites = (made_up_site, tmp_path / "again")
    first, again = ({path.relative_to(at).as_posix(): path.read_bytes() for path in at.rglob("*") if path.is_file()} for at in sites)
    assert first.keys() == again.keys()
    none_of([name for name in first if first[name] != again[name]], "Files that differ.")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine")
    with pytest.raises(CannotWrite, match="did not write"):
        publish(made_up(), tmp_path / "site", with_search=False)
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["thesis.txt"]


def test_a_site_that_fails_half_way_leaves_the_old_one(tmp_path, monkeypatch):
    publish(made_up(), tmp_path / "site", with_search=False)
    before = sorted(path.name for path in (tmp_path / "site").iterdir())
    monkeypatch.setattr("evenhand.web.publish.write_names", lambda site: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(made_up(), tmp_path / "site", with_search=False)
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("base", ["register/", "/register", "//evil.example/", '/"onload="x/', ""])
def test_a_path_to_serve_under_must_be_one(tmp_path, base):
    with pytest.raises(BadSetting, match="no path to serve a site under"):
        publish(made_up(), tmp_path / "site", base=base)


def test_the_page_for_wrong_addresses_links_from_the_path_it_is_served_under(tmp_path):
    publish(made_up(), tmp_path / "site", base="/register/", with_search=False)
    assert 'href="/register/names/index.html"' in text(tmp_path / "site", "404.html")


def test_an_empty_register_still_makes_a_site(tmp_path):
    from evenhand.register.register import Register

    publish(Register(), tmp_path / "site", with_search=False)
    none_of(page_checks.dead_links(tmp_path / "site"), "Dead links.")
    none_of(page_checks.invalid(tmp_path / "site"), "Invalid HTML.")
