"""What a passphrase must be, and when it is so weak that its owner is told. Nothing here keeps one."""

from __future__ import annotations

import re
import unicodedata

from ..tables.errors import BadSetting

LONGEST = 1_000
_COMMON = re.compile(
    r"password|passphrase|passwort|letmein|welcome|qwert|asdf|zxcv|iloveyou|monkey|dragon|football|liverpool|arsenal|chelsea|"
    r"secret|admin|login|changeme|evenhand|abc|123|321|000|111"
)


def usable(typed: str) -> str:
    """A passphrase as it is used: accents in one form, so that it opens on every keyboard.

    Raises:
        BadSetting: it is empty, too long, holds what no keyboard types, or is no text.

    Example:
        >>> usable("cafe\u0301 at the corner") == "caf\u00e9 at the corner"
        True
    """
    try:
        typed.encode()
    except UnicodeEncodeError:
        raise BadSetting("The passphrase holds bytes that are no text in UTF-8, so it could not be typed elsewhere. Choose another.") from None
    passphrase = unicodedata.normalize("NFC", typed)
    if not passphrase.strip():
        raise BadSetting("The passphrase is empty. Choose five or six words that have nothing to do with each other.")
    if len(passphrase) > LONGEST:
        raise BadSetting(f"The passphrase is {len(passphrase):,} characters long, and {LONGEST:,} are the most.")
    if any(unicodedata.category(letter) == "Cc" for letter in passphrase):
        raise BadSetting("The passphrase holds a control character, such as a tab or a line break. Choose another.")
    return passphrase


def weakness(passphrase: str, *about: str) -> str | None:
    """Why a passphrase may be guessed; nothing if no reason is seen, which does not make it strong.

    Args:
        passphrase: as `usable` gives it.
        about: what is written on the outside, such as the file's name.

    Example:
        >>> weakness("Summer2026")
        'it has fewer than 16 characters'
        >>> weakness("harbour violet ladder seventeen moss")
    """
    plain = passphrase.casefold()
    left = _COMMON.sub("", plain)
    for one in about:
        if len(one) > 3:
            left = left.replace(one.casefold(), "")
    if len(plain) < 16:
        return "it has fewer than 16 characters"
    if len(set(plain)) < 8:
        return "it has fewer than 8 different characters"
    if not re.search(r"[^\W\d_]", plain):
        return "it has no letters"
    if len(left) < 12:
        return "most of it is what guessers try first, or stands in the file's name"
    return None
