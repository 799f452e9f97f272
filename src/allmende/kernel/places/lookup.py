# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether an address is one of the town's, for programs."""

from allmende.kernel.places import queries, reasons
from allmende.kernel.places.engine import numbers
from allmende.kernel.places.engine.register import Fault, Meant, Register
from allmende.kernel.places.schemas import AddressOut, Checked
from allmende.kernel.town import queries as town


def check(street: str, number: str, postcode: str) -> Checked:
    """The address as the town writes it, or what is wrong with it. Three queries."""
    register = queries.register()
    if not number:
        street, number = numbers.at_end(street)
    meant = register.meant(street, postcode)
    if meant.street is None:
        return _wrong(_unclear(register, meant))
    label = register.label(meant.street)
    if numbers.split(number) is None:
        return _wrong(Fault("number"))
    postcode = postcode or meant.street.postcode_at(number) or _postcode_of_town()
    fault = register.fault(label, number, postcode)
    if fault:
        return _wrong(fault)
    latitude, longitude = queries.position(label, number) or (None, None)
    address = AddressOut(
        street=label,
        number="".join(number.split()),
        postcode=postcode,
        district=meant.street.district,
        latitude=latitude,
        longitude=longitude,
    )
    return Checked(address=address)


def _postcode_of_town() -> str:
    found = town.town()
    return found.postcode_and_city[0] if found else ""


def _unclear(register: Register, meant: Meant) -> Fault:
    return Fault("several" if meant.several else "unknown", tuple(map(register.label, meant.others)))


def _wrong(fault: Fault) -> Checked:
    return Checked.model_validate({"fault": fault.code, "detail": reasons.of_address(fault), "offers": fault.offers})
