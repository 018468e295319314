"""How a value is written for the eye."""

import pytest
from django.utils import translation

from shopconnect.ui.templatetags.show import signed, unbroken


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bougie parfumée Figuier – 180 g", "Bougie parfumée Figuier –+_180_g"),
        ("Duvet cover – 140 × 200 cm", "Duvet cover –+_140_×_200_cm"),
        ("Gants de jardin – S", "Gants de jardin –+_S"),
        ("Crème 50 ml, lot de 2 tubes", "Crème 50_ml, lot de 2 tubes"),
        ("Table 4 pieds", "Table 4 pieds"),
        ("vous livrez « vite » ? merci !", "vous livrez «_vite_»_? merci_!"),
    ],
)
def test_a_line_ends_at_no_dash_and_before_no_mark_or_unit(text: str, shown: str):
    assert unbroken(text) == shown.translate({ord("_"): "\u00a0", ord("+"): "\u2060"})


def test_a_number_with_its_sign_is_written_as_the_language_does():
    with translation.override("fr"):
        assert (signed(-0.934, 2), signed(4.25)) == ("−0,93", "+4,2")
    with translation.override("en"):
        assert signed(-1.13, 2) == "−1.13"
