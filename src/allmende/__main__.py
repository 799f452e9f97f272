# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`python -m allmende` is the command `allmende`."""

from allmende.cli import main

if __name__ == "__main__":
    main()
