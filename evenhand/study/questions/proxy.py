"""Proxies, asked of one's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..question import Answer, Asked, Question, Setting, Wanted

if TYPE_CHECKING:
    import pandas as pd

    from ...audit.proxy import Fed, System
    from ...report.picture import Picture
    from ...tables.findings import Finding


def _ask(asked: Asked) -> Answer:
    from ...audit.proxy import strength_findings, use_findings
    from ...report.contents import Refusal

    fed, order = _fed(asked)
    about = asked.about("proxy", caveats=("An input that policing itself makes, such as stops or intelligence, carries past policing with it.",))
    found = strength_findings(fed, about, replicates=asked.replicates, seed=asked.seed)
    asked.tell("leaving out each input", 0.6)
    system = _system(asked, fed, order)
    refused: list[Refusal] = []
    if system is None:
        refused.append(Refusal("what each input does to who is flagged", "neither input weights nor scores with each input left out were given."))
    else:
        found = [*use_findings(fed, system, about, replicates=asked.replicates, seed=asked.seed), *found]
    return Answer(tuple(found), tuple(refused), _pictures(found))


def _fed(asked: Asked) -> tuple[Fed, list[str]]:
    """Inputs and people laid out by unit, in the order of the units' codes."""
    import numpy as np
    import pandas as pd

    from ...audit.proxy import Fed
    from ...audit.proxy_strength import Units
    from ...tables.errors import BadSetting, BadValue, OutsidePlace

    inputs, people = asked.tables["inputs"], asked.tables["unit_groups"]
    group, reference = asked.settings["group"], asked.settings["reference"]
    known = sorted(people["group"].unique())
    for name in (group, reference):
        if name not in known:
            raise BadSetting(f"There is no group '{name}' in the table 'unit_groups'. Groups there: {', '.join(known)}.")
    wide = inputs.pivot(index="unit_code", columns="input", values="value")
    order = sorted(set(wide.index) & set(people["unit_code"]))
    stray = sorted(set(wide.index) ^ set(people["unit_code"]))
    if not order:
        raise OutsidePlace(f"The tables 'inputs' and 'unit_groups' share no unit (for example {stray[0]} is in one alone). Are their codes of two kinds?")
    if stray:
        raise OutsidePlace(
            f"{len(stray):,} units stand in only one of the tables 'inputs' and 'unit_groups' (for example {stray[0]}).\n"
            "Missing is never zero: complete them, or leave them out of both."
        )
    if wide.isna().any().any():
        name = str(wide.columns[wide.isna().any()][0])
        raise BadValue(f"The input '{name}' has no value for some units. Missing is never zero: find it, or leave the unit out of both tables.")
    counted = people.pivot_table(index="unit_code", columns="group", values="people", aggfunc="sum", fill_value=0).loc[order]
    blocks = people.drop_duplicates("unit_code").set_index("unit_code").loc[order]
    has_blocks = "block" in blocks and blocks["block"].notna().all()
    number = pd.factorize(blocks["block"])[0] if has_blocks else np.arange(len(order))
    units = Units(counted[group].to_numpy(dtype=float), counted[reference].to_numpy(dtype=float), np.asarray(number, dtype=np.int64))
    values = {str(name): wide.loc[order, name].to_numpy(dtype=float) for name in wide.columns}
    return Fed(values, _families(inputs), units, group, reference, has_blocks), order


def _families(inputs: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Family -> inputs; an input without a family is one of its own."""
    named = inputs.drop_duplicates("input").set_index("input")
    families: dict[str, list[str]] = {}
    for name in sorted(named.index):
        family = named.loc[name, "family"] if "family" in named.columns else None
        families.setdefault(str(family) if isinstance(family, str) else str(name), []).append(str(name))
    return {family: tuple(names) for family, names in families.items()}


def _system(asked: Asked, fed: Fed, order: list[str]) -> System | None:
    """The system, by its weights or by its scores with each thing left out; None where there is neither."""
    from ...audit.proxy import System, additive
    from ...tables.errors import BadSetting, BadValue

    k = asked.settings["k"]
    if k is None and ("input_weights" in asked.tables or "ablated_scores" in asked.tables):
        raise BadSetting("The audit 'proxy' needs `k`: how many units the system flags.")
    if "input_weights" in asked.tables:
        weights = asked.tables["input_weights"]
        return additive(fed, dict(zip(map(str, weights["input"]), map(float, weights["weight"]), strict=True)), k=k)
    if "ablated_scores" not in asked.tables:
        return None
    scores = asked.tables["ablated_scores"]
    wide: dict[str, Any] = {}
    for left_out, rows in scores.groupby(scores["left_out"].fillna("")):
        if rows["unit_code"].duplicated().any() or set(rows["unit_code"]) != set(order):
            which = f"without {left_out}" if left_out else "of the system as it is"
            raise BadValue(f"The scores {which} are not one a unit for the same {len(order):,} units as the inputs. Export them again.")
        wide[str(left_out)] = rows.set_index("unit_code").loc[order, "score"].to_numpy(dtype=float)
    if "" not in wide:
        raise BadValue("The table 'ablated_scores' lacks the scores of the system as it is: rows whose `left_out` is empty.")
    full = wide.pop("")
    return System(full, wide, k)


def _pictures(found: list[Finding]) -> tuple[Picture, ...]:
    from functools import partial

    from ...report.plain_pictures import forest

    drawn = []
    for measure, title, axis, key, parity in (
        ("flag_ratio_without", "How the gap changes when something is left out", "times as likely to be in a flagged unit; 1 is equal", "left_out", None),
        ("proxy_auc", "How well each input tells the group", "chance that a member’s unit has the higher value; 50 % is guessing", "input", 0.5),
    ):
        shown = [one for one in found if one.measure == measure and one.value is not None]
        picture = forest(shown, slug=measure.replace("_", "-"), title=title, axis=axis, parity=parity, label=partial(_named, key))
        drawn += [picture] if picture else []
    return tuple(drawn)


def _named(key: str, finding: Finding) -> str:
    return str(finding.settings[key])


QUESTION = Question(
    name="proxy",
    asks="Which inputs stand in for ethnicity or deprivation, and what do they do to who is flagged?",
    says=(
        "Each input alone, and all together on units left out of the fit: how well they tell who belongs to the group. With the system's weights, or its "
        "scores with each input or family left out, also what leaving it out changes. Families such as stop-search, intelligence, suspects and drug-calls "
        "are left out whole."
    ),
    tables=(
        Wanted("inputs", "What the system is fed: unit_code, input, value, and optionally family."),
        Wanted("unit_groups", "Who is where: unit_code, group, people, and optionally block."),
        Wanted("input_weights", "The weights of a system that adds up its inputs: input, weight.", is_needed=False),
        Wanted("ablated_scores", "Or its scores with each thing left out: unit_code, left_out (empty for the system as it is), score.", is_needed=False),
    ),
    settings=(
        Setting("group", "the group asked about", "Black"),
        Setting("reference", "the group compared with", "White"),
        Setting("k", "how many units the system flags; needed with weights or scores", None, int),
    ),
    ask=_ask,
    example="evenhand audit proxy --inputs inputs.csv --unit-groups people.csv --input-weights weights.csv --k 20",
)
