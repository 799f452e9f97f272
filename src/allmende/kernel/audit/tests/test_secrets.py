# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A secret that somebody passes to the log by mistake is refused loudly and written nowhere."""

import pytest

from allmende.kernel.audit.canonical import SecretInDetailError
from allmende.kernel.audit.models import Entry
from allmende.kernel.audit.service import record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "detail",
    [
        {"password": "x"},
        {"newPassword": "x"},
        {"user": {"api_key": "x"}},
        {"changes": [{"Client-Secret": "x"}]},
        {"token": "x"},
        {"Passwort": "x"},
        {"session_key": "x"},
        {"recovery_codes": []},
        {"note": "allmende_" + "A" * 43},
        {"note": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"},
        {"note": "-----BEGIN RSA PRIVATE KEY-----"},
    ],
)
def test_no_secret_is_logged(detail):
    before = Entry.objects.count()
    with pytest.raises(SecretInDetailError) as refused:
        record("accounts.user.changed", actor=None, detail=detail)
    assert Entry.objects.count() == before
    assert "AAAA" not in str(refused.value)


def test_a_secret_in_the_subject_is_refused_too():
    with pytest.raises(SecretInDetailError):
        record("accounts.user.changed", actor=None, subject="allmende_" + "A" * 43)


@pytest.mark.parametrize("key", ["prompt_tokens", "author", "pins", "secretary", "keyword", "sessions"])
def test_harmless_words_pass(key):
    assert record("assistant.answer.given", actor=None, detail={key: 12}).detail == {key: 12}
