"""The architecture, as tests: floors, cycles, who may write, and what is documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("questionnaires", "analysis", "survey")
FORBIDDEN = {
    "questionnaires": {"analysis", "survey", "flask", "sqlalchemy", "numpy", "scipy"},
    "analysis": {"survey", "flask", "sqlalchemy"},
    "survey": {"numpy", "scipy", "pandas", "matplotlib"},
}
#: The only module of `analysis` that may speak to a database.
SPEAKS_SQL = "analysis.moments.sql"
#: The only places of `survey` that may reach down to `analysis`.
REACHES_ANALYSIS = ("survey/operations/", "survey/reports/")
WRITING = {"add", "add_all", "commit", "delete", "merge", "flush"}


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)


def test_a_floor_imports_downward_only() -> None:
    found = {}
    for name, tree in MODULES.items():
        reached = {module.partition(".")[0] for module in imported(tree)}
        allowed = {"sqlalchemy"} if name.startswith(SPEAKS_SQL) else set()
        found[name] = reached & FORBIDDEN[name.partition(".")[0]] - allowed
    assert {name: upward for name, upward in found.items() if upward} == {}


def test_the_door_of_analysis_does_not_open_the_database() -> None:
    program = "import sys, analysis.moments; assert 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_survey_reaches_analysis_from_operations_and_reports_only() -> None:
    reaching = {
        name
        for name, tree in MODULES.items()
        if name.startswith("survey")
        and any(module.split(".")[0] == "analysis" for module in imported(tree))
    }
    allowed = {name for name in reaching if name.replace(".", "/").startswith(REACHES_ANALYSIS)}
    assert reaching - allowed == set()
    assert allowed


def test_only_operations_write_to_the_database() -> None:
    writing = {
        name
        for name, tree in MODULES.items()
        if name.startswith("survey") and (calls_of(tree) | statements_of(tree))
    }
    allowed = {
        name for name in writing if name.startswith(("survey.operations", "survey.migrations"))
    }
    assert writing - allowed == set()
    assert allowed


def calls_of(tree: ast.Module) -> set[str]:
    """Return what a module asks a session to do that writes."""
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "session"
    }
    return calls & WRITING


def statements_of(tree: ast.Module) -> set[str]:
    """Return the statements that write which a module imports."""
    statements = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    return statements & {"insert", "update", "delete"}


def test_nobody_opens_a_writing_session_where_people_only_read() -> None:
    opening = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "writing"
    }
    doors = ("survey.operations", "survey.cli", "survey.respond", "survey.sync")
    staff = ("survey.account", "survey.desk", "survey.sessions")
    assert {name for name in opening if not name.startswith(doors + staff)} == set()


def test_readers_have_no_way_to_an_answer() -> None:
    reports = [tree for name, tree in MODULES.items() if name.startswith("survey.reports")]
    reached = {module for tree in reports for module in imported(tree)}
    assert not {module for module in reached if module.startswith("survey.operations")}
    models = {
        alias.name
        for tree in reports
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "survey.models"
        for alias in node.names
    }
    assert models == {"Release", "Wave"}


def test_nothing_imports_in_a_circle() -> None:
    graph = {
        name: {module for module in imported(tree) if module in MODULES and module != name}
        for name, tree in MODULES.items()
    }
    while graph:
        leaves = {name for name, below in graph.items() if not below & graph.keys()}
        assert leaves, f"these modules import one another: {sorted(graph)}"
        graph = {name: below for name, below in graph.items() if name not in leaves}


def test_every_public_name_is_documented() -> None:
    missing = [
        f"{name}.{node.name}"
        for name, tree in MODULES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and "migrations" not in name
    ]
    assert missing == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in MODULES.items() if not ast.get_docstring(tree)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_door_of_a_room_opens_everything_it_promises(room: str) -> None:
    door = __import__(room)
    promised = getattr(door, "__all__", [])
    assert promised == sorted(promised, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(door, name) for name in promised)


def test_no_name_speaks_of_one_number_for_cohesion() -> None:
    names = {
        node.name
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert not {name for name in names if "cohesion" in name.lower() or "overall" in name.lower()}
