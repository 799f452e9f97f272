# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the API."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field


class StreetOut(Schema):
    """A street. `label` names it so that it is the only one; `postcodes` are those that are known."""

    label: str
    name: str
    district: str
    postcodes: list[str]


class Typed(Schema):
    """What somebody typed of the name of a street."""

    text: str = Field(max_length=200)


class AddressIn(Schema):
    """An address as it was typed. The house number may stand behind the street; the postcode may be missing."""

    street: str = Field(max_length=200)
    number: str = Field("", max_length=40)
    postcode: str = Field("", pattern=r"^(\d{5})?$")


class AddressOut(Schema):
    """An address of the town as it is written here; the position in degrees (WGS 84), where it is known."""

    street: str
    number: str
    postcode: str
    district: str
    latitude: float | None
    longitude: float | None


class Checked(Schema):
    """The address, or why it is none of the town's and what would be: other streets, house numbers nearby, the postcode."""

    address: AddressOut | None = None
    fault: Literal["", "unknown", "several", "house", "number", "postcode"] = ""
    detail: str = ""
    offers: list[str] = []


class Invalid(Schema):
    """422: which field is wrong and how."""

    detail: list[dict[str, Any]]


class Problem(Schema):
    """429: too many calls."""

    detail: str
