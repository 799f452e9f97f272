# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Editors look after flows in the browser: as a form and as YAML, tried out, compared, published by a second person."""
