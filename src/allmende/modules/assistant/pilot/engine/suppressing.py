# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small counts say something about single people, and so do differences of exact ones. Both disappear here."""


def rounded(count: int, k: int) -> int | None:
    """The count to the nearest multiple of `k`; None for 1 to k - 1, which are not told. Zero stays zero."""
    if 0 < count < k:
        return None
    return round(count / k) * k
