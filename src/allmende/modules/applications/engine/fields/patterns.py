# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Patterns that may stand in a flow: a row of characters and classes, so that no input can make one slow."""

import re

from allmende.modules.applications.engine.problems import Refused

ATOM = re.compile(
    r"(?P<atom>\[\^?(?:\\.|[^\]\\])+\]|\\[dws.\-/+()]|[^\\\[\](){}*+?|.^$])(?P<times>\?|\*|\+|\{\d{1,3}(?:,\d{0,3})?\})?"
)
OPEN_ENDS = 2
"""How often a pattern may leave open how many characters there are; each one multiplies the work."""
WIDE = 12
"""From how many characters on a range counts as open."""
LONGEST = 120


def safe_pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern. Raises Refused for one with groups, alternatives or too many open ends."""
    position, opened = 0, 0
    while position < len(text) <= LONGEST:
        match = ATOM.match(text, position)
        if match is None:
            raise Refused("pattern.unsafe", pattern=text)
        opened += _is_open(match["times"] or "")
        position = match.end()
    if opened > OPEN_ENDS or len(text) > LONGEST:
        raise Refused("pattern.unsafe", pattern=text)
    try:
        return re.compile(text)
    except re.error as error:
        raise Refused("pattern.unsafe", pattern=text) from error


def _is_open(times: str) -> bool:
    if times in ("*", "+"):
        return True
    bounds = [int(bound) for bound in re.findall(r"\d+", times)]
    return times.endswith(",}") or (len(bounds) == 2 and bounds[1] - bounds[0] > WIDE)
