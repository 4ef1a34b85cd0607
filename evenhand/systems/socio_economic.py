"""PAVED and PredVol: where will cars and homes be broken into, given what was recorded there and who lives there?

Two French systems that put the census among their inputs: of all systems rebuilt here the clearest case of encoding who lives
where. PAVED (national gendarmerie, 2017 to 2019) took household incomes, nationality, immigration and household composition;
PredVol (Oise, 2016) unemployment, schooling and ages. So two areas with the same recorded crime may score differently because
other people live there. How much of a map comes from that is what who_lives_there.py measures: run it beside this.

Reconstructed: the shape. How PAVED works is not published, here an area regression; of PredVol it is said that thirty methods
were tried, here a random forest. English stand-ins are put in for French census figures: for which, see CARD.readings.

Steps, in order:  area_inputs (past_of, census_of) -> area_models.learn -> on_cells -> score; then flagging.flag

Read with care: a coefficient of a group's share says that crimes were recorded where many of the group live, after what else is
in the model. It says nothing of anybody, nothing of who did anything, and nothing of why: areas are no persons. Areas that are
neighbours are alike, so the intervals are too narrow. Parts of an index of deprivation that rest on recorded crime ("crime",
and with it "overall") are never taken: they would explain recorded crime by itself.

Source: Etalab (2018), Prédire les vols de voitures ?; La Quadrature du Net (2024), La police prédictive en France.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..places.apportion import shares as shares_of_areas
from ..tables.citation import Citation
from ..tables.errors import CannotAnswer
from .area_inputs import BASES, DOMAINS, INPUTS, base_of, census_of, past_of
from .area_models import INTENSITIES, OWN_AREA, SPREADS, VARIANTS, Learnt, Rules, learn
from .card import AlsoReads, Card, Reading
from .crime_atlas import PLACINGS, shares_of_ground
from .outcomes import crime_types_of
from .records import needed

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import NDArray

    from ..places.grid import Grid

CARD = Card(
    slug="socio-economic",
    title="Area models with census inputs (PAVED, PredVol)",
    kind="place",
    operators=("gendarmerie-nationale",),
    learns_from="recorded crime by area and month; who lives there, by group; deprivation without its crime part",
    columns=("month", "x_m", "y_m", "crime_type", "events"),
    flags="areas; here their squares, all of an area alike unless a reading says otherwise",
    horizon="the next month; PredVol spoke of the next day, PAVED of days to a year",
    fidelity="shape",
    sources=(
        Citation("Amnesty International UK (2025), Automated Racism, section 1.4 and glossary, notes 99-101"),
        Citation("Etalab (2018), Prédire les vols de voitures ? (opening read)", url="https://agd.data.gouv.fr/2018/01/12/predire-les-vols-de-voitures/"),
        Citation("Profession Gendarme, Oise : les gendarmes prédisent l'avenir pour empêcher le vol de votre voiture",
                 url="http://www.profession-gendarme.com/oise-les-gendarmes-predisent-lavenir-pour-empecher-le-vol-de-votre-voiture/"),
        Citation("Notes de seguretat (2018), Predvol, l'outil de la police française",
                 url="https://notesdeseguretat.blog.gencat.cat/2018/03/05/predvol-loutil-de-la-police-francaise-pour-predire-les-zones-a-risque-de-vol-de-vehicules-ameliore-le-dispositif-policier/"),
        Citation("France Inter, Grand Angle, 2 October 2018", url="https://www.franceinter.fr/emissions/grand-angle/grand-angle-02-octobre-2018"),
        Citation("L'Essor de la Gendarmerie nationale, De l'analyse prédictive à l'analyse décisionnelle (opening read)",
                 url="https://lessor.org/operationnel/gendarmerie-de-lanalyse-predictive-a-lanalyse-decisionnelle/"),
        Citation("Mediapart, 2 September 2019, La gendarmerie ne parvient toujours pas à prédire l'avenir, as reprinted (opening read)",
                 url="http://www.aamfg.fr/la-gendarmerie-ne-parvient-toujours-pas-a-predire-lavenir/"),
        Citation("La Quadrature du Net (2024), La police prédictive en France, as announced (opening read)",
                 url="https://nantes.indymedia.org/posts/110964/la-police-predictive-en-france-contre-lopacite-et-les-discriminations-la-necessite-dune-interdiction"),
    ),
    readings=(
        Reading("outcome", "Which categories are explained?", "burglary-vehicle", ("burglary-vehicle", "burglary", "vehicle-crime"),
                "PAVED had burglaries and thefts of and from vehicles; PredVol vehicles alone", "which records count at all", mark="known"),
        Reading(
            "variant",
            "A regression, or a forest?",
            "paved",
            VARIANTS,
            "a regression is the plainest thing an area model can be, and says what each input does; neither family is published",
            "a forest bends round single areas; a regression cannot",
        ),
        Reading(
            "inputs",
            "Which families of inputs go in?",
            "all",
            tuple(INPUTS),
            "both systems had recorded crime and the census; deprivation is left aside where it is not handed over",
            "whether who lives somewhere can make an area score higher than its record does: the audit of these systems",
            mark="known",
        ),
        Reading(
            "domains",
            "Which parts of an index of deprivation stand for French census figures?",
            "income-employment-education",
            tuple(DOMAINS),
            "incomes (PAVED), unemployment and schooling (PredVol) are named; nationality and immigration have no stand-in but groups of residents",
            "what the model can tell areas apart by",
        ),
        Reading("target_months", "How many of the last months are explained?", 12, (1, 6, 12), "a prototype was validated on one year after six",
                "whether seasons even out", unit="months"),
        Reading("history_months", "How many months before them explain?", 36, (12, 36, 72),
                "three years were drawn for PredVol by its makers' account, five by another; six for the gendarmerie's prototype",
                "how long an old record weighs", unit="months"),
        Reading("base", "What are crimes set against?", "residents", BASES, "an area with more people is expected to have more crime",
                "whether areas where few live and many go look worse than they are", unit=""),
        Reading("ridge", "How strongly are coefficients pulled towards nothing?", 1.0, (0.0, 1.0, 10.0),
                "next to nothing for hundreds of areas, and keeps a few areas' coefficients finite", "little, unless areas are few"),
        Reading("intensity", "Is the density of crimes round about an input too?", "covariate", INTENSITIES,
                "other work of the gendarmerie speaks of point patterns; ours is that guess", "whether an area answers for its neighbours"),
        Reading("intensity_bandwidth_m", "How far does one crime reach in that density?", 500.0, (250.0, 500.0, 1000.0), "about as wide as an area of a town",
                "as above", unit="m"),
        Reading("spread", "How does an area's figure fall on its squares?", "even", SPREADS,
                "what the model says of an area it says of all of it; by intensity follows past crime within it; area-score gives each square "
                "its area's whole figure",
                "whether a small area of many crimes outranks a large one, and which squares of an area are listed"),
        Reading("own_area", "Does the model learn from an area before it is asked about it?", "learnt-from", OWN_AREA,
                "so it is done; held out, an area is judged by what areas with such people are like",
                "for a forest, nearly everything: shown an area for months, it knows it again by its census figures, whatever inputs it is left with"),
        Reading("placing", "To which area does a square on a border belong?", "by-ground", PLACINGS, "keeps every crime counted once",
                "crimes of areas smaller than a few squares"),
        Reading("trees", "How many trees has the forest?", 100, (50, 100, 300), "the usual number", "how much the forest's own lot matters"),
        Reading("least_in_leaf", "How few areas' months may a leaf hold?", 5, (1, 5, 20), "leaves of one follow every accident",
                "how far the forest follows single months"),
        Reading("seed", "Which lot does the forest draw?", 1, (1, 2, 3), "any", "which areas are listed, where trees are few"),
    ),
    not_rebuilt=(
        "nationality, immigration, household composition and ages: no declared table holds them",
        "PredVol's thirty methods, of which one was to be chosen: here one forest",
        "days: records here have months",
        "PAVED's squares of 1 km²: the census speaks of areas, so areas are what is modelled",
        "the maps and tablets, and what patrols made of them",
    ),
    also_reads=(
        AlsoReads("residents", ("area_code", "group", "residents"), is_needed=True,
                  says="people to set crimes against, and the groups they belong to, by area"),
        AlsoReads("deprivation", ("area_code", "domain", "decile"), is_needed=False,
                  says="income, employment, schooling and the like by area; never its crime part"),
    ),
    known=(
        "PAVED took household incomes, nationality, immigration and household composition to foresee thefts of cars and burglaries (Amnesty International UK "
        "2025, section 1.4 and glossary).",
        "A French system is described as taking unemployment, schooling and ages, under the name of PredPol and in Val d'Oise (Amnesty International UK 2025, "
        "section 1.4); by its makers' account the tool was PredVol and the department the Oise (Etalab 2018); La Quadrature du Net (2024) says PredVol, and "
        "Val d'Oise.",
        "PredVol had three years of thefts from police and gendarmerie (Etalab 2018), or five, 221 zones, thirty mathematical methods and the statistical "
        "office's socio-economic data; a claim of over 80 % (Profession Gendarme).",
        "After six months its users looked at the map of past thefts rather than the predictions, which only confirmed areas already known (Notes de seguretat "
        "2018).",
        "The gendarmerie's prototype learnt from 2008 to 2013, was validated on 2014 and projected on 2015 (interview of Patrick Perrot in 2015, as reprinted "
        "by contre-info.com).",
        "PAVED's test in 11 departments over seven months was said to have foreseen 83 % of burglaries, with crime down nearly 8 %, over a point "
        "more than nationally (France Inter, 2 October 2018). Its map was in squares of 1 km² (L'Essor).",
        "In 2019 it was put on every gendarme's tablet (Mediapart, 2 September 2019), or paused shortly before that (La Quadrature du Net 2024).",
    ),
    next_review="2027-11",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What has been learnt.

    Attributes:
        area_codes: of the areas.
        learnt: what is expected of each area, by which inputs, and the coefficients.
        base: what crimes were set against, shape (areas,).
        reference: the group whose share is left out, "" where residents are no input.
        cells: the score, shape (cells,).
    """

    area_codes: tuple[str, ...]
    learnt: Learnt
    base: NDArray[np.float64]
    reference: str
    cells: NDArray[np.float64]


