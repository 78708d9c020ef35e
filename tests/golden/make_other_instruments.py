"""Make needs.json and governance.json from their CSV files, in plain Python, without our code.

Run in this folder: python make_other_instruments.py
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import mean, median

HERE = Path(__file__).parent
SECTORS = ("water", "food", "home", "health", "school", "work")
K = 3


def rows_of(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def ranking(cell: str) -> list[str] | None:
    """Return the codes; an empty list without an answer, None when it is invalid."""
    if cell in ("", "skip", "pnta", "dk"):
        return []
    codes = cell.split(" ")
    return codes if len(set(codes)) == len(codes) else None


def needs() -> dict[str, object]:
    rows = rows_of("needs.csv")
    households, by_sector = [], {}
    for row in rows:
        points = {s: int(row[f"needs_{s}"]) for s in SECTORS if row[f"needs_{s}"].isdigit()}
        scored = {f"needs_{s}": 100 * points[s] / 4 if s in points else None for s in SECTORS}
        scored["needs_worst"] = 100 * max(points.values()) / 4 if points else None
        ranks = ranking(row["priority"])
        for s in SECTORS:
            place = ranks.index(s) if ranks and s in ranks else K
            scored[f"priority_{s}"] = 100 * (K - place) / K if ranks else None
        households.append(scored)
    for s in SECTORS:
        said = [(float(r["weight"]), r[f"needs_{s}"]) for r in rows]
        needed = [(w, int(x)) for w, x in said if x.isdigit()]
        known = [(w, x.isdigit() and int(x) >= 2) for w, x in said if x.isdigit() or x == "na"]
        by_sector[s] = {
            "severity": 100 * sum(w * x / 4 for w, x in needed) / sum(w for w, _ in needed),
            "in_need": 100 * sum(w for w, is_in in known if is_in) / sum(w for w, _ in known),
        }
    ranked = [(float(r["weight"]), ranking(r["priority"])) for r in rows]
    base = [(w, each) for w, each in ranked if each]
    total = sum(w for w, _ in base)
    for s in SECTORS:
        points_of = [(w, K - each.index(s)) for w, each in base if s in each]
        by_sector[s]["priority"] = 100 * sum(w * x for w, x in points_of) / (K * total)
        by_sector[s]["first"] = 100 * sum(w for w, each in base if each[0] == s) / total
        by_sector[s]["mentioned"] = 100 * sum(w for w, _ in points_of) / total
    for measure in ("severity", "priority"):
        scores = [each[measure] for each in by_sector.values()]
        for each in by_sector.values():
            higher = sum(x > each[measure] + 1e-9 for x in scores)
            equal = sum(abs(x - each[measure]) <= 1e-9 for x in scores)
            each[f"{measure}_rank"] = higher + (equal + 1) / 2
    return {"households": households, "sectors": by_sector}


def governance() -> dict[str, object]:
    rows = rows_of("governance.csv")
    statements = {
        "G1": ("responsible", "measures", "rights", "local"),
        "G2": ("lead", "meetings", "levels", "roles"),
        "G7": ("money", "shared", "staff", "watched"),
    }
    sections: dict[str, object] = {}
    for name, parts in statements.items():
        medians, own, rated, supported = {}, [], 0, 0
        for part in parts:
            given = [int(r[f"{name}_{part}"]) for r in rows if r[f"{name}_{part}"].isdigit()]
            medians[part] = median(given) if given else None
            rated += len(given)
        for row in rows:
            points = [int(row[f"{name}_{p}"]) for p in parts if row[f"{name}_{p}"].isdigit()]
            if len(points) >= 2:
                own.append(100 * mean(points) / 4)
            for p in parts:
                evidence = row.get(f"{name}_evidence_{p}")
                is_more = evidence in ("seen", "document")
                supported += row[f"{name}_{p}"].isdigit() and is_more
        known = [x for x in medians.values() if x is not None]
        sections[name] = {
            "medians": medians,
            "score": 100 * mean(known) / 4 if 2 * len(known) >= len(parts) else None,
            "spread": max(own) - min(own) if len(own) > 1 else None,
            "evidence": supported / rated,
        }
    return sections


if __name__ == "__main__":
    for name, made in (("needs", needs()), ("governance", governance())):
        (HERE / f"{name}.json").write_text(json.dumps(made, indent=1) + "\n")
