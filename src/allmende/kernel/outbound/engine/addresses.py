# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which addresses may be called: the address as written, and where its name leads."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SCHEMES = ("http", "https")


def fault(url: str, *, plain_http: bool) -> str:
    """What is wrong with an address as it is written, in one word; empty when nothing is.

    Words: "unreadable", "scheme", "host", "credentials" (user or password inside), "extra" (query or fragment),
    "plain" (http where only https may be).
    """
    try:
        parts = urlsplit(url)
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        return "unreadable"
    if not port_is_readable or not url.isascii() or any(mark <= " " or mark in '\\"<>' for mark in url):
        return "unreadable"
    checks = (
        (parts.scheme not in SCHEMES, "scheme"),
        (not parts.hostname, "host"),
        ("@" in parts.netloc, "credentials"),
        ("?" in url or "#" in url, "extra"),
        (parts.scheme == "http" and not plain_http, "plain"),
    )
    return next((word for wrong, word in checks if wrong), "")


def literal(host: str) -> IPAddress | None:
    """The IP address that a host name is; none for a real name. Short forms such as ``127.1`` are no addresses."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def may_be_called(address: IPAddress, *, encrypted: bool, reach: str, never: Iterable[Network]) -> bool:
    """Whether somebody at this IP address may be called. `reach` is "any" or "public"; without TLS only private ones count."""
    plain = unwrapped(address)
    if any(plain in net for net in never if net.version == plain.version):
        return False
    if plain.is_multicast or plain.is_unspecified or plain.is_link_local:
        return False
    private = plain.is_private or plain.is_loopback
    if reach == "public":
        return plain.is_global and not private
    return encrypted or private


def unwrapped(address: IPAddress) -> IPAddress:
    """The IPv4 address inside ``::ffff:127.0.0.1``, or the address itself."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return inner or address


def is_this_machine(url: str) -> bool:
    """Whether an address, as it is written, leads to the machine that calls it. One that cannot be read leads nowhere."""
    try:
        name = host(url)
    except ValueError:
        return False
    direct = literal(name)
    return name == "localhost" or (direct is not None and unwrapped(direct).is_loopback)


def host(url: str) -> str:
    """The host of an address that has no fault."""
    return urlsplit(url).hostname or ""
