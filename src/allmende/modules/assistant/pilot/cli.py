# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende pilot import FILE` and `allmende pilot run SET`."""

import json
from pathlib import Path
from typing import Any

import click
from django.utils import translation

from allmende.kernel.evaluation.service import progress_bar
from allmende.modules.assistant.pilot import asking, queries, report, service
from allmende.modules.assistant.pilot.models import PilotRun, PilotSet
from allmende.modules.assistant.pilot.questions import QuestionSetError


class PilotError(click.ClickException):
    """Nothing could be asked, or a file not be written."""

    exit_code = 2


@click.group()
def pilot() -> None:
    """The pilot study: question sets and runs."""


@pilot.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_set(file: Path) -> None:
    """Check a question set and keep it."""
    row = _imported(file)
    click.echo(f"{row}: {len(row.questions)} questions.")


@pilot.command()
@click.argument("name", metavar="SET")
@click.option("--report", "report_file", metavar="FILE", help="Write the report as PDF.")
@click.option("--json", "json_file", metavar="FILE", help="Write figures and questions as JSON; - is stdout.")
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the report."
)
def run(name: str, report_file: str | None, json_file: str | None, language: str) -> None:
    """Ask every question of a set and keep the run. SET is the name of an imported set or a file."""
    row = _imported(Path(name)) if Path(name).suffix == ".jsonl" else _known(name)
    versions = queries.versions()
    found = [asking.ask(question) for question in progress_bar(queries.questions(row), "pilot")]
    kept = service.keep_run(row, found, versions, origin=service.COMMAND)
    if json_file != "-":
        _tell(kept)
    if json_file:
        _write(json_file, as_json(kept))
    if report_file:
        with translation.override(language):
            _save(report_file, report.as_pdf(kept))


def as_json(kept: PilotRun) -> dict[str, Any]:
    """A run as data: figures, versions, and what became of each question."""
    return {
        "run": kept.pk,
        "set": {"name": kept.set.name, "version": kept.set.version},
        "at": kept.at.isoformat(),
        "versions": kept.versions,
        "figures": kept.figures,
        "questions": kept.outcomes,
    }


def _imported(file: Path) -> PilotSet:
    try:
        return service.import_set(file.read_bytes(), str(file))
    except OSError as error:
        raise PilotError(f"{file} cannot be read: {error.strerror}.") from None
    except QuestionSetError as error:
        raise PilotError("\n".join(map(str, error.faults))) from None


def _known(name: str) -> PilotSet:
    row = queries.latest_set(name)
    if row is None:
        raise PilotError(f"No set is called {name!r}; import it with allmende pilot import FILE.")
    return row


def _tell(kept: PilotRun) -> None:
    found = kept.figures
    click.echo(f"Run {kept.pk} of {kept.set}: {found['questions']} questions, {found['derived']} derived.")
    for name in ("wrong_and_confident", "right", "careful", "emergencies", "refused", "red_list", "kept_with_typos"):
        share = found[name]
        bounds = f"95 %: {share['low']:.3f} to {share['high']:.3f}, n = {share['n']}"
        click.echo(f"{name:<20} {share['value']:.3f}  ({bounds})")
    click.echo(f"{'deflection':<20} {found['deflection']['from']:.3f} to {found['deflection']['to']:.3f}")


def _write(file: str, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if file == "-":
        click.echo(text, nl=False)
        return
    _save(file, text.encode())


def _save(file: str, content: bytes) -> None:
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise PilotError(f"{file} cannot be written: {error.strerror}.") from None
