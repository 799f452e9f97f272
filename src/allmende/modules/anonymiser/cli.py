# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende anonymise`"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, get_args

import click

from allmende.modules.anonymiser.engine import Settings, batch
from allmende.modules.anonymiser.engine.detectors import for_labels
from allmende.modules.anonymiser.engine.detectors.models import ModelMissing
from allmende.modules.anonymiser.engine.settings import Fill, KeptDate
from allmende.modules.anonymiser.engine.whole import forget_parts

REASONS = {
    "format": "is no picture or film of a kind that is read",
    "too_large": "has too many pixels, bytes or frames",
    "several_pictures": "holds several pictures (moving, or with pages)",
    "damaged": "is damaged",
}
LEFT = 1
"""Exit code when some file has no result."""
FAILED = 2
"""Exit code when nothing could be begun."""
PATH = click.Path(path_type=Path)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="OUT", type=PATH)
@click.option("--report", type=PATH, metavar="FILE", help="Append one line of JSON for each file.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes at once.")
@click.option(
    "--dask", "scheduler", metavar="ADDRESS", help="Work on a Dask cluster instead, whose scheduler is at this address."
)
@click.option(
    "--fill", type=click.Choice(get_args(Fill)), default="solid", show_default=True, help="What is put there."
)
@click.option("--labels", default="face,plate", show_default=True, help="What is looked for: face, plate, text.")
@click.option(
    "--keep-date", type=click.Choice(get_args(KeptDate)), default="day", show_default=True, help="How exactly it stays."
)
@click.option("--keep-location/--no-keep-location", default=False, show_default=True, help="Whether the place stays.")
@click.option(
    "--panorama/--no-panorama", default=None, help="Pictures are 360° or flat; asked of each picture if left out."
)
@click.option("--audio/--no-audio", default=False, show_default=True, help="Whether films keep their sound.")
def anonymise(
    source: Path,
    target: Path,
    report: Path | None,
    workers: int,
    scheduler: str | None,
    labels: str,
    **choices: Any,
) -> None:
    """Fill faces and plates in the picture or film IN, or in all those of the tree IN, and write the result to OUT.

    What OUT holds already is not done again, so that an interrupted run goes on where it stopped. A picture in which the
    second look still finds something has no result: it needs a person.
    """
    settings = _settings(labels, choices)
    if target.resolve() == source.resolve():
        raise click.UsageError("OUT must not be IN: the originals would be lost.")
    if scheduler:
        source, target = source.absolute(), target.absolute()  # the workers stand elsewhere
    try:
        every = batch.tasks(source, target, settings)
    except batch.Misplaced as misplaced:
        raise click.UsageError(str(misplaced)) from None
    todo = [task for task in every if not batch.is_done(task)]
    counts = Counter({"done before": len(every) - len(todo)})
    with _tidy(todo), _report(report) as told, _bar(len(todo)) as bar:
        for said in _run(todo, workers, scheduler):
            counts[said["state"]] += 1
            if told:
                told.write(json.dumps(said, ensure_ascii=False) + "\n")
                told.flush()
            bar.update(1)
            _complain(said)
    if not every:
        click.echo("There is no picture or film to work on.", err=True)
    _tell_left_out(batch.left_out(source, target))
    click.echo(
        ", ".join(f"{counts[state]} {state}" for state in ("done", "done before", "review", "refused", "failed"))
    )
    if counts.total() > counts["done"] + counts["done before"] or not every:
        sys.exit(LEFT)


def _settings(labels: str, choices: dict[str, Any]) -> Settings:
    """Raises UsageError for a label that no detector finds, and for a model that is missing."""
    try:
        settings = Settings(labels=frozenset(filter(None, map(str.strip, labels.split(",")))), **choices)
        for_labels(settings.labels)
    except (ValueError, ModelMissing) as error:
        raise click.UsageError(str(error)) from None
    return settings


def _run(todo: list[batch.Task], workers: int, scheduler: str | None) -> Iterator[dict[str, Any]]:
    """Raises UsageError where there is no cluster, or nothing to speak to it with."""
    if scheduler is None:
        yield from batch.run(todo, workers)
        return
    try:
        from allmende.modules.anonymiser.engine import cluster
    except ModuleNotFoundError as missing:
        raise click.UsageError(f"{missing.name} is not installed: run scripts/setup cluster.") from None
    try:
        yield from cluster.run(todo, scheduler)
    except cluster.NoCluster as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def _tidy(todo: list[batch.Task]) -> Iterator[None]:
    """What a killed process has begun to write lies about neither before nor afterwards."""
    targets = [task.target for task in todo]
    forget_parts(targets)
    try:
        yield
    finally:
        forget_parts(targets)


@contextmanager
def _report(path: Path | None) -> Iterator[IO[str] | None]:
    """The file to append to; a line that an interrupted run left by half is ended first."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and (content := path.read_bytes()) and not content.endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        if torn:
            file.write("\n")
        yield file


def _bar(length: int) -> Any:
    return click.progressbar(length=length, label="anonymise", file=sys.stderr, hidden=not sys.stderr.isatty())


def _tell_left_out(files: list[Path]) -> None:
    """So that nobody takes a tree for done in which, say, all the GIFs are missing."""
    if files:
        kinds = ", ".join(sorted({path.suffix.lower() or path.name for path in files}))
        click.echo(f"{len(files)} left out, no pictures or films of a kind that is read: {kinds}.", err=True)


def _complain(said: dict[str, Any]) -> None:
    """One sentence for a file without a result."""
    if said["state"] == batch.REVIEW:
        labels = sorted({finding["label"] for finding in said["findings"]}) or ["a change outside the masks"]
        click.echo(f"{said['file']}: not written, the second look still found {', '.join(labels)}.", err=True)
    elif said["state"] != batch.DONE:
        click.echo(f"{said['file']}: not written, {REASONS.get(said['reason'], said['reason'])}.", err=True)
