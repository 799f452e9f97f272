# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records in forms: where each value stands, what is typed, what changed. Rooms whose editors keep data use it."""
