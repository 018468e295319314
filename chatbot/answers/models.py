"""Tables of the answers room: what the shop answers with, what it is measured by, and the conversations."""

from django.db import models

from chatbot.answers.composition.types import LONGEST_NAME, USUAL_CAP
from chatbot.answers.types import ANSWER_FROM, AnswerOutcome, Author, MessageKind, Topic
from shopconnect.core.fields import PublicIdField
from shopconnect.core.tenancy.shop_model import ShopForeignKey, ShopModel


class Entry(ShopModel):
    """One question of the FAQ in one language, with other ways to ask it and its answer."""

    public_id = PublicIdField()
    external_id = models.CharField(max_length=255)
    language = models.CharField(max_length=2)
    question = models.TextField()
    phrases = models.JSONField(default=list)
    answer = models.TextField()
    category = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("answers_entry"),
            models.UniqueConstraint(fields=["shop", "language", "external_id"], name="answers_entry_once"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="answers_entry_public"),
        ]


class TestQuestion(ShopModel):
    """A message with the entry that should answer it; `expect` is null when a person should."""

    __test__ = False  # the name starts as a test class would; it is none

    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)  # of the text: a unique index on long texts would be refused
    text = models.TextField()
    expect = models.CharField(max_length=255, null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "language", "digest"], name="answers_test_question_once")
        ]


class Conversation(ShopModel):
    """One shopper's conversation, named by a random token that only the shopper's page knows; we keep its hash."""

    public_id = PublicIdField()
    token_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    notice = models.CharField(max_length=20)  # which wording said that a machine answers, and in which language
    notice_at = models.DateTimeField()
    person_asked_at = models.DateTimeField(null=True)
    staffed_at = models.DateTimeField(null=True)  # while set somebody of the staff answers, and the assistant does not
    questions = models.PositiveIntegerField(default=0)  # the shopper's messages
    grade = models.PositiveSmallIntegerField(null=True)  # how it went, as the shopper says: 1 to 5, the best
    last_language = models.CharField(max_length=2, blank=True, default="")  # of the shopper's last message
    customer_external_id = models.CharField(max_length=255, blank=True, default="")  # who was signed in, "" for a guest

    # The platform's ids of what lay in the cart of who agreed to be remembered, as the page said then.
    cart = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    cart_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("answers_conversation"),
            models.UniqueConstraint(fields=["shop", "token_hash"], name="answers_conversation_token"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="answers_conversation_public"),
        ]
        indexes = [
            models.Index(fields=["shop", "last_at"], name="answers_conversation_last"),
            models.Index(
                fields=["shop", "customer_external_id"],
                name="answers_conversation_customer",
                condition=~models.Q(customer_external_id=""),
            ),
        ]


