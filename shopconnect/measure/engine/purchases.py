"""An invented shop's products and purchases, as large as one likes, straight as learning reads them.

A few products sell most, buyers have tastes and come back for more, and a fifth of what is bought lies outside their
taste: so there is something to learn, and no database has to hold it. The same seed invents the same shop.
"""

from dataclasses import dataclass

import numpy as np

from recommender.products.data.engine.columns import ProductNames
from recommender.products.data.engine.features import ProductContent
from recommender.products.data.engine.history import History
from recommender.products.data.engine.news import News

KIND_SIZE, VENDOR_SIZE = 150, 100  # products of a kind and of a vendor, on average
DEPARTMENTS, WORDS = 12, 3_000
LINES_A_BUYER, ORDER_SIZE = 50, 8  # on average
TASTES = 4  # kinds that a buyer likes
IN_TASTE = 0.8  # of lines are of those kinds
AGAIN = 0.15  # of lines are what the buyer took before
SKEW = 0.8  # popularity falls with the rank to this power (Zipf)
FIRST_DAY, DAYS = 20_000.0, 365.0


@dataclass(frozen=True, slots=True)
class InventedShop:
    """What learning reads of a shop; products are named by their rows."""

    names: ProductNames
    products: list[ProductContent]
    history: History


def invented_shop(count: int, lines: int, seed: int = 0) -> InventedShop:
    """Return a shop of so many products and order lines of a year, all of known buyers."""
    chance = np.random.default_rng(seed)
    kinds = np.sort(chance.integers(0, max(count // KIND_SIZE, 2), count))
    rows = range(count)
    return InventedShop(
        names=ProductNames([1 + row for row in rows], [1 + row for row in rows], [f"p{row}" for row in rows]),
        products=_products(chance, kinds),
        history=_history(chance, kinds, lines),
    )


def news_since(history: History, start: float) -> News:
    """Return what was bought from a moment on, with all that its buyers bought before; no product or view is new."""
    fresh = history.between(start, np.inf)
    known = history.where(np.isin(history.buyers, fresh.buyers))
    return News(ProductNames([], [], []), [], known, int(fresh.orders.min()), history.where(slice(0, 0)), 0)


def _products(chance: np.random.Generator, kinds: np.ndarray) -> list[ProductContent]:
    count = len(kinds)
    letters = np.array(list("abcdefghijklmnoprstuvz"))
    words = ["".join(row) for row in letters[chance.integers(0, len(letters), (WORDS, 6))]]
    # (count, 4): the words of each title by place; a kind's begin at its number, so its products share common ones.
    title_words = (chance.zipf(1.3, (count, 4)) + kinds[:, None]) % WORDS
    vendors = chance.integers(0, max(count // VENDOR_SIZE, 2), count)
    prices = np.round(chance.lognormal(3, 0.8, count), 2)
    return [
        ProductContent(
            titles=[" ".join(words[word] for word in title_words[row])],
            categories=[f"Department {kinds[row] % DEPARTMENTS}", f"Kind {kinds[row]}"],
            vendor=f"Vendor {vendors[row]}",
            price=float(prices[row]),
        )
        for row in range(count)
    ]


def _history(chance: np.random.Generator, kinds: np.ndarray, lines: int) -> History:
    buyer_count = max(lines // LINES_A_BUYER, 1)
    # Twice as many as are needed on average, then as many orders as the lines fill; the last one is cut off.
    sizes = chance.geometric(1 / ORDER_SIZE, 2 * lines // ORDER_SIZE + 1)
    order_count = int(np.searchsorted(np.cumsum(sizes), lines)) + 1
    orders = np.repeat(np.arange(order_count), sizes[:order_count])[:lines]
    # Sorted, for orders are numbered in order of time.
    days = np.sort(chance.uniform(FIRST_DAY, FIRST_DAY + DAYS, order_count))
    buyers = chance.integers(0, buyer_count, order_count)[orders]
    products = _repeated(chance, buyers, _wanted(chance, kinds, buyers, buyer_count))
    return History(
        buyers.astype(np.int32),
        products.astype(np.int32),
        orders.astype(np.int32),
        days[orders],
        buyer_count,
        len(kinds),
        order_count,
    )


def _wanted(chance: np.random.Generator, kinds: np.ndarray, buyers: np.ndarray, buyer_count: int) -> np.ndarray:
    """Draw a product a line: mostly of a kind that the buyer likes, and of a kind the one that sells more often."""
    popularity = (1 + chance.permutation(len(kinds))) ** -SKEW
    reach = np.concatenate([[0.0], np.cumsum(popularity)])  # products lie kind by kind, so a kind is a stretch of it
    # [kinds + 1]: where each kind begins and, at the end, where the last one stops.
    first = np.searchsorted(kinds, np.arange(kinds[-1] + 2))
    tastes = chance.integers(0, kinds[-1] + 1, (buyer_count, TASTES))
    liked = tastes[buyers, chance.integers(0, TASTES, len(buyers))]
    is_liked = chance.random(len(buyers)) < IN_TASTE
    # A draw within the stretch of a kind, or of the whole shop, is a draw by popularity among it.
    low = np.where(is_liked, reach[first[liked]], 0)
    high = np.where(is_liked, reach[first[liked + 1]], reach[-1])
    products = np.searchsorted(reach, low + (high - low) * chance.random(len(buyers)), side="right") - 1
    return np.asarray(np.minimum(products, len(kinds) - 1))


def _repeated(chance: np.random.Generator, buyers: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Have some lines be what the same buyer took before."""
    turn = np.argsort(buyers, kind="stable")
    # Lines buyer by buyer, in order of time: those before a line in its stretch are what its buyer took earlier.
    start = np.searchsorted(buyers[turn], buyers[turn])
    place = np.arange(len(turn)) - start
    earlier = turn[start + (place * chance.random(len(turn))).astype(np.int64)]
    again = (place > 0) & (chance.random(len(turn)) < AGAIN)
    result = products.copy()
    result[turn[again]] = products[earlier[again]]
    return result
