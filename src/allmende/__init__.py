# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Allmende: the AI platform a municipality runs itself."""

__version__ = "0.1.0"