class Message(ShopModel):
    """One message of a conversation: a shopper's, the assistant's reply to it, staff's, a note of theirs, an event.

    A shopper's text is without addresses, numbers of cards, phones and accounts. Whoever writes a row holds the
    conversation's lock, so that within one conversation ids grow in the order in which rows are seen.
    """

    public_id = PublicIdField()
    conversation = ShopForeignKey(Conversation, db_index=False, related_name="messages")
    author = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Author])
    at = models.DateTimeField()
    language = models.CharField(max_length=2)
    text = models.TextField(blank=True)
    by_id = models.BigIntegerField(null=True)  # who of the staff wrote it

    # Of the shopper's only.
    way = models.CharField(max_length=8, blank=True, choices=[(way.value, way.value) for way in MessageKind])
    person_key = models.CharField(max_length=64, null=True)  # of an e-mail address that was written and taken out
    decided = models.JSONField(null=True)  # the reply, column by column, while a language model is to word it

    # Of the assistant's only: which message it replies to, and how it came to that.
    answers = ShopForeignKey("self", models.DO_NOTHING, null=True, db_index=False, related_name="replies")
    outcome = models.CharField(max_length=10, blank=True, choices=[(out.value, out.value) for out in AnswerOutcome])
    topic = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in Topic])
    entry = models.CharField(max_length=255, blank=True)  # external id of the entry answered with
    confidence = models.FloatField(null=True)
    candidates = models.JSONField(default=list)  # [{"id", "entry", "question", "score"}], best first
    cards = models.JSONField(default=list)  # the products shown, as ProductCard has them
    scorer = models.CharField(max_length=20, blank=True)
    milliseconds = models.FloatField(null=True)
    is_inline = models.BooleanField(default=False)
    is_generated = models.BooleanField(default=False)  # a language model worded the entry's answer
    helpful = models.BooleanField(null=True)
    expect = models.CharField(max_length=255, null=True)  # the entry that staff say is right, "" for none

    class Meta(ShopModel.Meta):
        constraints = [
            ShopModel.key("answers_message"),
            models.UniqueConstraint(fields=["shop", "public_id"], name="answers_message_public"),
            models.UniqueConstraint(fields=["shop", "answers"], name="answers_message_one_reply"),
            models.CheckConstraint(
                condition=models.Q(author="bot", answers__isnull=False)
                | (~models.Q(author="bot") & models.Q(answers__isnull=True)),
                name="answers_message_only_replies_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "conversation", "id"], name="answers_message_talk"),
            models.Index(fields=["shop", "author", "-at"], name="answers_message_at"),
            models.Index(
                fields=["shop", "person_key"],
                name="answers_message_person",
                condition=models.Q(person_key__isnull=False),
            ),
        ]


class Photo(ShopModel):
    """What a shopper's message shows that is one: a JPEG of ours. It lies in its row, and goes with its message."""

    message = ShopForeignKey(Message, db_index=False, related_name="photos")
    conversation = ShopForeignKey(Conversation, db_index=False, related_name="photos")
    at = models.DateTimeField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)  # of the content: what is sent twice is kept once
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta(ShopModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shop", "message"], name="answers_photo_message"),
            models.UniqueConstraint(fields=["shop", "conversation", "digest"], name="answers_photo_once"),
        ]
        indexes = [models.Index(fields=["shop", "at"], name="answers_photo_at")]


class AnswerVersion(ShopModel):
    """What an entry says in all its languages: as it is being written (number 0, one at most), or was published."""

    entry = models.CharField(max_length=255)  # external id
    number = models.PositiveIntegerField(default=0)
    texts = models.JSONField(default=dict)  # {language: {"question", "answer", "phrases", "category"}}
    by_id = models.BigIntegerField(null=True)  # None: written by a program or a file
    at = models.DateTimeField()
    undoes = models.PositiveIntegerField(null=True)  # the older version that this one is equal to

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "entry", "number"], name="answers_answerversion_number")]


class AnswerTrial(ShopModel):
    """A question that staff tried on an entry as it was written then; the last one of each entry is kept."""

    entry = models.CharField(max_length=255)
    texts = models.JSONField(default=dict)
    language = models.CharField(max_length=2)
    asked = models.TextField()
    asked_at = models.DateTimeField()
    found = models.JSONField(null=True)  # {"draft" and "published": {"outcome", "confidence", "candidates"}}

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "entry"], name="answers_answertrial_last")]


class AnswerSetting(ShopModel):
    """From which confidence on a shop's assistant answers, and what is known of it; a shop without a row has none."""

    answer_from = models.FloatField(default=ANSWER_FROM)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    shift = models.FloatField(default=0.0)  # of the log odds, by what staff labelled
    lowest = models.FloatField(default=ANSWER_FROM)  # below, too many answers would be wrong
    labels = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=list)  # [{"threshold", "answered", "right"}]
    measured_at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="answers_answersetting_one")]


class CompositionSetting(ShopModel):
    """Which language model a shop's owner allowed, as host, name and region; a shop without a row allows none."""

    host = models.CharField(max_length=LONGEST_NAME, blank=True)
    model = models.CharField(max_length=LONGEST_NAME, blank=True)
    region = models.CharField(max_length=LONGEST_NAME, blank=True)
    words_answers = models.BooleanField(default=False)
    cap = models.PositiveIntegerField(default=USUAL_CAP)
    month = models.DateField(null=True)  # in which `used` calls were made, by its first day
    used = models.PositiveIntegerField(default=0)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop"], name="answers_compositionsetting_one")]


class PhraseRequest(ShopModel):
    """Phrases that a language model was asked for; the last time for each entry and language is kept."""

    entry = models.CharField(max_length=255)
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    region = models.CharField(max_length=LONGEST_NAME)
    found = models.JSONField(null=True)  # {"phrases": [...]} or {"failure": ...}

    class Meta(ShopModel.Meta):
        constraints = [models.UniqueConstraint(fields=["shop", "entry", "language"], name="answers_phraserequest_last")]
