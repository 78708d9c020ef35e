"""What axe-core finds wrong with a page as it stands in the browser.

Scripts of a page are not needed for it: axe comes through the debugger of the browser, which no
Content-Security-Policy stops.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

#: WCAG 2.0 to 2.2, A and AA, and what axe calls best practice.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN = """async (standards) => {
  const options = {runOnly: {type: "tag", values: standards}, resultTypes: ["violations"]};
  const found = await axe.run(document, {...options, rules: {"target-size": {enabled: true}}});
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((n) => n.html).join(" | ")}`);
}"""


def violations(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown: a rule of axe, and the elements."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, STANDARDS)
    return found
