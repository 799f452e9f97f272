# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see what citizens asked, and who may act on it.

Masked questions may still hold what the masking missed, so they are shown only to those who mend the texts and to the data protection
officer, who must be able to see what is kept. Clerks are not among them: who helps with the texts gets the role of an editor.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right

REVIEW = "assistant.review"
IMPROVE = "assistant.improve"


def check_improve(actor: AbstractBaseUser | None) -> None:
    """Let those pass who may decide about groups and synonyms, and the house itself. Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, IMPROVE):
        raise Http404
