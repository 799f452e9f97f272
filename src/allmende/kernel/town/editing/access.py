# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may take which step. Rights are those of data/states.yaml; four eyes are two people, not two roles."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.town import rules
from allmende.kernel.town.editing.models import Draft


def has_right_for(actor: AbstractBaseUser, step: str) -> bool:
    """Whether the person holds the right that the step asks for."""
    return has_right(actor, rules.transitions()[step].right)


def check_right(actor: AbstractBaseUser, step: str) -> None:
    """Raises Http404 for those who may not know that there is such a step."""
    if not has_right_for(actor, step):
        raise Http404


def is_second_person(actor: AbstractBaseUser, draft: Draft) -> bool:
    """Whether the person wrote nothing of the draft; one that came from a file may be checked by anybody."""
    return actor.pk not in {writer.pk for writer in draft.writers.all()}


def may(actor: AbstractBaseUser, step: str, draft: Draft | None) -> bool:
    """Whether the step is open to this person now; for the buttons of a page."""
    transition = rules.transitions()[step]
    if (draft.status if draft else "") not in transition.origins or not has_right_for(actor, step):
        return False
    return draft is None or not transition.second_person or is_second_person(actor, draft)
