"""The seal: only the passphrase opens it, nothing damaged ever does, and another program for the format agrees."""

from __future__ import annotations

import contextlib

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.redress import case_sealing
from evenhand.redress.case_passphrase import usable, weakness
from evenhand.redress.case_sealing import MAGIC, PIECE, CannotOpen, opened, seal
from evenhand.tables.errors import BadSetting

WORDS = "harbour violet ladder seventeen moss"
QUICK = 3


@pytest.fixture(scope="module", autouse=True)
def quick():
    """A seal that costs next to nothing, so that thousands can be tried."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(case_sealing, "WORK", QUICK)
        patched.setattr(case_sealing, "MOST_WORK", 10)
        yield


def why(sealed: bytes, passphrase: str = WORDS) -> str:
    with pytest.raises(CannotOpen) as told:
        opened(sealed, passphrase)
    return told.value.why


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_another_program_opens_what_we_seal(size):
    text = (b"a letter " * (size // 9 + 1))[:size]
    sealed = seal(text, WORDS)
    assert pyrage.passphrase.decrypt(sealed, WORDS) == text
    assert opened(sealed, WORDS) == text


def test_we_open_what_another_program_seals(monkeypatch):
    monkeypatch.setattr(case_sealing, "MOST_WORK", 22)  # the other program chooses its own by the machine's speed
    text = b"a letter " * 20_000
    assert opened(pyrage.passphrase.encrypt(text, WORDS), WORDS) == text


def test_what_is_shipped_costs_a_guesser_as_much_as_the_format_asks():
    import ast
    from pathlib import Path

    source = ast.parse(Path(case_sealing.__file__).read_text(encoding="utf-8"))
    held = {node.targets[0].id: node.value.value for node in source.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)}
    assert held["WORK"] == 18
    assert held["MOST_WORK"] < 22


def test_no_two_seals_are_alike_and_none_shows_the_text():
    first, second = seal(b"a very particular text", WORDS), seal(b"a very particular text", WORDS)
    assert first != second
    assert b"particular" not in first


def test_another_passphrase_does_not_open_it_and_is_told_from_damage():
    sealed = seal(b"text", WORDS)
    assert why(sealed, WORDS + " ") == "wrong-passphrase"
    assert why(sealed[:-1] + bytes([sealed[-1] ^ 1])) == "damaged"
    assert why(sealed[:-1]) == "damaged"
    assert why(sealed + b"x") == "damaged"


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        (b"", "not-sealed"),
        (b"PK\x03\x04", "not-sealed"),
        (MAGIC, "damaged"),
        (MAGIC + b"-> scrypt " + b"A" * 300, "damaged"),
        (MAGIC + b"-> X25519 " + b"A" * 300, "other-kind"),
    ],
)
def test_what_is_no_seal_of_this_kind_is_told_apart(sealed, reason):
    assert why(sealed) == reason


def test_a_file_that_asks_for_gigabytes_is_refused_before_any_work():
    head, _, rest = seal(b"text", WORDS).partition(b" %d\n" % QUICK)
    assert why(head + b" 30\n" + rest) == "too-much-work"


def test_pieces_cannot_be_cut_off_swapped_or_doubled():
    sealed = seal(b"a" * PIECE + b"b" * PIECE + b"c", WORDS)
    start = len(sealed) - (2 * (PIECE + 16) + 17)
    head, first, second, last = sealed[:start], sealed[start : start + PIECE + 16], sealed[start + PIECE + 16 : -17], sealed[-17:]
    assert opened(head + first + second + last, WORDS).endswith(b"bc")
    for body in (first + second, second + first + last, first + last, first + first + second + last, last, b""):
        assert why(head + body) == "damaged"


def test_base64_written_otherwise_is_refused():
    sealed = seal(b"text", WORDS)
    salt = sealed[len(MAGIC) + 10 :][:22]
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = salt[:-1] + letters[letters.index(salt[-1:]) + 1 :][:1]  # the same bytes in another spelling
    assert why(sealed.replace(salt, other)) == "damaged"


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damage_never_opens_as_another_text(data):
    text = data.draw(st.binary(max_size=300))
    sealed = bytearray(seal(text, WORDS))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(sealed) - 1))
        how = data.draw(st.sampled_from(["flip", "cut", "put", "end"]))
        if how == "flip":
            sealed[at] ^= data.draw(st.integers(1, 255))
        elif how == "cut":
            del sealed[at : at + data.draw(st.integers(1, 40))]
        elif how == "put":
            sealed[at:at] = data.draw(st.binary(min_size=1, max_size=40))
        else:
            del sealed[at:]
        if not sealed:
            break
    with contextlib.suppress(CannotOpen):
        assert opened(bytes(sealed), WORDS) == text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_by_name(noise):
    for sealed in (noise, MAGIC + noise, MAGIC + b"-> scrypt " + noise):
        with pytest.raises(CannotOpen):
            opened(sealed, WORDS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2_000), st.text(min_size=1, max_size=60))
def test_every_text_and_passphrase_come_back(text, typed):
    try:
        passphrase = usable(typed)
    except BadSetting:
        return
    assert opened(seal(text, passphrase), passphrase) == text


def test_accents_typed_in_two_ways_are_one_passphrase():
    assert opened(seal(b"text", usable("cafe\u0301 at the corner")), usable("caf\u00e9 at the corner")) == b"text"


@pytest.mark.parametrize("typed", ["", "   ", "a\x00b", "a\tb", "a\nb", "\udcff", "x" * 1_001])
def test_what_cannot_be_typed_again_is_no_passphrase(typed):
    with pytest.raises(BadSetting, match=r"Choose|most"):
        usable(typed)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaaaaaa", "12345678901234567890", "password password 123", "ababababababababab", "case seventeen x1"])
def test_a_weak_passphrase_is_called_weak(weak):
    assert weakness(weak, "case seventeen")


@pytest.mark.parametrize("strong", [WORDS, "صندوق بنفش نردبان خزه دریا", "9f3kQz-v8Lp2-xY7tRw"])
def test_a_passphrase_of_several_words_is_not(strong):
    assert weakness(strong, "17") is None
