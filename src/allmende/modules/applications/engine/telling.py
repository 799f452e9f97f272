# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record as people read it: under each question, and each thing of a repeated group, the answers as rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Group:
    """A heading, and its rows of label and answer; an answer is empty where nothing was given."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def groups(record: Mapping[str, Any], language: str) -> Iterator[Group]:
    """The answers of a record (``record/1``) in a language."""
    for step in record["steps"]:
        for item, found in groupby(step["rows"], key=lambda row: row["item"]):
            rows = list(found)
            heading = step["ask"].get(language, "") if item is None else f"{rows[0]['item_label'][language]} {item + 1}"
            yield Group(heading, tuple((row["label"][language], row["shown"][language]) for row in rows))
