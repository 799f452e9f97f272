# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the town publishes as open data: rows of plain values."""

from collections.abc import Iterator

from allmende.kernel.town import building, queries, selecting

Row = dict[str, str | int | float | bool | None]


def services() -> Iterator[Row]:
    """A row for each public service: id, LeiKa keys, name, responsible unit, fees, online link, approval."""
    day = queries.today()
    for row in selecting.complete(selecting.services(day), day):
        card = building.service_card(row, "de", queries.now())
        yield {
            "id": card.id,
            "leika": " ".join(card.leika),
            "name": str(card.name),
            "unit": card.unit.id,
            "unit_name": str(card.unit.name),
            "fees": "; ".join(f"{fee.label}: {fee.price}" if fee.price else str(fee.label) for fee in card.fees)
            or str(card.free),
            "processing_time": str(card.processing_time),
            "online": card.online,
            "approved_on": card.approved_on.isoformat(),
            "url": card.url,
        }
