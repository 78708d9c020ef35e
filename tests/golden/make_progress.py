"""Progress of indicators, worked out with fractions and without our code; run it in this folder.

Each line of the table is an indicator: where it began, where it shall go, where it is.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

TABLE = """
rises, half way                    |  40 |   60 | 50
rises, one third                   |  10 |   40 | 20
rises, nearly there                |   0 | 1000 | 999.9
rises, just over                   |   0 | 1000 | 1000.1
falls, three quarters              |  80 |   40 | 50
falls, beyond                      |  30 |   10 | 5
falls, the wrong way               |  30 |   10 | 36
rises, the wrong way               |  40 |   60 | 31
reached                            |  12 |   20 | 20
nothing has moved                  |  12 |   20 | 12
far beyond                         |   0 |   10 | 250
through zero                       | -10 |   10 | -5
small steps                        | 0.1 |  0.4 | 0.2
large amounts                      |   0 | 999999999999 | 333333333333
target like the baseline           |  80 |   80 | 75
target like the baseline, written  |  80 | 80.0 | 80
no value yet                       |  40 |   60 |
no target yet                      |  40 |      | 50
no baseline yet                    |     |   60 | 50
withheld                           |  40 |   60 | withheld
withheld without a target          |     |      | withheld
a bound                            |  40 |   60 | <5
a bound above                      |  40 |   60 | >95
"""


def worked_out(baseline: str, target: str, told: str) -> tuple[str, str | None]:
    """Return where an indicator stands, and its percentage to one decimal, half to even."""
    if not told:
        return "no value", None
    if told == "withheld":
        return "withheld", None
    if told[0] in "<>":
        return "bound", None
    if not baseline or not target:
        return "no target", None
    began, wished, now = (Fraction(each) for each in (baseline, target, told))
    if began == wished:
        return "level", None
    share = (now - began) / (wished - began)
    names = {share < 0: "away", share == 0: "at the baseline", share == 1: "reached"}
    names |= {0 < share < 1: "on the way", share > 1: "beyond"}
    tenths = round(share * 1000)  # a fraction is rounded half to even
    return names[True], str(Decimal(tenths).scaleb(-1))


def main() -> None:
    """Write the golden file beside this one."""
    cases = []
    for line in TABLE.strip().splitlines():
        name, baseline, target, told = (part.strip() for part in line.split("|"))
        standing, percent = worked_out(baseline, target, told)
        cases.append(
            {
                "name": name, "baseline": baseline, "target": target, "told": told,
                "standing": standing, "percent": percent,
            }
        )  # fmt: skip
    written = json.dumps(cases, indent=1) + "\n"
    Path(__file__).with_name("progress.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
