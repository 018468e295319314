"""Tables of chat quality: what is left of conversations once they are gone."""

from django.db import models

from shopconnect.core.tenancy.shop_model import ShopModel


class ChatDay(ShopModel):
    """What became of the conversations that began on a day of the shop's, as DayCounts has it; no person is in it."""

    day = models.DateField()
    conversations = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    assumed = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)  # {topic: count}
    grades = models.JSONField(default=dict)  # {"1" to "5": count}
    waits = models.JSONField(default=list)  # seconds

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "day"], name="chat_quality_chatday_once")]
