"""Lines of the file `tickets`: a ticket to a line's object and back; pure."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_noop

from chatbot.answers.types import Topic
from chatbot.console.inbox.types import LONGEST_LABEL, MOST_LABELS, TicketDraft, TicketStatus
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow, Row
from shopconnect.core.clock import write_optional_time

# Nothing that is taken for something else when it is read aloud or written down.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE = re.compile(f"[{SIGNS}]{{4}}-[{SIGNS}]{{2}}")
TIMES = ("asked_at", "waiting_since", "first_reply_at", "snoozed_until", "closed_at", "reviewed_at")
# Without which moment a status means nothing.
NEEDED = {TicketStatus.WAITING: "waiting_since", TicketStatus.SNOOZED: "snoozed_until"}


def write_ticket(ticket: TicketDraft) -> dict[str, Any]:
    """Write a line: what is empty is left out."""
    line = {
        "conversation": str(ticket.conversation),
        "reference": ticket.reference,
        "status": ticket.status.value,
        "why": ticket.why.value if ticket.why else None,
        **{name: write_optional_time(getattr(ticket, name)) for name in TIMES},
        "labels": list(ticket.labels),
    }
    return {key: value for key, value in line.items() if value}


def read_ticket(line: Row) -> TicketDraft:
    """Read a line; raises BadRow with a sentence that names the key.

    Whom somebody had waits for anybody, or is with the assistant again: who had it stays behind.
    """
    times = {name: values.time(line, name) for name in TIMES}
    status = values.needed_word(line, "status", TicketStatus)
    if status == TicketStatus.OPEN:
        status = TicketStatus.WAITING if times["waiting_since"] else TicketStatus.ASSISTANT
    needed = NEEDED.get(status)
    if needed and times[needed] is None:
        raise BadRow(values.MISSING, key=needed)
    reference, labels = values.needed_text(line, "reference"), values.texts(line, "labels", most=LONGEST_LABEL)
    if not REFERENCE.fullmatch(reference):
        raise BadRow(gettext_noop('"%(key)s" must be a reference, as in K7F3-2Q.'), key="reference")
    if len(labels) > MOST_LABELS:
        raise BadRow(values.TOO_MANY, key="labels", most=str(MOST_LABELS))
    return TicketDraft(
        conversation=values.public_id(line, "conversation"),
        reference=reference,
        status=status,
        why=values.word(line, "why", Topic),
        labels=tuple(sorted({" ".join(one.replace("\0", "").split()) for one in labels} - {""})),
        **times,
    )
