# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende ask "Was kostet ein Hund?"`."""

import click
from django.conf import settings

from allmende.modules.assistant import service
from allmende.modules.assistant.schemas import MAX_QUESTION, AnswerView, Card, Closed, Handover
from allmende.modules.assistant.switches import SwitchedOffError

CLI = "cli"


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Language of the asker."
)
def ask(question: str, as_json: bool, language: str) -> None:
    """Ask the town a question."""
    if not 0 < len(question.strip()) <= MAX_QUESTION:
        raise click.UsageError(f"QUESTION must have 1 to {MAX_QUESTION} characters.")
    try:
        answer = service.answer(question, language=language, channel=CLI)
    except SwitchedOffError as off:
        raise click.ClickException(_closed(off.closed)) from None
    click.echo(answer.model_dump_json(indent=2) if as_json else as_text(answer))


def as_text(answer: AnswerView) -> str:
    """The answer for a terminal."""
    lines = [f"[{answer.status}] {answer.say}"]
    lines += [f"  {number.number}  {number.title}" for number in answer.numbers]
    if answer.handover:
        lines += _handover(answer.handover)
    if answer.card:
        lines += _card(answer.card)
    lines += [f"  ? {option.label}" for option in answer.options]
    for passage in answer.passages:
        source = ", ".join(part for part in (passage.title, passage.section, passage.heading) if part)
        lines += [
            "",
            *(f"  > {line}" for line in passage.text.splitlines()),
            f"    {source} ({passage.updated_on}) {passage.url}",
        ]
    return "\n".join(lines)


def _card(card: Card) -> list[str]:
    lines = ["", f"  {card.title}", f"  {card.short}"]
    lines += [f"  € {line.text}" for line in card.fees] or [f"  € {card.free}"]
    lines += [f"  • {line.text}" for line in card.documents]
    lines += [f"  ! {line.text}" for line in card.deadlines]
    return [*lines, f"  @ {card.place.name}, {card.place.address}, {card.place.phone}"]


def _handover(way: Handover) -> list[str]:
    office = [f"  {way.office_phone}  {way.office}: {way.opening}"] if way.office else []
    return [f"  {way.phone}  {way.town}", *office, f"  ↩ {settings.BASE_URL}{way.callback}"]


def _closed(closed: Closed) -> str:
    numbers = (f"  {number.number}  {number.title}" for number in closed.numbers)
    return "\n".join([closed.detail, *numbers, f"  {settings.BASE_URL}{closed.services}"])
