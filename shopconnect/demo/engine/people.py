"""Who buys: customers with hidden tastes, and guests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopconnect.demo.engine.catalogue import STYLES, Catalogue
from shopconnect.demo.engine.types import Array

COUNTRIES = ("FR", "BE", "CH", "LU", "DE", "IE")
COUNTRY_SHARES = (0.74, 0.11, 0.06, 0.02, 0.04, 0.03)
ENGLISH = {"FR": 0.09, "BE": 0.25, "CH": 0.3, "LU": 0.4, "DE": 0.9, "IE": 1.0}
HOSTS = ("example.com", "example.org", "example.net")
GUESTS = 0.8  # guests for each customer
FORENAMES = [
    "adele",
    "alice",
    "amina",
    "anna",
    "antoine",
    "arthur",
    "basile",
    "camille",
    "celia",
    "chloe",
    "clara",
    "come",
    "cyril",
    "diane",
    "elias",
    "elise",
    "emile",
    "emma",
    "eva",
    "fanny",
    "felix",
    "gabriel",
    "gaelle",
    "hugo",
    "ines",
    "iris",
    "jade",
    "jeanne",
    "jules",
    "julia",
    "karim",
    "lea",
    "leo",
    "lina",
    "lou",
    "louis",
    "lucie",
    "malik",
    "margot",
    "marius",
    "mathis",
    "maya",
    "mina",
    "nadia",
    "nina",
    "noe",
    "nora",
    "olga",
    "paul",
    "rose",
    "sacha",
    "salome",
    "samuel",
    "simon",
    "sofia",
    "theo",
    "tom",
    "victor",
    "zoe",
]
SURNAMES = [
    "arnaud",
    "aubert",
    "bailly",
    "barbier",
    "benoit",
    "blanc",
    "bonnet",
    "bouvier",
    "carre",
    "caron",
    "chevalier",
    "colin",
    "collet",
    "da-silva",
    "daniel",
    "delmas",
    "dupuis",
    "dumas",
    "fabre",
    "faure",
    "fontaine",
    "garnier",
    "gautier",
    "gerard",
    "girard",
    "giraud",
    "guerin",
    "henry",
    "jacquet",
    "janssens",
    "keller",
    "lacroix",
    "laurent",
    "lebrun",
    "leclerc",
    "lefevre",
    "lemaire",
    "leroux",
    "maillard",
    "marchand",
    "masson",
    "mercier",
    "meyer",
    "moreau",
    "morel",
    "murphy",
    "noel",
    "olivier",
    "peeters",
    "perrin",
    "picard",
    "renard",
    "rey",
    "riviere",
    "roche",
    "roussel",
    "roy",
    "schmitt",
    "vidal",
    "weber",
]


@dataclass(frozen=True, slots=True)
class People:
    """Customers first, then guests; arrays go by person.

    `mixes` [p, categories] sums to 1; `styles` [p, 4]; `frugality` [p] dislike of dear products; `activity` [p]
    relative rate of orders; `joined` and `gone` [p] are days of the window; `tastes` [p, products] is the utility of
    each product.
    """

    customers: int
    emails: list[str]
    countries: list[str]
    languages: list[str]
    visitors: list[str]
    newsletter: Array
    mixes: Array
    styles: Array
    frugality: Array
    activity: Array
    joined: Array
    gone: Array
    tastes: Array

    def is_customer(self, person: int) -> bool:
        """Whether the person has an account."""
        return person < self.customers

    def external_id(self, person: int) -> str:
        """The shop's own id of a customer."""
        return str(20001 + person)

    def present(self, day: int) -> Array:
        """The rate at which each person orders on a day, [p]; zero before joining and after leaving."""
        return np.where((self.joined <= day) & (day < self.gone), self.activity, 0.0)


def make_people(rng: np.random.Generator, catalogue: Catalogue, customers: int, days: int) -> People:
    """Draw `customers` people with an account and four fifths as many guests."""
    total = customers + round(GUESTS * customers)
    # Well below 1, so that most interest of a person lies in a few categories.
    mixes = rng.dirichlet(np.full(catalogue.category_count, 0.35), total)
    styles = rng.normal(0.0, 0.8, (total, len(STYLES)))
    frugality = rng.gamma(2.0, 0.35, total)
    countries = [str(one) for one in rng.choice(COUNTRIES, total, p=COUNTRY_SHARES)]
    english = rng.random(total)
    joined, gone = _lifetimes(rng, total, days)
    # Customers differ widely in how often they order, guests do so seldom; both are drawn for all, then chosen from.
    of_customers = np.minimum(rng.lognormal(0.0, 0.8, total), 5.0)
    of_guests = rng.lognormal(-1.7, 0.4, total)
    activity = np.where(np.arange(total) < customers, of_customers, of_guests)
    if customers and total > customers:
        # One guest in twenty is a customer who did not sign in: the same e-mail, the same taste.
        twins = np.arange(customers, total)[rng.random(total - customers) < 0.05]
        mixes[twins], styles[twins] = mixes[twins - customers], styles[twins - customers]
    else:
        twins = np.array([], dtype=int)
    return People(
        customers=customers,
        emails=_emails(rng, total, dict(zip(twins.tolist(), (twins - customers).tolist(), strict=True))),
        countries=countries,
        languages=["en" if draw < ENGLISH[land] else "fr" for draw, land in zip(english, countries, strict=True)],
        visitors=[rng.bytes(12).hex() if agrees else "" for agrees in rng.random(total) < 0.65],
        newsletter=rng.random(total) < 0.42,
        mixes=mixes,
        styles=styles,
        frugality=frugality,
        activity=activity,
        joined=joined,
        gone=gone,
        tastes=_tastes(catalogue, mixes, styles, frugality),
    )


def _tastes(catalogue: Catalogue, mixes: Array, styles: Array, frugality: Array) -> Array:
    """Utility of each product for each person, [people, products]."""
    logs = np.log([product.cents for product in catalogue.products])
    mean = np.array([logs[catalogue.category == one].mean() for one in range(catalogue.category_count)])
    # Dear among its own category, in logs, whatever the category costs.
    dear = logs - mean[catalogue.category]
    # A little of everything, for the log of a share of nought would forbid a category for ever.
    interest = 1.1 * np.log(mixes + 0.012)[:, catalogue.category]
    taste = interest + styles @ catalogue.styles.T - frugality[:, None] * dear[None, :]
    return np.asarray(taste, dtype=np.float32)


def _lifetimes(rng: np.random.Generator, total: int, days: int) -> tuple[Array, Array]:
    # Half were there before the window began, by up to two years; the others join within it.
    is_older = rng.random(total) < 0.5
    before = -rng.integers(1, 720, total)
    within = rng.integers(0, max(days - 1, 1), total)
    joined = np.where(is_older, before, within)
    stay = rng.exponential(900.0, total) + 30
    return joined, np.maximum(joined, 0) + stay.astype(int)


def _emails(rng: np.random.Generator, total: int, twins: dict[int, int]) -> list[str]:
    fore = rng.integers(0, len(FORENAMES), total)
    last = rng.integers(0, len(SURNAMES), total)
    host = rng.integers(0, len(HOSTS), total)
    emails: list[str] = []
    for person in range(total):
        if person in twins:
            emails.append(emails[twins[person]])
        else:
            emails.append(f"{FORENAMES[fore[person]]}.{SURNAMES[last[person]]}.{person + 1}@{HOSTS[host[person]]}")
    return emails
