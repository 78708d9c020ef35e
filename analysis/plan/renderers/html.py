"""HTML: one plain page that a screen reader reads as well; no script and no second request."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.plan.results import Record, Results

_PAGES = Environment(
    loader=PackageLoader("analysis.plan", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

#: What the keys of a record are called on the page.
_WORDS = {
    "of": "Measure",
    "category": "Category",
    "at": "Quantile",
    "from": "From",
    "to": "To",
    "a": "A",
    "b": "B",
    "n": "n",
    "estimate": "Estimate",
    "difference": "B − A",
    "standard_error": "Standard error",
    "df": "df",
    "low": "Low",
    "high": "High",
    "deff": "Design effect",
    "n_effective": "Effective n",
    "statistic": "Statistic",
    "t": "t",
    "p": "p",
    "p_adjusted": "p, adjusted",
    "alpha": "Alpha",
    "alpha_standardised": "Alpha, standardised",
    "omega": "Omega",
    "mean_r": "Mean correlation",
    "item": "Item",
    "item_rest": "Correlation with the rest",
    "alpha_if_dropped": "Alpha without it",
    "deff_weights": "Design effect of the weights",
    "weight_min": "Smallest weight",
    "weight_max": "Largest weight",
    "plan_sha256": "Plan, SHA-256",
    "data_sha256": "Data, SHA-256",
    "version": "Version",
}


def render(results: Results) -> str:
    """Return `results` as a page; the numbers are those of the JSON, digit by digit."""
    page = _PAGES.get_template("page.html.jinja")
    return (
        page.render(notice=results.provenance["notice"], parts=_parts(results), ends=_ends(results))
        + "\n"
    )


def _parts(results: Results) -> list[Record]:
    """Return the headings of the page, and the tables under each."""
    parts = [
        ("Tables", [_table(each["name"], each["rows"]) for each in results.tables]),
        ("Tests", [table for each in results.tests for table in _test(each)]),
        ("Changes", [_table(each["name"], each["rows"]) for each in results.changes]),
        ("Reliability", [table for each in results.reliability for table in _items(each)]),
    ]
    return [{"title": title, "tables": tables} for title, tables in parts if tables]


def _ends(results: Results) -> list[Record]:
    facts = {key: value for key, value in results.provenance.items() if key in _WORDS}
    ends = [_table("Provenance", [facts])]
    if results.calibration is not None:
        ends.insert(0, _table("Calibration", [results.calibration]))
    return ends


def _test(test: Record) -> list[Record]:
    head = {key: value for key, value in test.items() if key not in ("name", "pairs")}
    if "df" in head:
        head["df"] = " and ".join(map(str, head["df"]))
    tables = [_table(test["name"], [head])] if head else []
    if test.get("pairs"):
        tables.append(_table(f"{test['name']}: pairs", test["pairs"]))
    return tables


def _items(items: Record) -> list[Record]:
    head = {k: v for k, v in items.items() if k != "name" and not isinstance(v, dict)}
    rows = [
        {"item": item, "item_rest": r, "alpha_if_dropped": items["alpha_if_dropped"].get(item)}
        for item, r in items["item_rest"].items()
    ]
    return [_table(items["name"], [head]), _table(f"{items['name']}: items", rows)]


def _table(title: str, records: list[Record]) -> Record:
    """Return a table as the page shows it: what names a row stands in its heading cells."""
    flat = [_flat(record) for record in records]
    columns = list(dict.fromkeys(key for record in flat for key in record))
    leading = sum(column not in _WORDS or column in _NAMING for column in columns)
    return {
        "title": title,
        "columns": [_WORDS.get(column, column.removeprefix("by.")) for column in columns],
        "leading": leading,
        "rows": [[_cell(record.get(column)) for column in columns] for record in flat],
    }


_NAMING = ("of", "category", "at", "from", "to", "a", "b", "item")


def _flat(record: Record) -> Record:
    """Return a record with its codes first, under names that no other key can have."""
    by = {f"by.{column}": code for column, code in record.get("by", {}).items()}
    return by | {key: value for key, value in record.items() if key != "by"}


def _cell(value: Any) -> str:  # noqa: ANN401  a number, a text or nothing
    return "undefined" if value is None else str(value)
