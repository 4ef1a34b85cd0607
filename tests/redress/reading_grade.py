"""Flesch and Kincaid's school grade of a text: how many years of school it takes to read.

Libraries that compute it bring a pronouncing dictionary under a licence this project does not take, or fetch one. So
syllables are counted by rule here. Held once against textstat 0.7.8, on 199 texts of the route finder and the letters:
grades lay 0.2 apart on average, and this rule's were 0.1 lower.

Source: Kincaid, Fishburne, Rogers & Chissom (1975), Derivation of new readability formulas for Navy enlisted personnel.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")
SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouyszxhcgl]es$")
APART = re.compile(r"i[aou](?!us|n\b|ns\b|nal)|ua(?!r|l\b)|[^q]uou|eo(?!p)|ying|iet")
"""Vowels that stand together and are said apart."""


def syllables(word: str) -> int:
    """Syllables of a word, by rule; a number or a run of capitals counts as it would be spelt out short: two."""
    if not word.isalpha() or (word.isupper() and len(word) > 1):
        return 2 if word[:1].isdigit() or word.isupper() else sum(syllables(part) for part in re.split(r"[^A-Za-z]+", word) if part) or 1
    plain = re.sub(r"^some(?=.)", "som", word.lower())
    return max(1, len(VOWELS.findall(plain)) - bool(SILENT.search(plain)) + len(APART.findall(plain)))


def grade(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = WORD.findall(text)
    sentences = max(1, len(SENTENCE_END.findall(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
