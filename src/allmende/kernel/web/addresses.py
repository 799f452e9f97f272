# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is calling: the client's address, also behind the town's own proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

SIXTH, SUBSCRIBER_BITS = 6, 64
UNKNOWN = "0.0.0.0"  # noqa: S104  (a placeholder in logs, nothing listens on it)


def client_address(request: HttpRequest) -> str:
    """The client's IP address as text.

    Each of the `settings.TRUSTED_PROXIES` proxies in front of us appends the address it was called from, so the entry
    that many places from the end of X-Forwarded-For was written by our own outermost proxy. Everything before it was
    sent by the caller and is ignored; without trusted proxies the whole header is.
    """
    direct = _valid(request.META.get("REMOTE_ADDR", "")) or UNKNOWN
    proxies: int = settings.TRUSTED_PROXIES
    if proxies < 1:
        return direct
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(hops) < proxies:
        return direct
    return _valid(hops[-proxies]) or direct


def limited_address(request: HttpRequest) -> str:
    """The address that limits and lockouts count by: of IPv6 the first of its /64 network, which is one subscriber.

    Whoever has one such network could call from a new address each time.
    """
    address = ipaddress.ip_address(client_address(request))
    if address.version == SIXTH:
        return str(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False).network_address)
    return str(address)


def _valid(text: str) -> str:
    """The address in its normal form, without a port; empty when it is none. IPv4 in an IPv6 shell is IPv4."""
    text = text.strip()
    if text.startswith("[") and "]" in text:
        text = text[1 : text.index("]")]
    elif text.count(":") == 1:
        text = text.split(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