def fit(
    recorded_crime: pd.DataFrame,
    grid: Grid,
    *,
    until: str | dt.date,
    residents: pd.DataFrame | None = None,
    deprivation: pd.DataFrame | None = None,
    outcome: str = "burglary-vehicle",
    variant: str = "paved",
    inputs: str = "all",
    domains: str = "income-employment-education",
    target_months: int = 12,
    history_months: int = 36,
    base: str = "residents",
    ridge: float = 1.0,
    intensity: str = "covariate",
    intensity_bandwidth_m: float = 500.0,
    spread: str = "even",
    own_area: str = "learnt-from",
    placing: str = "by-ground",
    trees: int = 100,
    least_in_leaf: int = 5,
    seed: int = 1,
) -> Model:
    """Learn from what was recorded up to and including a month, and from who lives where.

    Args:
        recorded_crime: the declared table, with x_m and y_m.
        grid: the cells, which know their areas.
        until: last month, or a day: then whole months up to it.
        residents, deprivation: the declared tables, with codes of the grid's areas.
        outcome, variant, inputs, domains, target_months, history_months, base, ridge, intensity, intensity_bandwidth_m, spread, own_area,
            placing, trees, least_in_leaf, seed: readings of the card.

    Raises:
        MissingTable, MissingColumn: residents are not there; or deprivation, asked for by name, is not.
        VintageMix: an area has no row in one of them.
        EmptyTable: nothing to learn from.
        BadSetting: an unknown choice of a reading.
        CannotAnswer: nobody lives anywhere; no events in the months to be explained; too few for so many inputs without a ridge.
    """
    needed(CARD, residents=residents, deprivation=deprivation)
    rules = Rules(variant, inputs, target_months, history_months, ridge, intensity, spread, own_area, trees, least_in_leaf, seed)
    shares = shares_of_ground(grid, placing)
    bandwidth_m = intensity_bandwidth_m if rules.uses_crime and (intensity == "covariate" or spread == "by-intensity") else None
    past = past_of(recorded_crime, grid, shares, until=until, crime_types=crime_types_of(outcome), bandwidth_m=bandwidth_m, recent_months=history_months)
    census, everybody, reference = census_of(grid, residents, deprivation, inputs=inputs, domains=domains)
    against = base_of(base, grid, everybody)
    learnt = learn(past, census, against, rules)
    cells = on_cells(learnt.expected, grid, spread=spread, density=past.density)
    if not (cells > 0).any():
        raise CannotAnswer("No crime is expected in any area, so no square has a score. Choose another reading of `target_months` or `base`.")
    return Model(grid.area_codes, learnt, against, reference, cells)


