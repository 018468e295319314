"""Tables of the console: what the team does about a conversation."""

from django.db import models

from chatbot.console.inbox.types import USUAL_ALERT_MINUTES, TicketStatus
from shopconnect.core.fields import EncryptedTextField, PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel


class Ticket(ShopModel):
    """What the team does about one conversation; whoever changes a row holds the conversation's lock."""

    conversation = ShopForeignKey("answers.Conversation", db_index=False, related_name="tickets")
    reference = models.CharField(max_length=7)  # told to the shopper
    status = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in TicketStatus], default=TicketStatus.ASSISTANT
    )
    why = models.CharField(max_length=10, blank=True)  # the topic for which a person was asked, the last time
    asked_at = models.DateTimeField(null=True)  # the last time
    waiting_since = models.DateTimeField(null=True)  # the assistant's replies leave it
    first_reply_at = models.DateTimeField(null=True)  # since it was asked for
    assignee_id = models.BigIntegerField(null=True)
    touched_at = models.DateTimeField(null=True)  # when staff last did something here
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    labels = models.JSONField(default=list)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("console_ticket"),
            models.UniqueConstraint(fields=["shop", "conversation"], name="console_ticket_conversation"),
            models.UniqueConstraint(fields=["shop", "reference"], name="console_ticket_reference"),
        ]
        indexes = [
            models.Index(
                fields=["shop", "waiting_since"],
                name="console_ticket_waiting",
                condition=models.Q(waiting_since__isnull=False),
            ),
            models.Index(fields=["shop", "asked_at"], name="console_ticket_asked"),
        ]


class CannedReply(ShopModel):
    """What staff wrote once to send it often; in the reply field a shortcut stands for it."""

    public_id = PublicIdField()
    language = models.CharField(max_length=2)
    shortcut = models.CharField(max_length=30)  # in small letters, without the stroke before it
    text = models.TextField()

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "language", "shortcut"], name="console_cannedreply_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="console_cannedreply_public"),
        ]


class InboxPreference(ShopModel):
    """How a member of staff hears of the inbox; who chose nothing has no row."""

    user_id = models.BigIntegerField()
    unanswered_minutes = models.PositiveSmallIntegerField(default=USUAL_ALERT_MINUTES)  # 0: never
    has_sound = models.BooleanField(default=False)
    has_tab_badge = models.BooleanField(default=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "user_id"], name="console_inboxpreference_once")]


class ReplyAddress(ShopModel):
    """Where the shopper of one conversation is told what staff reply; nobody is shown it, and it serves nothing else.

    Until the link in the first e-mail was followed, nobody knows that the address is theirs, and no second one goes.
    """

    public_id = PublicIdField()
    conversation = ShopForeignKey("answers.Conversation", db_index=False, related_name="+")
    email = EncryptedTextField()
    email_key = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    consent = models.CharField(max_length=20)  # which wording was agreed to, and in which language
    consented_at = models.DateTimeField()
    mailed_id = models.BigIntegerField(default=0)  # the last of the messages that need no e-mail any more
    mailed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)  # when the link was followed

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "conversation"], name="console_replyaddress_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="console_replyaddress_public"),
        ]
        indexes = [models.Index(fields=["shop", "email_key"], name="console_replyaddress_person")]
