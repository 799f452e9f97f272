# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long to wait: before another try, and while a provider is left alone."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def before_retry(
    attempt: int, *, base: float, cap: float, jitter: float, chance: float, asked: float | None
) -> float | None:
    """Seconds before try number `attempt` + 1, or nothing when the provider asks for more than `cap`.

    Doubles from `base` up to `cap` and is shortened by up to the share `jitter` (`chance` is between 0 and 1). What the
    provider asks for (`asked`, from Retry-After) is the least.
    """
    if asked is not None and asked > cap:
        return None
    wait = min(cap, base * 2.0 ** (attempt - 1)) * (1 - jitter * chance)
    return max(wait, asked or 0.0)


def asked_for(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number of seconds or a date); none if unreadable."""
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header[:10])
    try:
        date = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


def left_alone(failures: int, *, threshold: int, first: float, most: float) -> float:
    """Seconds without calls after that many failures in a row; 0 below the threshold, then doubling up to `most`."""
    if failures < threshold:
        return 0.0
    return float(min(most, first * 2.0 ** min(failures - threshold, 32)))
