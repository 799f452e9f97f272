# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hybrid retrieval in one process: words, word parts and meaning. No Django, no kernel."""
