"""Made-up people as a folder of files: the three tables, the people, the card, and a manifest that says what made them.

The folder appears whole or not at all, and one that is there is replaced only when that was asked for.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.errors import BadSetting, CannotWrite
from ..tables.person_words import OFFENCES
from ..tables.record_rows import ABSENT
from ..tables.whole import MARK, filled, require_writable, sha256_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ..tables.conduct import Conduct
    from .made_up import MadeUp
    from .parameters import Parameters

FORMATS = ("parquet", "csv")
CARD_FILE = "card.md"


def require_place(out: str | Path, *, force: bool) -> Path:
    """The folder to write to; raises before any work is done.

    Args:
        out: the folder.
        force: replace it if made-up people are in it already.

    Raises:
        CannotWrite: it holds made-up people and `force` was not given, or other files, or takes none.
    """
    folder = require_writable(out)
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise CannotWrite(f"{folder} holds the results of an earlier run, so it is left alone.\nGive --force to replace them, or name another folder.")
    return folder


def write_people(made_up: MadeUp, out: str | Path, *, how: dict[str, Any], form: str = "parquet", force: bool = False) -> Path:
    """Write made-up people into a folder.

    Args:
        made_up: the people.
        out: the folder.
        how: what they were made with, such as Evenhand's version, people, years and seed; it stands in the manifest.
        form: "parquet" or "csv".
        force: replace earlier ones.

    Returns:
        The folder, with a file for each table, card.md and manifest.json.

    Raises:
        BadSetting: no such form.
        CannotWrite: the folder cannot be written.
    """
    if form not in FORMATS:
        raise BadSetting(f"There is no form {form!r} to write. Known: {', '.join(FORMATS)}.")
    from .card import card_of

    folder = require_place(out, force=force)
    with filled(folder) as fresh:
        rows = {}
        for name, frame in {**made_up.tables(), "true": true_table(made_up.conduct), "survey": made_up.survey}.items():
            rows[f"{name}.{form}"] = len(frame)
            _write(frame, fresh / f"{name}.{form}", form)
        (fresh / CARD_FILE).write_text(card_of(made_up.parameters), encoding="utf-8")
        (fresh / MARK).write_text(_manifest(fresh, rows, made_up.parameters, how), encoding="utf-8")
    return folder


def true_table(conduct: Conduct) -> pd.DataFrame:
    """What made-up people truly did as a table, one row for each person's part in an offence; `person` and `victim` as in `persons`."""
    import numpy as np
    import pandas as pd

    def ids(at: NDArray[Any]) -> NDArray[Any]:
        return _only(at >= 0, np.char.add("M", (at.astype(np.int64) + 1).astype(str)))

    return pd.DataFrame({
        "person": ids(conduct.who),
        "day": conduct.day.astype("datetime64[D]").astype(str),
        "offence": np.array(OFFENCES, dtype=object)[conduct.offence],
        "victim": ids(conduct.victim),
        "incident": _only(conduct.incident != ABSENT, conduct.incident.astype(str)),
        "is_reported": conduct.is_reported,
        "is_recorded": conduct.is_recorded,
        "is_named": conduct.is_named,
    })  # fmt: skip


def _only(there: NDArray[Any], texts: NDArray[Any]) -> NDArray[Any]:
    """Texts where they are, and nothing elsewhere."""
    found = texts.astype(object)
    found[~there] = None
    return found


def fingerprint(parameters: Parameters) -> str:
    """A hash of a scenario's values, the same for the same values whatever file they came from."""
    return hashlib.sha256(json.dumps(parameters.values.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def _write(frame: pd.DataFrame, file: Path, form: str) -> None:
    if form == "parquet":
        frame.to_parquet(file, index=False, compression="zstd")
    else:
        frame.to_csv(file, index=False)


def _manifest(folder: Path, rows: dict[str, int], parameters: Parameters, how: dict[str, Any]) -> str:
    hashes = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    told = {
        "provenance": "made-up",
        "says": "Nobody in these files exists.",
        "scenario": parameters.slug,
        "parameters_sha256": fingerprint(parameters),
        **how,
        "rows": rows,
        "files": hashes,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
