"""The records that ship: sound, and joined at both ends to the rebuilt systems and the studies."""

from __future__ import annotations

from functools import cache

from tests.house.tree import none_of


@cache
def shipped():
    from evenhand.register.checks import check
    from evenhand.register.reading import read_register

    register, problems = read_register()
    return register, [*problems, *check(register)]


@cache
def cards():
    from evenhand.systems.catalogue import systems

    return {slug: module.CARD for slug, module in systems().items()}


def test_every_record_is_sound():
    _, problems = shipped()
    none_of([str(one) for one in sorted(problems) if one.level == "error"], "Records to mend.")


def test_every_operator_on_a_card_is_a_body_of_the_register():
    register, _ = shipped()
    none_of([f"{slug}: {body}" for slug, card in cards().items() for body in card.operators if body not in register.bodies], "Operators without a record.")


def test_every_rebuilt_system_of_somebody_is_named_by_a_record():
    register, _ = shipped()
    named = {slug for system in register.systems.values() for slug in system.reconstruction}
    none_of(sorted(slug for slug, card in cards().items() if card.operators and slug not in named), "Rebuilt systems that no record names.")
    none_of(sorted(named - set(cards())), "Reconstructions that records name and nobody built.")


def test_every_operator_on_a_card_is_a_user_on_record():
    register, _ = shipped()
    offenders = []
    for slug, card in cards().items():
        users = {body for system in register.systems.values() if slug in system.reconstruction for body in system.uses}
        offenders += [f"{slug}: {body}" for body in card.operators if body not in users]
    none_of(offenders, "Operators on a card whose use no record tells.")


def test_every_printed_figure_with_parts_can_be_checked():
    from evenhand.study.printed_figures import check_figures

    register, _ = shipped()
    assert sum(1 for _ in check_figures(register)) > 20


def test_the_five_fields_that_every_register_must_hold_are_properties():
    register, _ = shipped()
    minimum = {slug for slug, one in register.properties.items() if one.is_minimum}
    assert minimum == {"purpose", "operation", "procedure", "data-input", "data-source", "decision-influenced", "review"}
