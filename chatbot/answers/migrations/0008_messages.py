"""Messages have a table of their own, in which a reply names what it replies to; what is stored is carried over."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
from shopconnect.core.tenancy.shop_model import ShopForeignKey
from shopconnect.core.tenancy.walls import ShopWall

AUTHORS = ["shopper", "bot", "staff", "note", "event"]
WAYS = ["written", "chosen", "person"]
OUTCOMES = ["answer", "guesses", "hand_over", "fact", "small_talk"]
TOPICS = [
    "greeting",
    "thanks",
    "farewell",
    "identity",
    "wellbeing",
    "agreement",
    "rudeness",
    "off_topic",
    "order",
    "product",
    "stock",
    "change",
    "returns",
    "withdrawal",
    "hours",
    "delivery",
    "contact",
    "person",
    "distress",
    "violence",
    "health",
    "danger",
    "fraud",
    "law",
    "anger",
]

# An exchange becomes two rows, with twice its id and the next one: what waits in core_due is found without a list, and
# a reply comes after its question. The reply's public id is the exchange's with a bit flipped, as chat_lines.py reads
# the files of before. An exchange whose answer was being worded had its entry and no outcome yet.
CARRY_OVER = [
    """
    INSERT INTO answers_message (id, shop_id, public_id, conversation_id, author, at, language, text, way, person_key,
        decided, outcome, topic, entry, candidates, cards, scorer, is_inline, is_generated)
    SELECT id * 2, shop_id, public_id, conversation_id, 'shopper', asked_at, language, asked, way, person_key,
        CASE WHEN answered_at IS NULL AND entry <> '' THEN jsonb_build_object('text', reply, 'outcome', 'answer',
            'topic', topic, 'entry', entry, 'confidence', confidence, 'candidates', candidates, 'cards', cards,
            'scorer', scorer, 'milliseconds', milliseconds) END,
        '', '', '', '[]', '[]', '', false, false
    FROM answers_exchange
    """,
    """
    INSERT INTO answers_message (id, shop_id, public_id, conversation_id, author, at, language, text, way, answers_id,
        outcome, topic, entry, confidence, candidates, cards, scorer, milliseconds, is_inline, is_generated, helpful,
        expect)
    SELECT id * 2 + 1, shop_id, public_id # (1::bigint << 62), conversation_id, 'bot', answered_at, language, reply, '',
        id * 2, outcome, topic, entry, confidence, candidates, cards, scorer, milliseconds, is_inline, is_generated,
        helpful, expect
    FROM answers_exchange WHERE answered_at IS NOT NULL
    """,
    """
    SELECT setval(pg_get_serial_sequence('answers_message', 'id'), greatest(coalesce(max(id), 0), 1))
    FROM answers_message
    """,
    """
    UPDATE answers_conversation SET questions = said.count, last_language = said.language
    FROM (
        SELECT conversation_id, count(*) AS count, (array_agg(language ORDER BY id DESC))[1] AS language
        FROM answers_exchange GROUP BY conversation_id
    ) AS said WHERE said.conversation_id = answers_conversation.id
    """,
    # In two steps: in one, some would for a moment have the number of another.
    "UPDATE core_due SET subject_id = subject_id * -2 WHERE kind IN ('answer_message', 'word_answer')",
    "UPDATE core_due SET subject_id = -subject_id WHERE kind IN ('answer_message', 'word_answer')",
]


def _words(words: list[str], length: int, **more: object) -> models.CharField:
    return models.CharField(choices=[(one, one) for one in words], max_length=length, **more)


class Migration(migrations.Migration):
    dependencies = [("answers", "0007_composition"), ("shops", "0001_initial"), ("core", "0001_initial")]

    operations = [
        migrations.AddField("conversation", "questions", models.PositiveIntegerField(default=0)),
        migrations.AddField("conversation", "last_language", models.CharField(blank=True, max_length=2, default="")),
        migrations.AddField(
            "conversation", "customer_external_id", models.CharField(blank=True, max_length=255, default="")
        ),
        migrations.AddIndex(
            "conversation",
            models.Index(
                condition=models.Q(("customer_external_id", ""), _negated=True),
                fields=["shop", "customer_external_id"],
                name="answers_conversation_customer",
            ),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("author", _words(AUTHORS, 7)),
                ("at", models.DateTimeField()),
                ("language", models.CharField(max_length=2)),
                ("text", models.TextField(blank=True)),
                ("by_id", models.BigIntegerField(null=True)),
                ("way", _words(WAYS, 8, blank=True)),
                ("person_key", models.CharField(max_length=64, null=True)),
                ("decided", models.JSONField(null=True)),
                ("outcome", _words(OUTCOMES, 10, blank=True)),
                ("topic", _words(TOPICS, 10, blank=True)),
                ("entry", models.CharField(blank=True, max_length=255)),
                ("confidence", models.FloatField(null=True)),
                ("candidates", models.JSONField(default=list)),
                ("cards", models.JSONField(default=list)),
                ("scorer", models.CharField(blank=True, max_length=20)),
                ("milliseconds", models.FloatField(null=True)),
                ("is_inline", models.BooleanField(default=False)),
                ("is_generated", models.BooleanField(default=False)),
                ("helpful", models.BooleanField(null=True)),
                ("expect", models.CharField(max_length=255, null=True)),
                (
                    "answers",
                    ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="replies",
                        to="answers.message",
                    ),
                ),
                (
                    "conversation",
                    ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="answers.conversation",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["shop", "conversation", "id"], name="answers_message_talk"),
                    models.Index(fields=["shop", "author", "-at"], name="answers_message_at"),
                    models.Index(
                        condition=models.Q(("person_key__isnull", False)),
                        fields=["shop", "person_key"],
                        name="answers_message_person",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "id"), name="answers_message_shop_key"),
                    models.UniqueConstraint(fields=("shop", "public_id"), name="answers_message_public"),
                    models.UniqueConstraint(fields=("shop", "answers"), name="answers_message_one_reply"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answers__isnull", False), ("author", "bot")),
                            models.Q(models.Q(("author", "bot"), _negated=True), ("answers__isnull", True)),
                            _connector="OR",
                        ),
                        name="answers_message_only_replies_answer",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop, elidable=True),
        ShopWall("message"),
        migrations.DeleteModel("Exchange"),
    ]
