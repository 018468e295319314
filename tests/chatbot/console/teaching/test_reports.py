"""Staff report answers for five reasons; the report is seen on the entry until it is closed."""

import pytest
from django.urls import reverse

from chatbot.answers import services
from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message
from chatbot.answers.thresholds import label_exchange
from chatbot.console.teaching.models import AnswerReport
from chatbot.console.teaching.reports import open_reports, report_answer, settle_report
from chatbot.console.teaching.types import ReportReason
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry
from tests.chatbot.answers.conftest import FAQ
from tests.chatbot.answers.said import exchanges
from tests.chatbot.console.test_log import sign_in


@pytest.fixture
def answered(shop: ShopId) -> ShopId:
    """A shop with one answer given."""
    with shop_scope(shop):
        store_entries(FAQ)
    stored = services.store_question(shop, None, "<b>When</b> will my order arrive?", "en")
    services.answer_exchange(shop, stored.exchange_id)
    return shop


def exchange_of(shop: ShopId) -> int:
    return int(exchanges(shop)[0].exchange)


@pytest.mark.parametrize("reason", list(ReportReason))
def test_each_reason_is_kept_and_seen_on_the_entry(answered: ShopId, reason: ReportReason):
    client = sign_in(answered, Role.SUPPORT)
    talk = reverse("console:conversation", args=[exchanges(answered)[0].conversation])
    assert f'value="{reason}"' in client.get(talk).text
    back = client.post(reverse("teaching:report"), {"exchange": exchange_of(answered), "reason": reason})
    assert (back.status_code, back["Location"]) == (302, talk)
    assert [one.reason for one in open_reports(answered, "delivery")] == [reason]
    entry = client.get(f"{reverse('answers:answer')}?entry=delivery").text
    assert "Your team reported this answer 1 time" in entry
    assert "<b>When</b>" not in entry
    with shop_scope(answered):
        assert AuditEntry.objects.filter(action="reported_answer").count() == 1


def test_the_last_word_counts_and_a_closed_report_is_gone(answered: ShopId):
    for reason in (ReportReason.WRONG, ReportReason.TONE):
        report_answer(answered, 1, exchange_of(answered), reason)
    (report,) = open_reports(answered, "delivery")
    assert report.reason == ReportReason.TONE
    client = sign_in(answered, Role.OWNER)
    assert "Wrong tone" in client.get(reverse("teaching:reports")).text
    for _ in range(2):
        client.post(reverse("teaching:settle"), {"report": report.report})
    assert open_reports(answered, "delivery") == []
    assert "No open reports" in client.get(reverse("teaching:reports")).text


def test_a_report_stays_without_the_conversation(answered: ShopId):
    report_answer(answered, 1, exchange_of(answered), ReportReason.OUTDATED)
    with shop_scope(answered):
        services.erase_conversations([Message.objects.first().conversation_id])
    assert [one.exchange for one in open_reports(answered, "delivery")] == [None]
    assert "has been deleted" in sign_in(answered, Role.OWNER).get(reverse("teaching:reports")).text


@pytest.mark.parametrize("sent", [{}, {"exchange": "1", "reason": "wrong"}, {"exchange": "x", "reason": "wrong"}])
def test_what_is_no_answer_is_not_reported(answered: ShopId, sent: dict[str, str]):
    client, unknown = sign_in(answered, Role.OWNER), {"exchange": str(exchange_of(answered)), "reason": "rude"}
    assert client.post(reverse("teaching:report"), sent).status_code == 404
    assert client.post(reverse("teaching:report"), unknown).status_code == 404


def test_other_shops_and_analysts_report_nothing(answered: ShopId, other_shop: ShopId):
    sent = {"exchange": exchange_of(answered), "reason": "wrong"}
    stranger, analyst = sign_in(other_shop, Role.OWNER), sign_in(answered, Role.ANALYST)
    assert stranger.post(reverse("teaching:report"), sent).status_code == 404
    assert analyst.post(reverse("teaching:report"), sent).status_code == 403
    report_answer(answered, 1, exchange_of(answered), ReportReason.WRONG)
    (report,) = open_reports(answered, "delivery")
    assert stranger.post(reverse("teaching:settle"), {"report": report.report}).status_code == 404
    assert analyst.get(reverse("teaching:reports")).status_code == 403
    with pytest.raises(Missing):
        settle_report(other_shop, report.report)
    assert len(open_reports(answered, "delivery")) == 1


def test_the_page_shows_reports_of_answers_without_an_entry(answered: ShopId):
    stored = services.store_question(answered, None, "xylophone", "en")
    services.answer_exchange(answered, stored.exchange_id)
    label_exchange(answered, int(stored.exchange), "")
    report_answer(answered, 1, int(stored.exchange), ReportReason.PERSON)
    with shop_scope(answered):
        assert AnswerReport.objects.get().entry == ""
    assert "A person should have answered" in sign_in(answered, Role.SUPPORT).get(reverse("teaching:reports")).text
