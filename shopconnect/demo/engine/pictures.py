"""Flat drawings of the products, as SVG: a drawing of the kind in the colours of the variety, before a quiet ground."""

from __future__ import annotations

from functools import cache
from string import Template

from shopconnect.demo.engine.catalogue import InventedProduct
from shopconnect.demo.engine.texts import TEXTS

DRAWINGS = TEXTS / "drawings"
WHITE = "#fffaf1"
INKS = {"w": WHITE, "k": "#c99a66", "s": "#2b241c1f"}
# What a drawing's `url(#m)` is: the glaze or the weave, another one for each of a kind's five varieties.
PATTERNS = (
    "",
    '<path d="M0 6h24" stroke="$c" stroke-width="3" opacity=".55"/>',
    '<circle cx="12" cy="12" r="3.4" fill="$c" opacity=".7"/>',
    '<path d="M4 12q4-8 8 0t8 0" fill="none" stroke="$c" stroke-width="2.4" opacity=".6"/>',
    '<path d="M6 3v9M18 13v9" stroke="$c" stroke-width="3" stroke-linecap="round" opacity=".6"/>',
)
GROUNDS = (
    '<circle cx="200" cy="196" r="168" fill="$g"/>',
    '<path d="M50 400V190a150 150 0 0 1 300 0v210z" fill="$g"/>',
    '<path d="M0 306h400v94H0z" fill="$g"/><circle cx="286" cy="120" r="84" fill="$g"/>',
    '<path d="M46 150C70 40 300 10 352 128s10 236-120 248S22 260 46 150z" fill="$g"/>',
    '<path d="M0 250C90 190 170 330 400 236v164H0z" fill="$g"/>',
)
PALE = 0.72


def draw(product: InventedProduct) -> str:
    """One picture of 400 by 400, 1 to 3 kB, without words."""
    place = product.kind.varieties.index(product.variety)
    main, dark, light, accent = product.variety.colour.inks
    # A pale product stands before its accent, or it would not be seen.
    back = light if brightness(main) < PALE else blend(accent, WHITE, 0.58)
    inks = INKS | {"a": main, "b": dark, "c": light, "d": accent, "bg": blend(back, WHITE, 0.45), "g": back}
    ground = GROUNDS[(place + len(product.kind.key)) % len(GROUNDS)]
    return Template(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        '<defs><pattern id="m" width="24" height="24" patternUnits="userSpaceOnUse">'
        f'<rect width="24" height="24" fill="$a"/>{PATTERNS[place]}</pattern></defs>'
        f'<rect width="400" height="400" fill="$bg"/>{ground}\n{_drawing(product.kind.key, place + 1)}</svg>\n'
    ).substitute(inks)


def blend(one: str, other: str, share: float) -> str:
    """A colour between two, `share` of the way to the other; all as #rrggbb."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * share):02x}" for first, second in pairs)


def brightness(colour: str) -> float:
    """How light a colour looks, 0 to 1."""
    red, green, blue = _channels(colour)
    # Luma of ITU-R BT.601: eyes see green as brightest and blue as darkest.
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@cache
def _drawing(kind: str, place: int) -> str:
    # Few varieties have a drawing of their own; the others share their kind's.
    own = DRAWINGS / f"{kind}-{place}.svg"
    return (own if own.exists() else DRAWINGS / f"{kind}.svg").read_text(encoding="utf-8")
