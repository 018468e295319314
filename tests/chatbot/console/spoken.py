"""A shop in which some texts stand wherever shoppers and staff can write."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answers import services
from chatbot.answers.drafts.services import save_draft
from chatbot.answers.drafts.texts import etag_of
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Conversation, Entry, Message
from chatbot.answers.types import EntrySummary
from chatbot.console.inbox import services as inbox
from chatbot.console.inbox.canned import save_canned
from chatbot.console.inbox.types import LONGEST_LABEL, MOST_LABELS, CannedSummary
from chatbot.console.mail.addresses import leave_address
from chatbot.console.mail.types import GivenAddress
from chatbot.console.models import CannedReply, Ticket
from chatbot.console.teaching.groups import regroup
from chatbot.console.teaching.models import AnswerReport, QuestionGroup
from chatbot.console.teaching.reports import report_answer
from chatbot.console.teaching.types import ReportReason
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

DRAFT, EMAIL = "drafted", "ada@example.com"
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a conversation is named by for its shopper and for staff, who answered, and what else may be named."""

    token: str
    talk: int
    agent: int
    reference: str
    exchange: int
    reply: int
    group: int
    report: int


def say_everywhere(shop: ShopId, texts: Sequence[str], name: str) -> Spoken:
    """Have a shopper write each text, ask for a person and be told each by staff and by the assistant.

    Each is also a note, a saved reply, and an entry of the FAQ; the first are labels, one a draft and one reported.
    `name` is what whoever answers is called.
    """
    user = User.objects.create_user(f"agent-{shop}@example.com", "Lavande-2026-provence", name=name[:LONGEST_NAME])
    Membership.objects.create(shop_id=shop, user=user, role=Role.SUPPORT)
    token = None
    for text in texts:
        asked = services.store_question(shop, token, text, "en")
        services.answer_exchange(shop, asked.exchange_id)
        token = asked.conversation
    regroup(shop)
    _answer_as_faq(shop, token, texts)
    services.ask_person(shop, token, "en")
    given = GivenAddress(
        token=str(token), customer="", email=EMAIL, has_consented=True, wording="1-en", caller=f"caller-{shop}"
    )
    leave_address(shop, given)
    with shop_scope(shop):
        talk = Conversation.objects.get().public_id
        exchange = Message.objects.filter(author="shopper", replies__isnull=False).order_by("id")[0].public_id
    report_answer(shop, user.pk, exchange, ReportReason.WRONG)
    for place, text in enumerate(texts):
        inbox.reply_to_shopper(shop, user.pk, talk, text)
        inbox.note_for_team(shop, user.pk, talk, text)
        save_canned(shop, CannedSummary(language="en", shortcut=f"s{place}", text=text))
    inbox.label_conversation(shop, talk, [text[:LONGEST_LABEL] for text in texts[:MOST_LABELS] if "," not in text])
    with shop_scope(shop):
        return Spoken(
            token=str(token),
            talk=talk,
            agent=int(user.pk),
            reference=Ticket.objects.get().reference,
            exchange=exchange,
            reply=CannedReply.objects.order_by("id")[0].public_id,
            group=QuestionGroup.objects.order_by("id")[0].public_id,
            report=AnswerReport.objects.get().pk,
        )


def _answer_as_faq(shop: ShopId, token: str | None, texts: Sequence[str]) -> None:
    """Have each text be an entry that the shopper picks, and one a draft."""
    with shop_scope(shop):
        entries = [EntrySummary(f"h{place}", "en", text, text, (text,), text) for place, text in enumerate(texts)]
        store_entries(entries)
        guesses = list(Entry.objects.filter(external_id__startswith="h").order_by("id").values_list("public_id"))
    for (guess,) in guesses:
        services.choose_guess(shop, token, str(guess), "en")
    save_draft(shop, 1, DRAFT, {"en": EntrySummary(DRAFT, "en", texts[0], texts[0])}, etag_of({}))
