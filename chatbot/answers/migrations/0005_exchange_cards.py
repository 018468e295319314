"""Products that were shown, and what the shop's own data tell among the outcomes."""

from django.db import migrations, models

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
    dependencies = [("answers", "0004_answer_setting")]

    operations = [
        migrations.AddField(model_name="exchange", name="cards", field=models.JSONField(default=list)),
        migrations.AlterField(
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
