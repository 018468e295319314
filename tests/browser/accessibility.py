"""axe-core (MPL-2.0, kept in vendor/) asks a page about accessibility."""

from typing import Any

from tests.browser.waiting import draw
from tests.servers import ROOT

# A test looks at each page once in a language, and axe sees it wide in one of them, narrow in the other.
WIDTHS = {"en": (1280, 768, 360), "fr": (360, 768, 1280)}
AXE = (ROOT / "tests" / "browser" / "vendor" / "axe.min.js").read_text()
# The page in its window, and each table in its frame, which cuts off what is wider.
TOO_WIDE = """Math.max(
  document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll('.table-wrap')].map(one => one.scrollWidth - one.clientWidth))"""
# The labels of a drawing, which is cut off at its edges: a plus without its left half is a minus.
CUT_OFF = """[...document.querySelectorAll('svg text')].filter(one => {
  const label = one.getBoundingClientRect(), drawing = one.ownerSVGElement.getBoundingClientRect();
  return label.left < drawing.left || label.right > drawing.right;
}).map(one => `${one.textContent} is cut off`)"""
# The longest choice of a filter, which a list as wide as it likes shows whole.
CHOICE_CUT = """[...document.querySelectorAll(':is(form.filters, form.inline) select, [data-own-zone]')].filter(one => {
  if (!one.checkVisibility()) return false;
  const free = one.cloneNode(true);
  Object.assign(free.style, {position: 'absolute', width: 'auto', minWidth: 0, maxWidth: 'none'});
  one.after(free);
  const needed = free.offsetWidth;
  free.remove();
  return needed > one.offsetWidth + 1; // a pixel is of the padding
}).map(one => `the choices of ${one.name} are cut off`)"""
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


def problems_at(page: Any, *widths: int, frame: Any = None) -> dict[int, list[str]]:
    """Return what is wrong with the page that is open, or a frame in it: what axe finds at the first width, and where
    it is wider than its window or cuts a label or a choice off."""
    found, shown = {}, frame or page.main_frame
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        draw(page)
        problems = problems_of(shown) if width == widths[0] else []
        wide = shown.evaluate(TOO_WIDE)
        problems += [f"{wide} px too wide"] if wide > 0 else []
        if problems := problems + shown.evaluate(CUT_OFF) + shown.evaluate(CHOICE_CUT):
            found[width] = problems
    return found
