# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors maintain: services, statutes, pages, units and words, each with its form and its public page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text
from allmende.kernel.town import formats, service
from allmende.kernel.town.editing import layouts
from allmende.kernel.web.editing import entries
from allmende.kernel.web.editing.layout import Layout

WORDS_ID = "town"
"""The one list of words of the town."""


@dataclass(frozen=True)
class Editable:
    """A kind of record. `slug` stands in addresses, `named` is where its German name is, `page` its public page (URL
    name and argument), `dated` the day of its last approval, which publishing may renew.
    """

    name: str
    slug: str
    title: Text
    singular: Text
    layout: Layout
    named: str = "name.de"
    page: tuple[str, str] = ("", "")
    dated: str = ""

    @property
    def kind(self) -> service.Kind[Any]:
        """How such records are read, checked and written."""
        return service.KINDS[self.name]

    @property
    def shape(self) -> type[formats.RecordShape]:
        """The shape of such records."""
        return self.kind.shape

    def name_of(self, data: Mapping[str, Any]) -> str:
        """The German name of a record."""
        return str(entries.get(data, self.named) or data.get("id", "")) if self.named else str(self.singular)

    def address(self, record_id: str) -> str:
        """Its public page; empty where there is none."""
        url_name, argument = self.page
        return reverse(url_name, kwargs={argument: record_id}) if url_name else ""


KINDS: dict[str, Editable] = {
    kind.name: kind
    for kind in (
        Editable(
            name="service",
            slug="leistungen",
            title=_("Leistungen"),
            singular=_("Leistung"),
            layout=layouts.SERVICE,
            page=("service", "service_id"),
            dated="approved_on",
        ),
        Editable(
            name="statute",
            slug="ortsrecht",
            title=_("Ortsrecht"),
            singular=_("Satzung"),
            layout=layouts.STATUTE,
            named="title",
            page=("statute", "statute_id"),
        ),
        Editable(
            name="page",
            slug="seiten",
            title=_("Seiten"),
            singular=_("Seite"),
            layout=layouts.PAGE,
            named="title.de",
            page=("town_page", "page_id"),
            dated="updated_on",
        ),
        Editable(
            name="unit",
            slug="aemter",
            title=_("Ämter"),
            singular=_("Amt"),
            layout=layouts.UNIT,
            page=("unit", "unit_id"),
        ),
        Editable(
            name="words",
            slug="woerter",
            title=_("Gleichbedeutende Wörter"),
            singular=_("Gleichbedeutende Wörter"),
            layout=layouts.WORDS,
            named="",
        ),
    )
}


def by_slug(slug: str) -> Editable:
    """The kind of that name in an address. Raises Http404."""
    for kind in KINDS.values():
        if kind.slug == slug:
            return kind
    raise Http404
