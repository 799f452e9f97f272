# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record as people read it: each question with its answers, in a repeated group thing by thing."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple


class Item(NamedTuple):
    """The answers to a question as rows of label and text; `name` is "Hund 2" in a repeated group, otherwise empty."""

    name: str
    rows: tuple[tuple[str, str], ...]


class Question(NamedTuple):
    """What was asked, and the answers. A text is empty where nothing was given."""

    ask: str
    items: tuple[Item, ...]


def questions(record: Mapping[str, Any], language: str) -> Iterator[Question]:
    """The answered questions of a record (``record/1``) in a language."""
    for step in record["steps"]:
        if step["rows"]:
            items = groupby(step["rows"], key=lambda row: row["item"])
            yield Question(step["ask"][language], tuple(_item(number, list(rows), language) for number, rows in items))


def _item(number: int | None, rows: list[Mapping[str, Any]], language: str) -> Item:
    name = "" if number is None else f"{rows[0]['item_label'][language]} {number + 1}"
    return Item(name, tuple((row["label"][language], row["shown"][language]) for row in rows))
