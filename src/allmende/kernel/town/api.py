# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town as open data: services, units and statutes. Read only, for everybody."""

from datetime import date
from typing import TypeVar

from django.core.validators import slug_re
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError

from allmende.kernel.town import cards, queries, schemas
from allmende.kernel.town.schemas import Language

T = TypeVar("T")
router = Router()
REFUSED = {404: schemas.Missing, 422: schemas.Invalid}


@router.get("/services", response={200: list[schemas.ServiceItemOut], **REFUSED}, summary="Services by name")
def list_services(request: HttpRequest, language: Language = "de", unit: str = "") -> list[cards.ServiceLink]:
    """All services that are public today, or those of one unit."""
    with translation.override(language):
        if unit:
            _known(queries.unit(unit, language) if slug_re.match(unit) else None, unit)
        return list(queries.services(language, unit_id=unit or None))


@router.get("/services/{service_id}", response={200: schemas.ServiceOut, **REFUSED}, summary="One service")
def get_service(request: HttpRequest, service_id: str, language: Language = "de") -> cards.ServiceCard:
    """Texts, fees, documents, deadlines and responsibility of a service."""
    with translation.override(language):
        card = queries.service_card(service_id, language) if slug_re.match(service_id) else None
        return _known(card, service_id)


@router.get("/units", response={200: list[schemas.UnitOut], 422: schemas.Invalid}, summary="Offices and facilities")
def list_units(request: HttpRequest, language: Language = "de") -> list[cards.UnitCard]:
    """All offices and facilities with their opening hours, and whether they are open now."""
    with translation.override(language):
        return list(queries.units(language))


@router.get("/units/{unit_id}", response={200: schemas.UnitOut, **REFUSED}, summary="One office or facility")
def get_unit(request: HttpRequest, unit_id: str, language: Language = "de") -> cards.UnitCard:
    """Where it is, when it is open, how to reach it."""
    with translation.override(language):
        return _known(queries.unit(unit_id, language) if slug_re.match(unit_id) else None, unit_id)


@router.get(
    "/statutes", response={200: list[schemas.StatuteItemOut], 422: schemas.Invalid}, summary="Statutes in force"
)
def list_statutes(request: HttpRequest, as_of: date | None = None) -> list[cards.StatuteLink]:
    """The local law in force today or on another day."""
    return list(queries.statutes(day=as_of))


@router.get("/statutes/{statute_id}", response={200: schemas.StatuteOut, **REFUSED}, summary="One statute")
def get_statute(request: HttpRequest, statute_id: str, as_of: date | None = None) -> cards.StatuteView:
    """The wording of a statute; with `as_of` the version that held on that day (404 when none did)."""
    view = queries.statute(statute_id, as_of=as_of) if slug_re.match(statute_id) else None
    return _known(view, statute_id)


def _known(found: T | None, name: str) -> T:
    """What was found. Answers 404 otherwise."""
    if found is None:
        raise HttpError(404, _("„{name}“ gibt es nicht oder nicht mehr.").format(name=name))
    return found
