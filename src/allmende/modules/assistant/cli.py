# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende ask "Was kostet ein Hund?"`."""

import click

from allmende.modules.assistant import service
from allmende.modules.assistant.schemas import MAX_QUESTION, AnswerView, Card

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
    answer = service.answer(question, language=language, channel=CLI)
    click.echo(answer.model_dump_json(indent=2) if as_json else as_text(answer))


def as_text(answer: AnswerView) -> str:
    """The answer for a terminal."""
    lines = [f"[{answer.status}] {answer.say}"]
    lines += [f"  {number.number}  {number.title}" for number in answer.numbers]
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
