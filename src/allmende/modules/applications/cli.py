# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende flows check [FILE]`, `allmende flows import-fim FILE`."""

import sys
from pathlib import Path

import click
import yaml

from allmende.modules.applications import queries, rules, service
from allmende.modules.applications.engine import diagram as diagrams
from allmende.modules.applications.engine.compiling import Compiled
from allmende.modules.applications.engine.fim.drafting import draft_flow
from allmende.modules.applications.engine.fim.reading import CodeLists, read_code_list, read_schema
from allmende.modules.applications.engine.paths import count_paths, paths
from allmende.modules.applications.engine.problems import Fault, Place, Refused

PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
LANGUAGE = click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the messages."
)
PICTURES = {"mermaid": diagrams.mermaid, "svg": diagrams.svg}


@click.group()
def flows() -> None:
    """The flows of guided applications: check them, draft one from FIM."""


@flows.command()
@click.argument("file", required=False, type=PATH)
@click.option("--diagram", type=click.Choice(list(PICTURES)), help="Print FILE as a picture instead of its paths.")
@LANGUAGE
def check(file: Path | None, diagram: str | None, language: str) -> None:
    """Compile FILE, or every flow that is offered: problems, all paths, what the flow's own tests cover. Exit code 1 for problems."""
    if diagram and file is None:
        raise click.UsageError("--diagram needs a FILE.")
    texts = {file.name: file.read_text(encoding="utf-8")} if file else {str(row): row.text for row in queries.offered()}
    sound = [_check(name, text, diagram, language) for name, text in texts.items()]
    if not texts:
        click.echo("No flow is offered.")
    if not all(sound):
        sys.exit(1)


def _check(name: str, text: str, diagram: str | None, language: str) -> bool:
    try:
        found = service.compiled(text, name)
    except service.FlowRefusedError as refused:
        click.echo(f"{name}: {refused}", err=True)
        return False
    for problem in found.problems:
        click.echo(rules.messages().problem(problem, language), err=True)
    if diagram and found.flow and found.sound:
        click.echo(PICTURES[diagram](found.flow, language), nl=False)
    elif not diagram:
        click.echo("\n".join(_told(name, found)))
    return not found.problems


def _told(name: str, found: Compiled) -> list[str]:
    if found.flow is None or found.coverage is None:
        return [f"{name}: {len(found.problems)} problems; paths are listed once they are mended."]
    flow, coverage = found.flow, found.coverage
    covered = len(coverage.edges) - len(coverage.untested)
    return [
        f"{name}: {flow.id}, version {flow.version}, {len(flow.steps)} steps, {len(found.problems)} problems",
        f"  {len(flow.tests)} tests take {covered} of {len(coverage.edges)} ways ({100 * coverage.share:.0f} %)",
        f"  {count_paths(flow)} paths",
        *(f"    {' → '.join(path)}" for path in paths(flow)),
    ]


@flows.command(name="import-fim")
@click.argument("file", type=PATH)
@click.option("--unit", required=True, help="Id of the unit that gets the applications.")
@click.option(
    "--code-list", "code_lists", type=PATH, multiple=True, help="A genericode file; may be given several times."
)
@LANGUAGE
def import_fim(file: Path, unit: str, code_lists: tuple[Path, ...], language: str) -> None:
    """Read a data schema (XDatenfelder 2 or 3) and print the draft of a flow. What was left out is noted on the error output."""
    try:
        known: CodeLists = dict(read_code_list(each.read_bytes()) for each in code_lists)
        draft, notes = draft_flow(read_schema(file.read_bytes()), file.name, unit, rules.fim(), known)
    except Refused as refused:
        said = rules.messages().fault(Fault(Place(file.name), refused.key, refused.params), language)
        raise click.ClickException(f"{file.name}: {said}") from None
    click.echo(yaml.safe_dump(draft, allow_unicode=True, sort_keys=False, width=140), nl=False)
    for note in notes:
        click.echo(rules.messages().problem(note, language), err=True)
