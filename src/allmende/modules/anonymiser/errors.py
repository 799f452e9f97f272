# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room refuses."""


class NotPossibleError(Exception):
    """It cannot be done as things are; the text is for people."""
