"""Degrees to metres and back."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Transformer

from evenhand.places.coordinates import to_degrees, to_metres
from evenhand.tables.errors import WrongCoordinates

PLACES = {"Southend pier": (0.7113, 51.5378), "Bristol": (-2.5967, 51.4552), "Land's End": (-5.7161, 50.0686), "Lerwick": (-1.1445, 60.1550)}


@pytest.mark.parametrize("place", PLACES)
def test_metres_are_those_of_the_projection(place):
    """The same library, asked directly and point by point, latitude first as the standard has it: to a micrometre."""
    longitude, latitude = PLACES[place]
    x_m, y_m = to_metres([longitude], [latitude])
    assert (x_m[0], y_m[0]) == pytest.approx(Transformer.from_crs(4326, 27700).transform(latitude, longitude), abs=1e-6)


def test_the_surveys_worked_example_comes_out_as_printed():
    """Ordnance Survey, A guide to coordinate systems in Great Britain, annexe C: the projection alone, OSGB36 degrees to metres.

    Latitude 52 39 27.2531 north, longitude 1 43 4.5177 east give 651409.903 m east, 313177.270 m north.
    """
    latitude, longitude = 52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600
    x_m, y_m = Transformer.from_crs(4277, 27700).transform(latitude, longitude)
    assert (x_m, y_m) == pytest.approx((651_409.903, 313_177.270), abs=0.002)
    # And the whole way from WGS84, whose shift is good to about 5 m.
    wgs_latitude, wgs_longitude = Transformer.from_crs(4277, 4326).transform(latitude, longitude)
    whole = to_metres([wgs_longitude], [wgs_latitude])
    assert (whole[0][0], whole[1][0]) == pytest.approx((651_409.903, 313_177.270), abs=5)


def test_there_and_back_ends_where_it_began():
    longitude, latitude = np.array(list(PLACES.values())).T
    again = to_degrees(*to_metres(longitude, latitude))
    np.testing.assert_allclose(again, [longitude, latitude], atol=1e-7)


def test_missing_stays_missing_and_does_not_spoil_the_rest():
    x_m, y_m = to_metres([0.7113, np.nan, 0.7113], [51.5378, 51.5, np.nan])
    assert np.isfinite([x_m[0], y_m[0]]).all()
    assert np.isnan([x_m[1], x_m[2], y_m[1], y_m[2]]).all()


def test_swapped_degrees_are_refused_and_the_swap_is_named():
    with pytest.raises(WrongCoordinates, match="look swapped"):
        to_metres([51.5378], [0.7113])


@pytest.mark.parametrize(("longitude", "latitude"), [(-74.0, 40.7), (0.0, 0.0), (588_000.0, 185_000.0), (2.35, 48.86), (181.0, 51.0)])
def test_points_that_are_not_in_great_britain_are_refused(longitude, latitude):
    with pytest.raises(WrongCoordinates, match="outside Great Britain"):
        to_metres([0.71, longitude], [51.54, latitude])
