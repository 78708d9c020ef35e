"""The documentation says what is true: links lead somewhere, examples run, commands are there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from survey.cli import sixfold
from survey.operations.round_files import FACTS, LOCALITY, ROUND, read_round

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("instance/*.md")])
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(page.read_text()) if kind == language]


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert [to for to in targets if "://" not in to and not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_python_examples_run(page: Path) -> None:
    for code in blocks(page, "python"):
        exec(code, {})  # noqa: S102 - our own pages


def test_every_command_is_explained() -> None:
    text = "".join(page.read_text() for page in PAGES)
    context = click.Context(sixfold)
    for name in sixfold.list_commands(context):
        command = sixfold.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else [""]
        for each in inner:
            assert f"sixfold {name} {each}".strip() in text


def test_the_round_file_of_the_guide_can_be_opened(tmp_path: Path) -> None:
    example, _ = blocks(ROOT / "docs" / "guide" / "researcher.md", "toml")
    (tmp_path / "round.toml").write_text(example)
    instrument, plan, localities = read_round(tmp_path / "round.toml")
    assert (instrument.name, plan.form, len(localities)) == ("social_cohesion", "short", 2)


def test_the_other_keys_of_a_round_file_can_be_read(tmp_path: Path) -> None:
    example, others = blocks(ROOT / "docs" / "guide" / "researcher.md", "toml")
    variant, places = others.split("\n", 1)
    kept = example.split("[[locality]]")[0]
    (tmp_path / "round.toml").write_text(f"{variant}\n{kept}\n{places}")
    instrument, plan, localities = read_round(tmp_path / "round.toml")
    assert plan.variant in instrument.variants
    assert [(each.code, each.parent) for each in localities] == [("N", ""), ("N1", "N")]


def test_the_guide_names_every_key_of_a_round_file() -> None:
    guide = (ROOT / "docs" / "guide" / "researcher.md").read_text()
    keys = {*ROUND.keys, *FACTS.keys, *LOCALITY.keys} - {"geometry"}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", guide)] == []


def test_the_commands_of_the_readme_are_those_of_the_makefile() -> None:
    promised = set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text()))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert promised <= targets
