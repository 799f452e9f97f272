# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pilot study: does the assistant help? Question sets, runs, report, survey, and the gate before publication."""
