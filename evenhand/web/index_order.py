"""Pagefind writes the values of a filter in an order of chance; here they are put in one order, so that the same pages give the same bytes.

A filter's file is gzip over "pagefind_dcd" and CBOR: [name, [[value, [numbers of pages]], …]]. Its name holds a hash, which the index's own
file repeats, as does `pagefind-entry.json` that file's hash in turn. New hashes are as long as the old, so that they can stand in their place.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from typing import TYPE_CHECKING, Any

from ..tables.errors import CannotWrite

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b"pagefind_dcd"
WHOLE, TEXT, LIST = 0, 3, 4
"""The only kinds of CBOR value in a filter."""


def in_one_order(folder: Path) -> None:
    """Put the filter of an index in one order.

    Raises:
        CannotWrite: the files are not as this version of Pagefind writes them.
    """
    filters, metas, entry = sorted(folder.glob("filter/*.pf_filter")), sorted(folder.glob("*.pf_meta")), folder / "pagefind-entry.json"
    if len(filters) > 1 or len(metas) != 1:
        raise CannotWrite(f"The search index holds {len(filters)} filters and {len(metas)} languages, where one of each was looked for.")
    meta = gzip.decompress(metas[0].read_bytes())
    for file in filters:
        value = read(gzip.decompress(file.read_bytes()))
        value[1].sort(key=lambda one: one[0])
        data = HEAD + written(value)
        fresh = _renamed(file.stem, data)
        meta = meta.replace(file.stem.encode(), fresh.encode())
        file.unlink()
        file.with_name(f"{fresh}.pf_filter").write_bytes(_pressed(data))
    old = metas[0].name.removesuffix(".pf_meta").removeprefix("pagefind.")
    fresh = _renamed(old, meta)
    metas[0].unlink()
    (folder / f"pagefind.{fresh}.pf_meta").write_bytes(_pressed(meta))
    entry.write_text(entry.read_text(encoding="utf-8").replace(old, fresh), encoding="utf-8", newline="\n")


def _renamed(stem: str, data: bytes) -> str:
    """A name of the same length, with the hash of what the file now holds."""
    language, _, old = stem.rpartition("_")
    if not re.fullmatch(r"[0-9a-f]{4,64}", old):
        raise CannotWrite(f"A file of the search index is named {stem}, which holds no hash.")
    return f"{language}_{hashlib.sha256(data).hexdigest()[: len(old)]}"


def _pressed(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9, mtime=0)


def read(data: bytes) -> Any:
    """The value in a filter's file.

    Example:
        >>> read(HEAD + bytes.fromhex("826161828118ff01"))
        ['a', [[255], 1]]

    Raises:
        CannotWrite: it is not what Pagefind writes.
    """
    value, end = _value(data, len(HEAD))
    if not data.startswith(HEAD) or end != len(data):
        raise CannotWrite("A filter of the search index is not as Pagefind 1.5 writes it.")
    return value


def _value(data: bytes, at: int) -> tuple[Any, int]:
    kind, short = data[at] >> 5, data[at] & 31
    wide = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    number = int.from_bytes(data[at + 1 : at + 1 + wide]) if wide else short
    at += 1 + wide
    if kind == WHOLE and short < 28:
        return number, at
    if kind == TEXT and short < 28:
        return data[at : at + number].decode(), at + number
    if kind != LIST or short > 27:
        raise CannotWrite(f"A filter of the search index holds something of kind {kind}, which Pagefind 1.5 does not write.")
    held = []
    for _ in range(number):
        one, at = _value(data, at)
        held.append(one)
    return held, at


def written(value: Any) -> bytes:
    """A value as CBOR.

    Example:
        >>> written(["a", [[255], 1]]).hex()
        '826161828118ff01'
    """
    if isinstance(value, int):
        return _headed(WHOLE, value)
    if isinstance(value, str):
        return _headed(TEXT, len(value.encode())) + value.encode()
    return _headed(LIST, len(value)) + b"".join(map(written, value))


def _headed(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    wide = next(wide for wide in (1, 2, 4, 8) if number < 1 << (8 * wide))
    return bytes([kind << 5 | 24 + wide.bit_length() - 1]) + number.to_bytes(wide)
