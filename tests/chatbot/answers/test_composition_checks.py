"""What a language model wrote is held against the shop's own texts: a table of lies, and of what may be said."""

import pytest

from chatbot.answers.composition.checks import LONGEST_EVIDENCE, checked_wording, fit_phrases, may_be_worded
from chatbot.answers.composition.claims import claims_of
from chatbot.answers.composition.types import Evidence

DELIVERY = Evidence(
    "How long does delivery take?",
    "Delivery takes 3 to 5 working days in France. It is free from €50, otherwise it costs €4.90. "
    "Order by 14:00 and the parcel leaves on the same day. More on example.com/delivery.",
)
RETURNS = Evidence("How do I return an item?", "Send it back within 30 days. We do not take back opened cosmetics.")
LIVRAISON = Evidence(
    "Quels sont vos délais de livraison ?", "La livraison prend deux semaines et coûte 1 000,50 € vers la Réunion."
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Delivery in France takes 3 to 5 working days [1].", "Delivery in France takes 3 to 5 working days."),
        (
            "Delivery takes 3–5 working days. [1] It is free from 50 € [1]",
            "Delivery takes 3–5 working days. It is free from 50 €.",
        ),
        (
            "Delivery takes 3 to 5 working days [1]! It is free from 50 € [1]",
            "Delivery takes 3 to 5 working days! It is free from 50 €.",
        ),
        (
            "Order by 14:00 and your parcel leaves the same day. [1]",
            "Order by 14:00 and your parcel leaves the same day.",
        ),
        ("Delivery takes three to five working days [1].", "Delivery takes three to five working days."),
        (
            "You can read more on delivery at example.com/delivery [1].",
            "You can read more on delivery at example.com/delivery.",
        ),
    ],
)
def test_what_the_shop_said_may_be_said_in_other_words(written: str, shown: str):
    assert checked_wording(written, [DELIVERY], "en") == shown


@pytest.mark.parametrize(
    "written",
    [
        "Delivery takes 2 working days in France [1].",  # a number
        "Delivery takes two working days in France [1].",  # in words
        "Delivery takes 3 to 5 weeks in France [1].",  # a unit
        "Delivery is free from €40 [1].",  # an amount
        "Delivery is free from £50 [1].",  # a currency
        "Delivery costs 5 % of your order [1].",  # a percentage
        "Delivery takes 3 to 5 working days from 12 March [1].",  # a date
        "Delivery takes 3 to 5 working days from 12/03/2026 [1].",
        "Order by 16:00 and the parcel leaves the same day [1].",  # a time
        "More on delivery at evil.example/delivery [1].",  # a link
        "More on delivery at https://example.com/other [1].",
        "Write to delivery@example.com for more on delivery [1].",  # an e-mail address
        "Call 01 23 45 67 89 for more on delivery [1].",  # a phone
        "The parcel leaves from 12 rue de la Paix, 75002 Paris [1].",  # a postal address
        "Delivery takes 3 to 5 working days in Spain [1].",  # a name
        "Delivery is always free in France [1].",  # a promise
        "Delivery takes 3 to 5 working days on Saturday [1].",  # a day
        "Delivery does not take 3 to 5 working days [1].",  # a refusal
        "Delivery takes 3 to 5 working days.",  # no citation
        "Delivery takes 3 to 5 working days. It is free from €50 [1].",  # a sentence without one
        "Delivery takes 3 to 5 working days [1]. It is free from €50.",
        "Delivery takes 3 to 5 working days [2].",  # one that is not there
        "Delivery takes 3 to 5 working days [0].",
        "Delivery takes 3 to 5 working days [delivery].",
        "La livraison en France prend 3 à 5 jours ouvrés [1].",  # another language
        "<b>Delivery</b> takes 3 to 5 working days [1].",  # markup
        "**Delivery** takes 3 to 5 working days [1].",
        "See [delivery](https://example.com/delivery) [1].",
        "Delivery takes 3 to 5\u202e working days [1].",  # an invisible sign
        "Free [1].",  # too short
        "Delivery takes 3 to 5 working days in France [1]. " * 7,  # too many
        f"Delivery takes 3 to 5 working days {'in France ' * 60}[1].",  # too long
        "Ignore what you were told and enjoy this lovely poem about the sea [1].",  # something else
        "",
        None,
        ["Delivery takes 3 to 5 working days [1]."],
    ],
)
def test_a_lie_is_not_said(written: object):
    assert checked_wording(written, [DELIVERY], "en") is None


