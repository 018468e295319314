"""A photo as the team sees it: a picture and nothing else, for those who answer in this shop, and it is noted."""

import pytest
from django.test import Client
from django.urls import reverse

from chatbot.answers.models import Conversation, Message, Photo
from chatbot.console.services import READ_CONVERSATION
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry
from tests.chatbot.answers.conftest import faq
from tests.chatbot.answers.photographs import photograph
from tests.chatbot.answers.test_photos import rows, send
from tests.chatbot.answers.test_widget import shopper
from tests.chatbot.console.test_inbox import signed_in

__all__ = ["faq", "shopper"]


def photo_page(talk: int, message: int) -> str:
    return reverse("console:photo", args=[talk, message])


def page_of(shop: ShopId) -> str:
    row = rows(shop)[0]
    return photo_page(row.conversation.public_id, row.message.public_id)


def test_the_team_sees_a_photo_as_a_picture_and_nothing_else(faq: ShopId, shopper: Client):
    send(shopper, faq)
    row, desk = rows(faq)[0], signed_in(faq, Role.SUPPORT)
    shown = desk.get(page_of(faq))
    assert (shown.status_code, shown.content) == (200, bytes(row.content))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Content-Disposition"] == f'inline; filename="photo-{row.message.public_id}.jpg"'
    assert shown["Cross-Origin-Resource-Policy"] == "same-origin"
    assert shown["Cache-Control"] == "private, no-store"
    with shop_scope(faq):
        read = AuditEntry.objects.get(action=READ_CONVERSATION)
        assert read.subject == str(row.conversation.public_id)


def test_a_photo_opens_in_its_own_conversation_shop_and_roles_alone(faq: ShopId, other_shop: ShopId, shopper: Client):
    send(shopper, faq)
    send(shopper, faq, photograph(60, 60))
    mine, other = rows(faq)
    desk, page = signed_in(faq, Role.SUPPORT), page_of(faq)
    for talk, message in (
        (other.conversation.public_id, mine.message.public_id),
        (mine.conversation.public_id, 2**63 - 1),
        (2**70, mine.message.public_id),
        (mine.conversation.public_id, 2**70),
    ):
        assert desk.get(photo_page(talk, message)).status_code == 404
    assert signed_in(faq, Role.ANALYST).get(page).status_code == 403
    assert signed_in(other_shop, Role.OWNER).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    assert desk.post(page).status_code == 405
    with shop_scope(faq):
        assert not AuditEntry.objects.filter(action=READ_CONVERSATION).exists()


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_conversation_shows_its_photos_or_that_there_was_one(faq: ShopId, shopper: Client, is_kept: bool):
    """What came with a folder has its messages, and no pictures."""
    send(shopper, faq)
    page = page_of(faq)
    with shop_scope(faq):
        talk = Conversation.objects.get().public_id
        if not is_kept:
            Photo.objects.all().delete()
    desk = signed_in(faq, Role.SUPPORT)
    shown = desk.get(reverse("console:conversation", args=[talk])).content.decode()
    assert (f'<img src="{page}" width="80" height="40"' in shown) is is_kept
    assert ("<em>Sent a photo</em>" in shown) is not is_kept
    assert "Sent a photo" in desk.get(reverse("console:log")).content.decode()
    with shop_scope(faq):
        assert Message.objects.filter(way="photo").count() == 1
