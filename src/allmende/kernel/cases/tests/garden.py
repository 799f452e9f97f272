# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A room for the tests: the town's garden office, to which citizens write about trees."""

from django.utils.html import format_html

from allmende.kernel.cases.records import Record
from allmende.kernel.registry import Area, CaseKind, Room

TREE, LETTERBOX = "garden.tree", "garden.letterbox"
PAYLOAD = {
    "version": 3,
    "texts": {"species": {"de": "Baumart", "en": "Species"}},
    "answers": {"species": "Linde", "height": 14},
}


def detail(record: Record, language: str) -> str:
    label = record.payload["texts"]["species"][language]
    return format_html("<p>{}: {}</p>", label, record.payload["answers"]["species"])


def export(record: Record, _language: str) -> dict[str, object]:
    return {"tree": record.payload["answers"]["species"]}


HERE = "allmende.kernel.cases.tests.garden"
ROOM = Room(
    name="garden",
    package="allmende.kernel.cases.tests",
    area=Area.BACK_OFFICE,
    title="Garten",
    description="Bäume.",
    case_kinds=(
        CaseKind(
            name=TREE,
            title="Baumfällung",
            detail=f"{HERE}:detail",
            export=f"{HERE}:export",
            retention_days={"done": 10},
        ),
        CaseKind(name=LETTERBOX, title="Briefkasten", states="allmende.kernel.cases.tests:letterbox.yaml"),
    ),
)
