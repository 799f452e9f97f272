# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's services in the form in which an import reads them: what goes out comes back unchanged."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from allmende.kernel.town import models
from allmende.kernel.town.editing import history
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.imports.engine import table

BATCH = 200
FIRST = ("id", "status", "unit", "leika", "name.de", "name.en", "approved_on")
"""Columns that every file has, in this order; the others follow as the services need them."""


def services() -> Iterator[dict[str, Any]]:
    """Every service as it was last written, in the fields of `formats.ServiceShape`."""
    ids = list(models.Service.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        versions = history.latest_of("service", ids[start : start + BATCH])
        for pk in ids[start : start + BATCH]:
            if pk in versions:
                yield {"status": versions[pk].status, **versions[pk].data}


def as_table() -> tuple[list[str], Iterator[list[object]]]:
    """Columns and rows of a CSV file with every service."""
    columns = dict.fromkeys(FIRST)
    for record in services():
        columns |= dict.fromkeys(table.flat(record))
    header = list(columns)
    return header, ([cells.get(name, "") for name in header] for cells in map(table.flat, services()))


def editing_url(kind: str, record_id: str) -> str:
    """The page on which editors work at a record."""
    return reverse("town_edit_text", args=[KINDS[kind].slug, record_id])
