# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may look after the outbox. Nobody reads letters here: only that they are waiting, and why."""

MANAGE = "messages.manage"
