"""Sealing a text with a passphrase, so that any program for the age format opens it, with or without Evenhand.

The age format (c2sp.org/age), version 1, its passphrase kind alone:

    passphrase, salt -> scrypt -> opens the file's own key -> header's seal, then the text in pieces of 64 KiB

Every step is a primitive of `cryptography`; nothing is invented here. The tests hold it against another implementation, both ways.
A wrong passphrase and a damaged file can be told apart: once the file's own key opens, the passphrase was right.

Read with care: a passphrase that can be guessed protects nothing. The file's size, name and times are not hidden.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from typing import Literal

MAGIC = b"age-encryption.org/v1\n"
WORK = 18
"""Scrypt's cost as a power of two, age's own default: 256 MB and most of a second for each guess."""
MOST_WORK = 20
"""A file that asks for more is refused: it would take gigabytes, and might be meant to."""
PIECE = 64 * 1024
_TAG, _KEY = 16, 16
_HEADER = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n", re.ASCII
)
Why = Literal["not-sealed", "other-kind", "too-much-work", "wrong-passphrase", "damaged"]


class CannotOpen(ValueError):
    """A sealed text does not open; `why` says what is known of the reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def seal(text: bytes, passphrase: str) -> bytes:
    """Seal a text.

    Args:
        text: what to seal.
        passphrase: as it was typed; see `case_passphrase.usable`.

    Returns:
        A whole age file. Keys and salts are drawn afresh each time, so the same text never gives the same file.

    Raises:
        MemoryError: there is not enough memory for one guess, 256 MB.

    Example:
        >>> opened(seal(b"a note", "six words that nobody else chose"), "six words that nobody else chose")
        b'a note'
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    file_key, salt, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(16), secrets.token_bytes(16)
    wrapped = ChaCha20Poly1305(_key_of(passphrase, salt, WORK)).encrypt(bytes(12), file_key, None)
    head = MAGIC + b"-> scrypt " + _written(salt) + b" %d\n" % WORK + _written(wrapped) + b"\n---"
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    starts = range(0, len(text), PIECE) or range(1)
    pieces = [cipher.encrypt(_counted(n, start == starts[-1]), text[start : start + PIECE], None) for n, start in enumerate(starts)]
    return b"".join([head, b" ", _written(_header_seal(file_key, head)), b"\n", nonce, *pieces])


def opened(sealed: bytes, passphrase: str) -> bytes:
    """The text that was sealed, whole and unchanged.

    Raises:
        CannotOpen: it is no sealed text, damaged, or the passphrase is another; never a part of the text, never another text.
        MemoryError: there is not enough memory.

    Example:
        >>> opened(b"not sealed", "any")
        Traceback (most recent call last):
        evenhand.redress.case_sealing.CannotOpen: not-sealed
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    head, salt, work, wrapped, said = _header(sealed)
    try:
        file_key = ChaCha20Poly1305(_key_of(passphrase, salt, work)).decrypt(bytes(12), wrapped, None)
    except InvalidTag:
        raise CannotOpen("wrong-passphrase") from None
    covered = sealed[: head - 45]  # up to the three dashes, as the format has it
    if not hmac.compare_digest(_header_seal(file_key, covered), said):
        raise CannotOpen("damaged")
    nonce, body = sealed[head : head + 16], sealed[head + 16 :]
    starts = range(0, len(body), PIECE + _TAG)
    if len(nonce) < 16 or not starts:
        raise CannotOpen("damaged")
    cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    try:
        pieces = [cipher.decrypt(_counted(n, start == starts[-1]), body[start : start + PIECE + _TAG], None) for n, start in enumerate(starts)]
    except InvalidTag:
        raise CannotOpen("damaged") from None
    if len(pieces) > 1 and not pieces[-1]:
        raise CannotOpen("damaged")
    return b"".join(pieces)


def _header(sealed: bytes) -> tuple[int, bytes, int, bytes, bytes]:
    """Where the header ends, its salt, work, wrapped key and seal."""
    found = _HEADER.match(sealed)
    if not found:
        if not sealed.startswith(MAGIC):
            raise CannotOpen("not-sealed")
        raise CannotOpen("damaged" if sealed[len(MAGIC) :].startswith(b"-> scrypt ") or len(sealed) < 100 else "other-kind")
    salt, wrapped, said = (_read(found[group]) for group in (1, 3, 4))
    if int(found[2]) > MOST_WORK:
        raise CannotOpen("too-much-work")
    return found.end(), salt, int(found[2]), wrapped, said


def _key_of(passphrase: str, salt: bytes, work: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _header_seal(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")


def _counted(number: int, is_last: bool) -> bytes:
    """The nonce of a piece: its number, and whether it is the last, so that none can be moved or cut off."""
    return number.to_bytes(11, "big") + bytes([is_last])


def _written(value: bytes) -> bytes:
    return b64encode(value).rstrip(b"=")


def _read(text: bytes) -> bytes:
    """Base64 as the format has it: without padding, and in the one way in which it can be written."""
    value = b64decode(text + b"=" * (-len(text) % 4))
    if _written(value) != text:
        raise CannotOpen("damaged")
    return value
