"""Every error a reader can mend: what is wrong, so what, what was found, how to mend it.

    EvenhandError
    ├── BadFile             a file is absent, truncated, or of no known shape
    ├── BadTable            a table does not hold what its declaration says
    │   ├── MissingColumn
    │   ├── UnknownColumn
    │   ├── UnknownCategory
    │   ├── BadValue
    │   ├── RepeatedKey
    │   ├── EmptyTable
    │   ├── MissingTable
    │   ├── LooksPersonal   a column or a value might tell who somebody is
    │   └── TooFewPeople    so few real people that a number about them would be about one
    ├── BadPlace            areas, points and grids that do not fit each other
    │   ├── WrongCoordinates
    │   ├── OutsidePlace
    │   ├── VintageMix      codes of two censuses, about to be joined blindly
    │   └── NotConserved    people lost or made while moving counts between maps
    ├── BadStudy            a study's declaration cannot be followed
    ├── BadSetting          a setting no function here understands
    ├── CannotAnswer        the data cannot answer this question; others may go on
    ├── FetchFailed         a publisher's file could not be had
    └── CannotWrite         the results have nowhere to go

The command line and the site show the text and no traceback. Any other exception is our bug.
"""

from __future__ import annotations


class EvenhandError(Exception):
    """A mistake or a lack that the reader of the message can mend."""


class BadFile(EvenhandError):
    """A file is absent, truncated, or of no known shape."""


class BadTable(EvenhandError):
    """A table does not hold what its declaration says."""


class MissingColumn(BadTable):
    """A column that the table must have is not there."""


class UnknownColumn(BadTable):
    """A column nobody here knows; it might hold a name, so it is refused rather than carried."""


class UnknownCategory(BadTable):
    """A value outside the column's declared list."""


class BadValue(BadTable):
    """A value of the wrong type or out of range."""


class RepeatedKey(BadTable):
    """Two rows for what should be one."""


class EmptyTable(BadTable):
    """No row is left to work on."""


class MissingTable(BadTable):
    """A table that a system needs beside recorded crime was not handed over."""


class LooksPersonal(BadTable):
    """A column or a value that might tell who somebody is; the value is never repeated."""


class TooFewPeople(BadTable):
    """So few real people, or so few of one kind, that a number about them would be a number about one."""


class BadPlace(EvenhandError):
    """Areas, points and grids that do not fit each other."""


class WrongCoordinates(BadPlace):
    """Coordinates of another system than the one declared."""


class OutsidePlace(BadPlace):
    """Points or areas that lie outside the place under study."""


class VintageMix(BadPlace):
    """Codes of two censuses about to be joined without the lookup between them."""


class NotConserved(BadPlace):
    """People were lost or made while counts moved from one map to another."""


class BadStudy(EvenhandError):
    """A study's declaration cannot be followed."""


class BadSetting(EvenhandError):
    """A setting or a value that the function does not understand."""


class CannotAnswer(EvenhandError):
    """The data cannot answer this question; the reason is shown and other audits go on."""


class FetchFailed(EvenhandError):
    """A publisher's file could not be had."""


class CannotWrite(EvenhandError):
    """The results have nowhere to go."""
