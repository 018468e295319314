"""The file `tickets` of a shop's folder, entered in the sync room's register."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from chatbot.console.inbox.ticket_lines import read_ticket, write_ticket
from chatbot.console.inbox.ticket_rows import iter_tickets, store_tickets
from shopconnect.connectors.files.values import Row
from shopconnect.sync.services import SyncFile, register_file


def _lines() -> Iterator[Row]:
    return map(write_ticket, iter_tickets())


register_file(
    SyncFile(
        name="tickets",
        title=gettext_lazy("Requests for a person"),
        read=read_ticket,
        store=store_tickets,
        export=_lines,
        key=lambda one: one.conversation,
    )
)
