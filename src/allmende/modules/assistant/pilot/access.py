# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may look at the pilot study, and who may run it."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right

READ = "assistant.pilot"
RUN = "assistant.pilot_run"
ANSWER = "assistant.survey"


def check_run(actor: AbstractBaseUser | None) -> None:
    """Let those pass who may run and decide, and the house itself. Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, RUN):
        raise Http404
