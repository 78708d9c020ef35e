"""Plan a survey before anybody is asked."""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import wraps
from pathlib import Path

import click

from survey.cells import plain
from survey.cli.writing import check_output, output_option, writing
from survey.operations.planning import (
    Answers,
    plan_change,
    plan_margin,
    plan_rounds,
    plan_size,
)
from survey.operations.sampling_frames import plan_allocation, plan_draw, size_text

_level = click.option("--level", default=0.95, show_default=True, help="Of the interval.")
_population = click.option("--population", type=float, help="People there are, if they are few.")
_response = click.option("--response", default=1.0, show_default=True, help="Share that answers.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def _answers(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how answers vary, given to the command as `answers`."""

    @click.option("--sd", type=float, help="Standard deviation of a score, in points.  [20]")
    @click.option("--percent", type=float, help="Expected percentage, for a yes/no answer.")
    @click.option("--cluster-size", default=1.0, show_default=True, help="People in a cluster.")
    @click.option("--rho", default=0.0, show_default=True, help="How alike people of it are, 0-1.")
    @click.option("--weights", default=1.0, show_default=True, help="Design effect of weights.")
    @wraps(command)
    def with_answers(
        *,
        sd: float | None,
        percent: float | None,
        cluster_size: float,
        rho: float,
        weights: float,
        **options: object,
    ) -> None:
        command(answers=Answers(sd, percent, cluster_size, rho, weights), **options)

    return with_answers


@click.group()
def plan() -> None:
    """Plan a survey: how many to ask, where, and what it will be able to tell.

    Scores and percentages run from 0 to 100; margins and changes are in points.
    """


@plan.command()
@click.option("--margin", type=float, required=True, help="Wanted, in points up and down.")
@_answers
@_level
@_population
@_response
@_json
def size(
    *,
    margin: float,
    answers: Answers,
    level: float,
    population: float | None,
    response: float,
    as_json: bool,
) -> None:
    """Say how many people to ask for a margin of error."""
    found = plan_size(margin, answers, level=level, population=population, response=response)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    clusters = f" in {found.clusters} clusters" if answers.cluster_size > 1 else ""
    click.echo(
        f"{found.respondents} people must answer{clusters}: ask {found.invited}. "
        f"Margin ± {found.margin:.2f} points at {_percent(level)}, SD {answers.spread:.4g}, "
        f"design effect {found.deff:.2f} (as exact as {found.effective:.0f} people drawn singly)."
    )


@plan.command()
@click.option("--n", type=int, required=True, help="People who answer.")
@_answers
@_level
@_population
@_json
def margin(
    *, n: int, answers: Answers, level: float, population: float | None, as_json: bool
) -> None:
    """Say how exact a number of answers is."""
    found = plan_margin(n, answers, level=level, population=population)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(
        f"{n} answers give ± {found.margin:.2f} points at {_percent(level)}, "
        f"SD {answers.spread:.4g}, design effect {found.deff:.2f} "
        f"(as exact as {found.effective:.0f} people drawn singly)."
    )


@plan.command()
@click.option("--change", "points", type=float, help="To be found, in points.")
@click.option("--n", type=int, help="People who answer in each round.")
@_answers
@click.option("--power", default=0.8, show_default=True, help="Chance to find it.")
@click.option(
    "--cluster-correlation", default=0.0, show_default=True, help="Same clusters in both rounds."
)
@click.option("--overlap", default=0.0, show_default=True, help="Share asked in both rounds.")
@click.option(
    "--person-correlation", default=0.0, show_default=True, help="Of one person's two answers."
)
@_level
@_response
@_json
def change(
    *,
    points: float | None,
    n: int | None,
    answers: Answers,
    power: float,
    cluster_correlation: float,
    overlap: float,
    person_correlation: float,
    level: float,
    response: float,
    as_json: bool,
) -> None:
    """Say what change between two rounds is found, or how many people that takes.

    With --n the change, with --change the number of people, with both the chance to find it.
    """
    rounds = plan_rounds(
        answers,
        points,
        cluster_correlation=cluster_correlation,
        overlap=overlap,
        person_correlation=person_correlation,
    )
    found = plan_change(rounds, points, n, power=power, level=level, response=response)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(
        f"A change of {found.change:.2f} points is found with a chance of {100 * found.power:.4g}% "
        f"when {found.respondents} people answer in each round: ask {found.invited}. "
        f"Design effect of a round {found.deff:.2f}."
    )


@plan.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--total", type=int, required=True, help="People to share out.")
@click.option(
    "--method", default="proportional", show_default=True, help="proportional equal neyman power"
)
@click.option("--minimum", default=0, show_default=True, help="People in each stratum at least.")
@click.option("--exponent", default=0.5, show_default=True, help="Of size, for power.")
@output_option
def allocate(
    file: Path, *, total: int, method: str, minimum: int, exponent: float, output: Path | None
) -> None:
    """Share a sample out over the strata of FILE, a table with columns stratum and size.

    Method neyman needs a column sd as well. Prints stratum, size, n and weight.
    """
    check_output(output, [file])
    found = plan_allocation(file, total, method, minimum=minimum, exponent=exponent)
    rows = [
        (stratum.name, size_text(stratum.size), n, "" if weight is None else repr(weight))
        for stratum, n, weight in zip(found.strata, found.n, found.weight, strict=True)
    ]
    _write(output, ("stratum", "size", "n", "weight"), rows)
    if found.deff is not None:
        click.echo(f"Design effect of the weights: {found.deff:.3f}.", err=True)


@plan.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clusters", type=int, required=True, help="To draw, in all strata together.")
@click.option("--method", default="pps", show_default=True, help="pps systematic")
@click.option("--seed", type=int, help="Draws the same again; a new one is made without it.")
@click.option("--minimum", default=2, show_default=True, help="Clusters in each stratum at least.")
@output_option
def draw(
    file: Path, *, clusters: int, method: str, seed: int | None, minimum: int, output: Path | None
) -> None:
    """Draw clusters of FILE, a table with columns cluster and size, and stratum where there are.

    Systematically in the order of FILE, in proportion to size (pps) or all alike. Prints each
    cluster with its probability, its weight and the seed; keep them with the data.
    """
    check_output(output, [file])
    chosen = secrets.randbelow(2**31) if seed is None else seed
    found = plan_draw(file, clusters, method, chosen, minimum=minimum)
    header = ("cluster", "stratum", "size", "probability", "weight", "certain", "seed")
    rows = [
        (
            each.cluster.name,
            each.cluster.stratum,
            size_text(each.cluster.size),
            repr(each.probability),
            repr(each.weight),
            "yes" if each.is_certain else "no",
            found.seed,
        )
        for each in found.clusters
    ]
    _write(output, header, rows)
    click.echo(
        f"Drew {len(rows)} clusters ({found.method}) with seed {found.seed} "
        f"from the frame with SHA-256 {found.frame_sha256}.",
        err=True,
    )


def _percent(share: float) -> str:
    """Return a share as it was asked for: 99.5%, and not 100%."""
    return f"{100 * share:.10g}%"


def _write(output: Path | None, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with writing(output) as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(header)
        table.writerows(map(plain, row) for row in rows)
