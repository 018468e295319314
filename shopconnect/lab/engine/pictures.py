"""Flat drawings of the products, as SVG."""

from __future__ import annotations

from shopconnect.lab.engine.catalogue import Product


def draw(product: Product) -> str:
    """One picture of 400 by 400."""
    main, dark, light, accent = product.variety.colour.inks
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="{light}"/>'
        f'<circle cx="200" cy="200" r="110" fill="{main}"/></svg>\n'
    )
