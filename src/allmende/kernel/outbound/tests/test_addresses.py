# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from ipaddress import ip_address

import pytest

from allmende.kernel.outbound.engine import addresses
from allmende.kernel.outbound.rules import NEVER


@pytest.mark.parametrize(
    ("url", "plain_http", "fault"),
    [
        ("https://ki.example/v1", False, ""),
        ("http://127.0.0.1:8080/v1", True, ""),
        ("http://ki.example/v1", False, "plain"),
        ("ftp://ki.example", True, "scheme"),
        ("file:///etc/passwd", True, "scheme"),
        ("//ki.example/v1", True, "scheme"),
        ("https:///v1", True, "host"),
        ("https://key@ki.example/v1", True, "credentials"),
        ("https://ki.example/v1?x=1", True, "extra"),
        ("https://ki.example/v1#", True, "extra"),
        ("https://ki.example:99999/", True, "unreadable"),
        ("https://[::1/v1", True, "unreadable"),
        ("https://ki.example/v1\r\nHost: x", True, "unreadable"),
        ("https://kí.example/v1", True, "unreadable"),
        ("https://ki.example\\@evil.example/", True, "unreadable"),
    ],
)
def test_an_address_is_judged_as_it_is_written(url, plain_http, fault):
    assert addresses.fault(url, plain_http=plain_http) == fault


PRIVATE = ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.5", "172.16.0.1", "fd12:3456::1", "::ffff:10.0.0.1"]
PUBLIC = ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"]
FORBIDDEN = [
    "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "0.0.0.0",
    "::", "224.0.0.1", "ff02::1", "255.255.255.255", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:1::1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
def test_metadata_services_and_wrapped_addresses_are_never_called(text):
    for encrypted in (True, False):
        for reach in ("any", "public"):
            assert not addresses.may_be_called(ip_address(text), encrypted=encrypted, reach=reach, never=NEVER)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_for_the_house_alone(text):
    address = ip_address(text)
    assert addresses.may_be_called(address, encrypted=False, reach="any", never=NEVER)
    assert addresses.may_be_called(address, encrypted=True, reach="any", never=NEVER)
    assert not addresses.may_be_called(address, encrypted=True, reach="public", never=NEVER)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_called_encrypted_only(text):
    address = ip_address(text)
    assert addresses.may_be_called(address, encrypted=True, reach="public", never=NEVER)
    assert addresses.may_be_called(address, encrypted=True, reach="any", never=NEVER)
    assert not addresses.may_be_called(address, encrypted=False, reach="any", never=NEVER)


def test_other_ways_to_write_an_address_are_names_that_must_be_looked_up():
    assert [addresses.literal(host) for host in ("127.1", "0x7f000001", "2130706433", "ki.example")] == [None] * 4
    assert str(addresses.literal("[::1]")) == "::1"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://[::ffff:127.0.0.1]/v1", True),
        ("http://10.0.0.5/v1", False),
        ("https://localhost.example/v1", False),
        ("https://127.0.0.1.example/v1", False),
        ("https://127.1/v1", False),
        ("http://[::1/v1", False),
        ("", False),
    ],
)
def test_only_an_address_of_this_very_machine_is_in_the_house_without_a_word(url, here):
    assert addresses.is_this_machine(url) is here
