"""The same flagged places within several frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evenhand.audit.about import About
from evenhand.audit.exposure import Exposed, exposure_ratio
from evenhand.audit.study_frames import frame_findings, is_built_up
from evenhand.tables.errors import CannotAnswer
from tests.audit.square_town import WEST, flagged_share, town

ABOUT = About("exposure", "Anywhere", "2024", "made up")
AREAS, RESIDENTS = town()


def frames(decoy: float = 0.0) -> dict[str, Exposed]:
    """The town, its western half, and the town with as much again beside it where only the reference lives."""
    share = flagged_share(WEST)
    west = np.array(RESIDENTS["Black"] == 60)
    beside = pd.DataFrame({"Black": decoy, "White": 200.0}, index=[f"B{i:02d}" for i in range(len(RESIDENTS))])
    return {
        "place": Exposed(RESIDENTS, share, None),
        "west": Exposed(RESIDENTS[west], share[west], None),
        "with neighbours": Exposed(pd.concat([RESIDENTS, beside]), np.append(share, np.zeros(len(beside))), None),
    }


def test_each_frame_has_the_ratio_of_its_own_residents():
    found = {f.group: f for f in frame_findings(frames(), about=ABOUT, reference="White") if f.measure == "exposure_ratio_by_frame"}
    for name, frame in frames().items():
        expected = exposure_ratio(frame.residents, frame.flagged_share, reference=1)[0]
        one = found[f"Black, {name}"]
        assert one.value == pytest.approx(expected)
        assert one.n == frame.residents["Black"].sum()
        assert one.low is None or one.low < one.value < one.high
    assert found["Black, west"].value == pytest.approx(1), "everybody there lives alike"
    assert found["Black, place"].value < found["Black, with neighbours"].value


def test_the_range_over_frames_says_when_the_conclusion_depends_on_the_frame():
    stays = frame_findings(frames(), about=ABOUT, reference="White")[-1]
    assert stays.measure == "exposure_ratio_over_frames"
    assert stays.low == pytest.approx(1)
    turned = frame_findings(frames(decoy=900.0), about=ABOUT, reference="White")[-1]
    assert turned.low < 1 < turned.high
    assert "depends on the frame" in turned.caveats[0]


def test_one_frame_is_no_comparison_and_an_empty_one_is_null():
    with pytest.raises(CannotAnswer, match="only one frame"):
        frame_findings({"place": frames()["place"]}, about=ABOUT, reference="White")
    empty = Exposed(RESIDENTS, np.zeros(len(RESIDENTS)), None)
    found = frame_findings({"place": frames()["place"], "elsewhere": empty}, about=ABOUT, reference="White")
    nobody = next(f for f in found if f.group == "Black, elsewhere")
    assert nobody.value is None
    assert "nobody of the group compared with" in nobody.caveats[0]
    assert found[-1].value is None


def test_built_up_ground_is_where_a_thousand_live_on_a_square_kilometre():
    assert is_built_up(np.array([1000.0, 999.0]), np.array([1.0, 1.0])).tolist() == [True, False]
