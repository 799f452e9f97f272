# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line of every evaluation: the same options, the same table, errors as one sentence."""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from allmende.kernel.evaluation import figures as figure
from allmende.kernel.evaluation.reading import DataError

T = TypeVar("T")
Measure = Callable[..., Mapping[str, Any]]
PASS_ON = (click.ClickException, click.exceptions.Exit, click.exceptions.Abort)

FAILED = 2
"""Exit code when nothing could be measured."""

logger = logging.getLogger(__name__)


def progress_bar(items: Iterable[T], label: str) -> Iterator[T]:
    """The items again, with a bar on stderr while somebody watches."""
    with click.progressbar(items, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield from bar


def write_figures(path: Path | str | None, figures: Mapping[str, Any]) -> None:
    """Write the figures as JSON; "-" is stdout, None nowhere. Raises DataError when the file cannot be written."""
    if path is None:
        return
    text = json.dumps(figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(path, 0, "", f"cannot be written: {error.strerror or error}.") from None


def evaluation_command(name: str, *, data: str | None = None) -> Callable[[Measure], click.Command]:
    """Make a function that returns figures a command `allmende evaluate <name>`.

    The function gets `data` (Path of --data, which is `data` by default) and its own click options. What it returns is
    printed as a table, written to --json FILE together with the circumstances (key "run"), and kept in the database
    unless --no-store. Anything that goes wrong is printed as one sentence on stderr, with exit code 2.
    """

    def decorate(measure: Measure) -> click.Command:
        @wraps(measure)
        def command(data: Path, json_file: str | None, store: bool, **options: Any) -> None:
            with _errors_for_people():
                _there(data)
                _report(name, data, measure(data=data, **options), json_file, store)

        for option in _options(data):
            command = option(command)
        return click.command(name)(command)

    return decorate


def _options(data: str | None) -> list[Callable[[Any], Any]]:
    folder = click.Path(path_type=Path)
    common: dict[str, Any] = {"default": data, "show_default": True} if data else {"required": True}
    return [
        click.option("--store/--no-store", default=True, help="Keep the figures in the database; that is the default."),
        click.option("--json", "json_file", metavar="FILE", help="Write the figures as JSON; - is stdout."),
        click.option("--data", metavar="DIR", type=folder, help="The data to measure with.", **common),
    ]


def _there(data: Path) -> None:
    if not data.exists():
        raise DataError(data, 0, "", "does not exist; name the data with --data DIR.")


def _report(name: str, data: Path, found: Mapping[str, Any], json_file: str | None, store: bool) -> None:
    from allmende import __version__
    from allmende.kernel.evaluation import service

    table = sys.stderr if json_file == "-" else sys.stdout
    for line in figure.lines(found):
        click.echo(line, file=table)
    run = {"evaluation": name, "version": __version__, "data": str(data), "host": service.host_facts()}
    write_figures(json_file, {**found, "run": run})
    own = click.get_current_context().get_parameter_source("data") is ParameterSource.DEFAULT
    if store and service.store_run(name, found, data="" if own else str(data)) is None:
        click.echo("The figures were not kept: the database is not set up yet (allmende manage migrate).", err=True)


@contextmanager
def _errors_for_people() -> Iterator[None]:
    try:
        yield
    except PASS_ON:
        raise
    except Exception as error:
        logger.debug("The evaluation failed.", exc_info=error)
        sentence = str(error) if isinstance(error, DataError) else f"The evaluation failed: {_told(error)}."
        click.echo(f"Error: {' '.join(sentence.split())}", err=True)
        raise click.exceptions.Exit(FAILED) from None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": .")
