# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende import xzufi | json | csv | document PATH`."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.db import transaction

from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.imports import bylaws, queries, service

PATH = click.Path(exists=True, path_type=Path)
SHOWN = 20
"""Quarantined records that are printed; the page /importe/quarantaene/ has them all."""


class Bar:
    """How far it is, as a bar in the terminal; each batch is a transaction."""

    done = 0

    def __init__(self) -> None:
        self._total = 0
        self._text = ""

    def total(self, count: int) -> None:
        """How many batches there are in all."""
        self._total = max(count, self.done)

    def message(self, text: str) -> None:
        """A line for people."""
        self._text = text

    def each(
        self, items: Iterable[Any], *, key: Callable[[Any], Any] | None = None, prepare: Any = None
    ) -> Iterator[Any]:
        """The batches; the body of the loop is one transaction, `prepare` runs before it."""
        del key  # nothing goes on here: the ledger knows what is left
        for item in items:
            value = prepare(item) if prepare else item
            with transaction.atomic():
                yield value
            self.done += 1
            self._show()

    def close(self) -> None:
        """End the line of the bar."""
        if sys.stderr.isatty():
            click.echo("", err=True)

    def _show(self) -> None:
        if sys.stderr.isatty():
            share = min(1.0, self.done / self._total) if self._total else 0.0
            bar = "#" * round(30 * share)
            click.echo(f"\r[{bar:<30}] {share:4.0%}  {self._text:<60.60}", nl=False, err=True)


@click.group(name="import")
def import_() -> None:
    """Bring services, by-laws and pages into the town."""


def _source(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", value):
        raise click.BadParameter("small letters, digits and hyphens, at most 60")
    return value


def _area(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"\d{2,12}", value):
        raise click.BadParameter("2 to 12 digits of a regional key")
    return value


def _delivery_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every import of services can be told."""
    options = (
        click.argument("path", type=PATH),
        click.option("--source", callback=_source, help="Name of the source; the format if left out."),
        click.option("--unit", default="", help="Id of the unit for services whose own one is unknown here."),
        click.option(
            "--arrival",
            type=click.Choice(["auto", "published", "draft"]),
            default="auto",
            show_default=True,
            help="In which state new records arrive; auto: published where the source names its approval.",
        ),
        click.option("--area", default="", callback=_area, help="Regional key of the town; the rest is passed over."),
        click.option("--check", is_flag=True, help="Find out what would happen and store nothing."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@import_.command()
@_delivery_options
def xzufi(**options: Any) -> None:
    """Import XZuFi 2.2: an XML file, a ZIP, or a folder with index.txt."""
    _import("xzufi", **options)


@import_.command(name="json")
@_delivery_options
def json_(**options: Any) -> None:
    """Import services from JSON: a list, or one object a line."""
    _import("json", **options)


@import_.command(name="csv")
@_delivery_options
def csv_(**options: Any) -> None:
    """Import services from CSV; columns are named like the fields."""
    _import("csv", **options)


def _import(form: str, path: Path, source: str | None, check: bool, **options: str) -> None:
    bar = Bar()
    try:
        run = service.import_path(path, bar, form=form, source=source or form, dry=check, **options)
    except service.ImportRefused as error:
        raise click.ClickException(f"{error} Nothing was changed.") from None
    finally:
        bar.close()
    for name in ("written", "unchanged", "deleted", "outside", "quarantined"):
        click.echo(f"{name:<12} {getattr(run, name):>7}")
    if not check:
        _explain(run.pk)
    if not run.taken:
        click.echo("Nothing went in.", err=True)
        sys.exit(1)


def _explain(run: int) -> None:
    """The first quarantined records with their reasons."""
    waiting = queries.records(run_id=run)
    for row in waiting[:SHOWN]:
        for field, sentence in row.sentences:
            place = f"{row.file}:{row.line}" if row.line else row.file
            click.echo(f"  {place} {row.key}{f' [{field}]' if field else ''}: {sentence}")
    more = waiting.count() - SHOWN
    if more > 0:
        click.echo(f"  … and {more} more; see /importe/quarantaene/")


def _day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


@import_.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "kind", type=click.Choice(["statute", "page"]), default="statute", show_default=True, help="What it is."
)
@click.option("--id", "record_id", default="", help="Id; made of the title if left out.")
@click.option("--title", default="", help="Title; that of the document if left out.")
@click.option("--unit", default="", help="Id of the responsible unit; a statute needs one.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="First day; a statute needs it.")
@click.option("--valid-to", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="Last day.")
@click.option("--source", default="", help="Address of the official publication.")
@click.option("--replaces", default="", help="Id of the version that this one replaces.")
@click.option(
    "--arrival", type=click.Choice(["published", "draft"]), default="draft", show_default=True, help="In which state."
)
@click.option("--replace", is_flag=True, help="Replace what is there under this id with another wording.")
@click.option("--check", is_flag=True, help="Show what is recognised and store nothing.")
def document(path: Path, kind: str, check: bool, replace: bool, **given: Any) -> None:
    """Import a by-law or a page: PDF, DOCX, ODT, HTML, Markdown or text."""
    try:
        recognised = bylaws.recognise(path.read_bytes(), path.name)
    except bylaws.DocumentRefused as error:
        raise click.ClickException(f"{path}: {error} Nothing was changed.") from None
    click.echo(given["title"] or recognised.title or path.name)
    for section in recognised.sections if kind == "statute" else ():
        click.echo(f"  {section.number} {section.heading} ({len(section.paragraphs)})".rstrip())
    for warning in recognised.warnings if kind == "statute" else ():
        click.echo(f"  ! {warning}")
    if not check:
        _keep(recognised, kind, path.name, replace=replace, **given)


def _keep(
    recognised: bylaws.Recognised, kind: str, document: str, *, arrival: str, replace: bool, **given: Any
) -> None:
    given["title"] = given["title"] or recognised.title or document
    fields = {name: value for name, value in given.items() if value}
    publish = arrival == "published"
    try:
        kept = bylaws.keep(
            kind, text=recognised.text(kind), document=document, publish=publish, replace=replace, **fields
        )
    except TownDataError as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from None
    click.echo(f"{'written' if kept.changed else 'unchanged'} {kind}:{kept.id}")
