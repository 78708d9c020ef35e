"""Serbian in Cyrillic letters: read back, every word is the word it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from questionnaires.cyrillic import cyrillic

#: The Serbian alphabet in its own order, each letter beside its Latin one.
LATIN = re.findall("lj|nj|dž|.", "abvgdđežzijklljmnnjoprstćufhcčdžš")
BACK = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџш", LATIN, strict=True))
BACK |= {small.upper(): latin.capitalize() for small, latin in BACK.items()}

letters = st.text(st.sampled_from([*sorted(BACK), *" ,.?!„“…:;()-/\n"]), max_size=60)


def latin(text: str) -> str:
    return "".join(BACK.get(letter, letter) for letter in text)


@given(letters)
def test_cyrillic_comes_back_from_latin(text: str) -> None:
    # Only two letters side by side that look like one leave more than one way back.
    assume(not re.search("лј|нј|дж", text, re.IGNORECASE))
    assert cyrillic(latin(text)) == text


@given(letters)
def test_cyrillic_stays_as_it_is(text: str) -> None:
    assert cyrillic(text) == text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Koliko se ovde osećate kao kod kuće?", "Колико се овде осећате као код куће?"),
        ("Ljubav, njiva, džep", "Љубав, њива, џеп"),
        ("LJUDI I NJIVE, DŽEP", "ЉУДИ И ЊИВЕ, ЏЕП"),
        ("đak čeka na žičaru u Šapcu", "ђак чека на жичару у Шапцу"),
        ("injekcija i konjunktura", "инјекција и конјунктура"),
        ("nadživeti, odživeti, podžanr", "надживети, одживети, поджанр"),
        ("konj i konjušar", "коњ и коњушар"),
        ("c\u030cas\u030ca", "чаша"),
    ],
)
def test_a_known_word_is_spelled_as_it_should_be(written: str, expected: str) -> None:
    assert cyrillic(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Stranica %(number)s od %(total)s", "Страница %(number)s од %(total)s"),
        ("manje od %(percent)s%%", "мање од %(percent)s%%"),
        ("od {start} do {end}", "од {start} до {end}"),
        ("18 do 24, šifra D10b", "18 до 24, шифра D10b"),
        ("<b>Hvala</b> &amp; doviđenja", "<b>Хвала</b> &amp; довиђења"),
        (
            "na https://example.org/da ili www.example.org",
            "на https://example.org/da или www.example.org",
        ),
        ("pišite na pomoc@example.org", "пишите на pomoc@example.org"),
        ("Windows i naïve", "Windows и naïve"),
        ("čita_kod", "čita_kod"),
        ("neka pokrene: sixfold staff reset", "нека покрене: sixfold staff reset"),
        ("Tor Browser bez JavaScript", "Tor Browser без JavaScript"),
    ],
)
def test_what_is_not_a_serbian_word_stays(written: str, expected: str) -> None:
    assert cyrillic(written) == expected
