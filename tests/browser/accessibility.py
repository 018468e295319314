"""axe-core (MPL-2.0, kept in vendor/) asks a page about accessibility."""

from typing import Any

from tests.browser.waiting import draw
from tests.servers import ROOT

AXE = (ROOT / "tests" / "browser" / "vendor" / "axe.min.js").read_text()
ASK = """async () => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']});
  const where = (one) => one.nodes.slice(0, 2).map(node => node.html.slice(0, 160)).join(' | ');
  return found.violations.map(one => `${one.id}: ${where(one)}`);
}"""


def problems_of(page: Any) -> list[str]:
    """Return what axe finds on the page that is open, an empty list where all is well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return list(page.evaluate(ASK))


def problems_at(page: Any, *widths: int) -> dict[int, list[str]]:
    """Return what is wrong with the page that is open, by width: what axe finds, and what is wider than it."""
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        draw(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if problems := problems_of(page) + ([f"{wide} px wide"] if wide > width else []):
            found[width] = problems
    return found
