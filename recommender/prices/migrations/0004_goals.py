"""What prices are to bring most of, chosen by the merchant."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('prices', '0003_promotions')]

    operations = [
        migrations.AddField(model_name='pricesetting', name='clear_by', field=models.DateField(null=True)),
        migrations.AddField(
            model_name='pricesetting',
            name='goal',
            field=models.CharField(
                choices=[('profit', 'profit'), ('revenue', 'revenue'), ('clearing', 'clearing')],
                default='profit',
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name='pricesetting', name='goal_words', field=models.CharField(default='', max_length=200)
        ),
    ]
