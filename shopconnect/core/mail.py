"""The one way by which rooms write e-mails: templates in the reader's language, and one refusal where none can be sent.

A mail `accounts/mail/invitation` is two templates: `invitation_subject.txt`, and `invitation.txt` for the body.
"""

from collections.abc import Mapping
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.core.errors import Refusal

MOST_SUBJECT = 180  # characters


def write_mail(
    template: str, context: Mapping[str, object], *, to: str, language: str, headers: Mapping[str, str] | None = None
) -> EmailMessage:
    """Return an e-mail in a language, English where nobody knows the reader's; nothing is sent yet."""
    with translation.override(language or "en"):
        subject = render_to_string(f"{template}_subject.txt", dict(context))
        body = render_to_string(f"{template}.txt", dict(context))
    # What a shop is called may hold line ends, which no header takes.
    return EmailMessage(
        " ".join(subject.strip().splitlines())[:MOST_SUBJECT], body, None, [to], headers=dict(headers or {})
    )


def send_mail(message: EmailMessage) -> None:
    """Send an e-mail; raises Refusal(mail_away) where it cannot be sent now."""
    try:
        message.send()
    except (SMTPException, OSError) as error:
        sentence = _("The email to %(email)s could not be sent. Try again in a moment.")
        raise Refusal("mail_away", sentence % {"email": ", ".join(message.to)}, 503) from error
