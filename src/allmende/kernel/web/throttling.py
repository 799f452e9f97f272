# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Limits for what everybody may call."""

from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from allmende.kernel.web.addresses import limited_address


class PublicThrottle(SimpleRateThrottle):
    """At most `rate` calls ("30/m") from one address; `scope` keeps the counters of two routes apart."""

    def __init__(self, rate: str, scope: str = "public") -> None:
        self.scope = scope
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str:
        """The counter of this caller."""
        return f"throttle-{self.scope}-{limited_address(request)}"
