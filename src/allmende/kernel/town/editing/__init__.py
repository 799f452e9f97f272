# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Editors maintain the town's texts in the browser: draft, review by a second person, published, every version kept."""
