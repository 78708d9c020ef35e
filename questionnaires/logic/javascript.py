"""The same tree for the browser: one JavaScript expression, which calls the few words below.

Pages work without a script; this is for a form on a phone without a connection.
"""

from __future__ import annotations

import json

from questionnaires.logic.tree import Call, Expression, Literal, Name, Negative, Operation

#: What compiled expressions call. `a` holds the answers by name, `own` the answer of a constraint.
RUNTIME = r"""
const finite = (x) => (Number.isFinite(x) ? x : NaN);
const num = (v) => typeof v === "string"
  ? (/^[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*$/.test(v) ? finite(Number(v)) : NaN)
  : Number(v);
const truth = (v) => (typeof v === "number" ? v !== 0 && !Number.isNaN(v) : Boolean(v));
const text = (v) => (typeof v === "number" && Number.isNaN(v) ? "" : String(v));
const codes = (v) => text(v).split(" ").filter(Boolean);
const known = (vs) => vs.map(num).filter((x) => !Number.isNaN(x));
const answer = (a, name) => (Object.hasOwn(a, name) ? a[name] : "");
const same = (l, r) =>
  typeof l === "boolean" || typeof r === "boolean" ? truth(l) === truth(r)
  : typeof l === "number" || typeof r === "number" ? num(l) === num(r) : l === r;
const signs = {
  "=": same, "!=": (l, r) => !same(l, r),
  "<": (l, r) => num(l) < num(r), "<=": (l, r) => num(l) <= num(r),
  ">": (l, r) => num(l) > num(r), ">=": (l, r) => num(l) >= num(r),
  "+": (l, r) => finite(num(l) + num(r)), "-": (l, r) => finite(num(l) - num(r)),
  "*": (l, r) => finite(num(l) * num(r)), "div": (l, r) => finite(num(l) / num(r)),
  "mod": (l, r) => num(l) % num(r),
};
const calls = {
  "not": (v) => !truth(v), "selected": (v, code) => codes(v).includes(text(code)),
  "count-selected": (v) => codes(v).length, "coalesce": (v, w) => (text(v) ? v : w),
  "string-length": (v) => [...text(v)].length, "number": num, "int": (v) => Math.trunc(num(v)),
  "round": (v) => {
    const below = Math.floor(num(v));
    return num(v) - below < 0.5 || Number.isNaN(below) ? below : below + 1;
  },
  "min": (...vs) => finite(Math.min(...known(vs))),
  "max": (...vs) => finite(Math.max(...known(vs))),
  "sum": (...vs) => (known(vs).length ? finite(known(vs).reduce((s, x) => s + x, 0)) : NaN),
  "count": (...vs) => vs.filter((v) => text(v) !== "").length,
};
"""


def javascript(tree: Expression) -> str:
    """Return `tree` as a JavaScript expression of `a` and `own`; `RUNTIME` must stand before it."""
    if isinstance(tree, Literal):
        return json.dumps(tree.value)
    if isinstance(tree, Name):
        return f"answer(a, {json.dumps(tree.name)})"
    if isinstance(tree, Negative):
        return f"-num({javascript(tree.inner)})"
    if isinstance(tree, Operation):
        return _operation(tree)
    return _call(tree) if isinstance(tree, Call) else "own"


def _call(tree: Call) -> str:
    given = [javascript(each) for each in tree.arguments]
    if tree.function == "if":
        return f"(truth({given[0]}) ? {given[1]} : {given[2]})"
    return f"calls[{json.dumps(tree.function)}]({', '.join(given)})"


def _operation(tree: Operation) -> str:
    left, right = javascript(tree.left), javascript(tree.right)
    if tree.sign in {"and", "or"}:
        return f"(truth({left}) {'&&' if tree.sign == 'and' else '||'} truth({right}))"
    return f"signs[{json.dumps(tree.sign)}]({left}, {right})"
