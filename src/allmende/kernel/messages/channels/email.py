# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""E-mail through the town's mail server (Django's backend, `ALLMENDE_SMTP_…`)."""

import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from allmende.kernel.messages import rules
from allmende.kernel.messages.models import Message
from allmende.kernel.messages.packages import Enclosed

PERMANENT = 500
"""SMTP answers from here on mean no (RFC 5321, section 4.2.1); those below mean not now."""


def send(message: Message, content: dict[str, Any], enclosed: list[Enclosed]) -> str:
    """Hand the letter to the mail server; empty when it was taken, otherwise an outcome of data/messages.yaml."""
    letter = EmailMessage(
        content["subject"],
        content["text"],
        to=[message.recipient],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},  # RFC 3834: no robot answers
        connection=get_connection(timeout=rules.SMTP_TIMEOUT),
    )
    for each in enclosed:
        letter.attach(each.name, each.content, each.media_type)
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        return "refused" if codes and min(codes) >= PERMANENT else "busy"
    except smtplib.SMTPAuthenticationError:
        return "denied"
    except smtplib.SMTPResponseException as error:
        return "refused" if error.smtp_code >= PERMANENT else "busy"
    except TimeoutError:
        return "timeout"
    except (smtplib.SMTPException, OSError):
        return "unreachable"
    return ""


def message_id(message: Message) -> str:
    """The same at each attempt (RFC 5322, section 3.6.4): mail programs show two of them as one letter."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}@{domain}>"