def score(model: Model, *, day: object = None) -> NDArray[np.float64]:
    """Score of each cell, shape (cells,): crimes expected in it in the month after the last learnt; with `area-score`, in its area."""
    return model.cells


def on_cells(expected: NDArray[np.float64], grid: Grid, *, spread: str, density: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """What is expected of areas, on their cells; shape (cells,).

    Args:
        expected: of each area.
        grid: the cells.
        spread: `even`: shared out by ground; `by-intensity`: by ground times past density, evenly where there is none of it;
            `area-score`: not shared out: each cell has its areas' figure, averaged over the ground they share in it.
        density: of past crimes at each cell's middle; None where earlier crimes are no input: then `by-intensity` is even.

    Example:
        >>> import geopandas as gpd, shapely
        >>> from evenhand.places.grid import make_grid
        >>> grid = make_grid(gpd.GeoDataFrame({"area_code": ["A"]}, geometry=[shapely.box(0, 0, 300, 100)], crs="EPSG:27700"), cell_m=100)
        >>> [on_cells(np.array([6.0]), grid, spread=one, density=np.array([0.0, 1.0, 3.0])).round(9).tolist() for one in SPREADS]
        [[2.0, 2.0, 2.0], [0.0, 1.5, 4.5], [6.0, 6.0, 6.0]]
    """
    from scipy.sparse import csr_array, diags_array

    ground = csr_array(grid.covered_m2)
    if spread == "area-score":
        return np.asarray(shares_of_ground(grid, "by-ground") @ expected)
    evenly = np.asarray(shares_of_areas(grid) @ expected)
    if spread == "even" or density is None:
        return evenly
    weighed = csr_array(diags_array(density) @ ground)
    total: NDArray[np.float64] = np.asarray(weighed.sum(axis=0)).ravel()
    placed = np.divide(expected, total, out=np.zeros(len(total)), where=total > 0)
    return np.asarray(weighed @ placed + shares_of_areas(grid) @ np.where(total > 0, 0.0, expected))
