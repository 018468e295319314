"""Tables of teaching. None holds what a shopper wrote: messages are named by their public ids."""

from django.db import models

from chatbot.console.teaching.types import GroupState, ReportReason
from shopconnect.core.fields import PublicIdField
from shopconnect.core.tenancy.shop_model import ShopModel


class AnswerEffect(ShopModel):
    """What an entry as it was written then does to the last questions; the last time for each entry is kept."""

    entry = models.CharField(max_length=255)
    texts = models.JSONField(default=dict)
    etag = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    checked = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    found = models.JSONField(null=True)  # as effects.py writes it

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "entry"], name="teaching_answereffect_last")]


class AnswerReport(ShopModel):
    """A member of staff says what is wrong with an answer that a shopper got."""

    exchange = models.BigIntegerField()  # public id of the shopper's message
    entry = models.CharField(max_length=255, blank=True)  # whose answer it was, "" for none
    reason = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ReportReason])
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "exchange"], name="teaching_answerreport_once")]
        indexes = [models.Index(fields=["shop", "entry"], name="teaching_answerreport_entry")]


class QuestionGroup(ShopModel):
    """Questions alike that nobody answered; the leader stands for the others."""

    public_id = PublicIdField()
    language = models.CharField(max_length=2)
    leader = models.BigIntegerField()  # the first of `members`
    members = models.JSONField(default=list)  # public ids of shoppers' messages, oldest first
    size = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in GroupState])
    by_id = models.BigIntegerField(null=True)  # who dismissed it or opened it again
    at = models.DateTimeField()  # when the state became what it is

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "public_id"], name="teaching_questiongroup_public"),
            models.UniqueConstraint(fields=["shop", "leader"], name="teaching_questiongroup_leader"),
        ]
        indexes = [models.Index(fields=["shop", "state", "-size"], name="teaching_questiongroup_size")]
