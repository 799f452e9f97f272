# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which rows are public, and what is fetched with them."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from allmende.kernel.town import models, rules


def units() -> QuerySet[models.Unit]:
    """Public units with what their opening hours need."""
    return models.Unit.objects.filter(status__in=rules.public_states()).prefetch_related("opening_hours", "closures")


def public_services() -> QuerySet[models.Service]:
    """Public services of any validity."""
    return models.Service.objects.filter(status__in=rules.public_states())


def services(day: date) -> QuerySet[models.Service]:
    """Public services that are valid on a day."""
    return public_services().filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
    )


def link_texts() -> "Prefetch[str, QuerySet[models.ServiceText], str]":
    """The texts that a link to a service shows."""
    names = models.ServiceText.objects.filter(module__in=(rules.NAME_MODULE, rules.SHORT_MODULE))
    return Prefetch("texts", names)


def complete(rows: QuerySet[models.Service], day: date) -> QuerySet[models.Service]:
    """The services with all that a card reads."""
    return rows.select_related("unit").prefetch_related(
        "unit__opening_hours",
        "unit__closures",
        "keys",
        "texts",
        Prefetch("fees", models.Fee.objects.select_related("statute")),
        Prefetch("documents", models.RequiredDocument.objects.select_related("statute")),
        Prefetch("deadlines", models.Deadline.objects.select_related("statute")),
        Prefetch("statutes", models.Statute.objects.filter(status__in=rules.public_states())),
        Prefetch("related", services(day).prefetch_related(link_texts())),
    )


def statutes() -> QuerySet[models.Statute]:
    """Public versions of statutes, whatever their validity."""
    return models.Statute.objects.filter(status__in=rules.public_states())


def with_sections(rows: QuerySet[models.Statute]) -> QuerySet[models.Statute]:
    """The statutes with their wording."""
    return rows.prefetch_related(Prefetch("sections", models.StatuteSection.objects.prefetch_related("paragraphs")))


def pages() -> QuerySet[models.Page]:
    """Public pages."""
    return models.Page.objects.filter(status__in=rules.public_states())