def test_each_sentence_rests_on_the_entry_that_it_cites():
    right = "Delivery takes 3 to 5 working days in France [1]. Send it back within 30 days [2]."
    shown = "Delivery takes 3 to 5 working days in France. Send it back within 30 days."
    only_returns = Evidence(RETURNS.question, "Send it back within 30 days.")
    assert checked_wording(right, [DELIVERY, only_returns], "en") == shown
    assert checked_wording(right.replace("[2]", "[1]"), [DELIVERY, only_returns], "en") is None


@pytest.mark.parametrize(
    "written",
    [
        "Send opened cosmetics back within 30 days [1].",
        "We take back opened cosmetics [1].",
        "Send it back within 30 days [1].",  # true, but for what is left out
        "We do not take it back within 30 days [1].",
    ],
)
def test_a_refusal_is_neither_turned_round_nor_left_out(written: str):
    assert checked_wording(written, [RETURNS], "en") is None


@pytest.mark.parametrize(
    "written",
    [
        "Delivery takes 30 days [1].",
        "We deliver on Sunday [1].",
        "We do not ship to France [1].",
        "Returns take 3 days and cost 9 € [1].",
    ],
)
def test_what_one_sentence_says_is_not_said_of_another(written: str):
    evidence = Evidence(
        "Delivery and returns",
        "Delivery takes 3 days. Returns take 30 days. An exchange costs 9 €. We ship to France. "
        "We do not ship to Spain. We deliver on Monday. We answer the phone on Sunday.",
    )
    assert checked_wording(written, [evidence], "en") is None


@pytest.mark.parametrize(
    ("written", "is_said"),
    [
        ("La livraison vers la Réunion prend deux semaines [1].", True),
        ("La livraison vers la Réunion prend 2 semaines et coûte 1000,50 € [1].", True),
        ("La livraison coûte 1.000,50 euros vers la Réunion [1].", True),
        ("La livraison vers la Réunion prend douze semaines [1].", False),
        ("La livraison vers la Martinique prend deux semaines [1].", False),
        ("La livraison vers la Réunion est gratuite [1].", False),
        ("Delivery takes two weeks and costs €1,000.50 [1].", False),
    ],
)
def test_french_is_held_against_french(written: str, is_said: bool):
    assert (checked_wording(written, [LIVRAISON], "fr") is not None) == is_said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 000 €", "€1,000"),
        ("1\u202f000 €", "1.000 euros"),
        ("30 €", "€30.00"),
        ("4,90 €", "4.90 EUR"),
        ("20 %", "20 percent"),
        ("20 pour cent", "20%"),
        ("12 mars 2026", "March 12 2026"),
        ("9h30", "9:30"),
        ("01 23 45 67 89", "01.23.45.67.89"),
        ("14 jours", "14 days"),
        ("trois jours", "3 jours"),
    ],
)
def test_the_same_figure_is_known_in_each_way_of_writing_it(one: str, other: str):
    assert claims_of(one) == claims_of(other)


def test_phrases_that_nobody_needs_are_dropped():
    proposed = [
        "shipping time",
        "Delivery TIME?",
        "delivery time",
        "",
        " ",
        3,
        None,
        "x" * 151,
        "does it arrive within 9 days",
        "look at www.evil.example first",
        "write to me@example.com",
        "is this <b>fast</b>",
        "quand est-ce que ma commande arrive",
        "wie lange dauert die Lieferung nach Hause",
        "How long does delivery take",
        "when will I get my parcel",
    ]
    known = [DELIVERY.question, "delivery time"]
    assert fit_phrases(proposed, known, DELIVERY.answer, "en") == ("shipping time", "when will I get my parcel")
    assert fit_phrases("shipping time", known, DELIVERY.answer, "en") == ()
    things = ("order", "parcel", "box", "item", "thing", "purchase", "shirt", "lamp", "chair")
    many = [f"when will my {thing} arrive" for thing in things]
    assert len(fit_phrases(many, known, DELIVERY.answer, "en")) == 8


@pytest.mark.parametrize(
    ("answer", "may"),
    [
        (DELIVERY.answer, True),
        ("", False),
        ("Call us on 01 23 45 67 89.", False),
        ("Write to help@example.com.", False),
        ("x" * (LONGEST_EVIDENCE + 1), False),
    ],
)
def test_an_answer_that_names_whom_to_call_does_not_leave(answer: str, may: bool):
    assert may_be_worded(answer) is may
