# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""REST: streets and addresses, for everybody. What is looked up stands in the body, so that no log of addresses keeps it."""

from django.http import HttpRequest
from django.utils import translation
from ninja import Router

from allmende.kernel.places import lookup, queries, rules, schemas
from allmende.kernel.places.engine.register import Register, Street
from allmende.kernel.town.schemas import Language
from allmende.kernel.web.throttling import PublicThrottle

router = Router()
REFUSED = {422: schemas.Invalid, 429: schemas.Problem}
UNREADABLE = {400: schemas.Problem}  # the body is no JSON


def _throttle() -> PublicThrottle:
    return PublicThrottle(rules.limits()["rate"], scope="places-api")


@router.get("/streets", response={200: list[schemas.StreetOut], **REFUSED}, throttle=[_throttle()], summary="Streets")
def list_streets(request: HttpRequest, district: str = "") -> list[schemas.StreetOut]:
    """The street register by name; with `district` the streets of one part of the town."""
    register = queries.register()
    return [_out(register, street) for street in register.streets if district in ("", street.district)]


@router.post(
    "/suggestions",
    response={200: list[schemas.StreetOut], **UNREADABLE, **REFUSED},
    throttle=[_throttle()],
    summary="Streets for what was typed so far",
)
def suggest(request: HttpRequest, body: schemas.Typed) -> list[schemas.StreetOut]:
    """Streets that begin so, then those with a word that does, then those that begin alike. Nothing is stored."""
    register = queries.register()
    return [_out(register, street) for street in register.suggested(body.text, rules.limits()["suggestions"])]


@router.post(
    "/addresses",
    response={200: schemas.Checked, **UNREADABLE, **REFUSED},
    throttle=[_throttle()],
    summary="Is this an address of the town?",
)
def check_address(request: HttpRequest, body: schemas.AddressIn, language: Language = "de") -> schemas.Checked:
    """The address as the town writes it, with postcode and position where they are known, or what is wrong. Nothing is stored."""
    with translation.override(language):
        return lookup.check(body.street, body.number, body.postcode)


def _out(register: Register, street: Street) -> schemas.StreetOut:
    return schemas.StreetOut(
        label=register.label(street),
        name=street.name,
        district=street.district,
        postcodes=sorted(street.postcodes),
    )
