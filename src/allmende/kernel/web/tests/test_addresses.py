# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The caller's address is what our own proxies saw, whatever the caller claims."""

import pytest
from django.test import RequestFactory

from allmende.kernel.web.addresses import client_address, limited_address


def seen(forwarded: str = "", direct: str = "192.0.2.10") -> str:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=direct, **headers))


def test_without_proxies_a_forged_header_changes_nothing(settings) -> None:
    settings.TRUSTED_PROXIES = 0
    assert seen("203.0.113.7") == "192.0.2.10"


def test_behind_one_proxy_the_last_entry_counts(settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen("198.51.100.1, 203.0.113.7") == "203.0.113.7"


def test_behind_two_proxies_what_charlie_forged_in_front_is_ignored(settings) -> None:
    settings.TRUSTED_PROXIES = 2
    assert seen("1.2.3.4, 203.0.113.7, 10.0.0.2") == "203.0.113.7"


def test_a_request_that_went_around_the_proxies_counts_by_its_own_address(settings) -> None:
    settings.TRUSTED_PROXIES = 2
    assert seen("203.0.113.7") == "192.0.2.10"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("203.0.113.7:5123", "203.0.113.7"),
        ("<script>", "192.0.2.10"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
    ],
)
def test_an_address_has_one_form_and_nonsense_is_none(settings, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen(forwarded) == expected


@pytest.mark.parametrize(
    ("direct", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_one_subscriber_with_very_many_addresses_counts_as_one(settings, direct: str, counted: str) -> None:
    settings.TRUSTED_PROXIES = 0
    assert limited_address(RequestFactory().get("/", REMOTE_ADDR=direct)) == counted
