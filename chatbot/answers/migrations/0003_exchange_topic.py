"""What a message is about that no entry answers, and small talk among the outcomes."""

from django.db import migrations, models

OUTCOMES = ["answer", "guesses", "hand_over", "small_talk"]
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
    "stock",
    "person",
    "distress",
    "violence",
    "health",
    "danger",
    "fraud",
    "law",
    "anger",
]


class Migration(migrations.Migration):
    dependencies = [("answers", "0002_answer_drafts")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="topic",
            field=models.CharField(blank=True, choices=[(one, one) for one in TOPICS], max_length=10),
        ),
        migrations.AlterField(
            model_name="exchange",
            name="outcome",
            field=models.CharField(blank=True, choices=[(one, one) for one in OUTCOMES], max_length=10),
        ),
    ]
