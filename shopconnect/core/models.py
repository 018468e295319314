"""What is due, and which slots of the timetable were taken."""

from django.db import models


class Due(models.Model):
    """One unit of work: which kind, for which row of which shop, from when on. Part of the doorway.

    It is written in the transaction of the row that it points to. `asked` counts the askings, so that work asked for
    again while it runs is done again, at `again_at`. `lease_until` is set while a worker has it; `parked_at` when it
    failed too often.
    """

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveIntegerField(default=1)
    parked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "kind", "subject_id"], name="core_due_once")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(parked_at=None), name="core_due_open")]


class Slot(models.Model):
    """A slot of the timetable that some beat has taken: (entry, slot) once, whoever comes first."""

    entry = models.CharField(max_length=60)
    slot = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "slot"], name="core_slot_once")]
