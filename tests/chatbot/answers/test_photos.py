"""Photos: kept as pixels and nothing else, shown to the team and to their own shopper, and gone with the talk."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from chatbot.answers import services
from chatbot.answers.models import Conversation, Message, Photo
from chatbot.answers.photos import services as photos
from chatbot.answers.photos.pictures import LONGEST_SIDE, MOST_SCANS, MOST_SENT_BYTES, plain_picture
from chatbot.answers.types import AnswerOutcome
from chatbot.answers.widget import MOST_PHOTO_BODY
from chatbot.console.inbox import services as inbox
from chatbot.console.models import Ticket
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.photographs import (
    BLUE,
    RED,
    SECRET,
    as_base64,
    claims_to_measure,
    from_a_phone,
    many_scans,
    opened,
    photograph,
    saved,
)
from tests.chatbot.answers.test_order_status import signed_in
from tests.chatbot.answers.test_widget import post, shopper
from tests.chatbot.console.test_hand_over import agent

__all__ = ["shopper"]


def send(shopper: Client, shop: ShopId, content: bytes | None = None, **more: Any) -> Any:
    return post(shopper, shop, {"photo": as_base64(content or photograph())} | more, "photo")


def rows(shop: ShopId) -> list[Photo]:
    with shop_scope(shop):
        return list(Photo.objects.select_related("message", "conversation").order_by("id"))


def near(found: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


def test_nothing_but_the_picture_is_kept(faq: ShopId, shopper: Client):
    sent = from_a_phone()
    assert sent.count(SECRET) > 3
    assert opened(sent).getexif().get_ifd(0x8825)
    assert send(shopper, faq, sent, name="../../<b>Camille.svg", filename="Camille.jpg").status_code == 200
    row = rows(faq)[0]
    content = bytes(row.content)
    kept = opened(content)
    assert (SECRET in content, b"Camille" in content, dict(kept.getexif())) == (False, False, {})
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (kept.format, kept.size, (row.width, row.height)) == ("JPEG", (80, 40), (80, 40))
    assert "Camille" not in repr([vars(one) for one in (row.message, row.conversation)])


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (80, 40), (5, 20)), (3, (80, 40), (75, 20)), (6, (40, 80), (20, 5)), (8, (40, 80), (20, 75))],
)
def test_a_photo_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]):
    picture = plain_picture(from_a_phone(orientation))
    kept = opened(picture.content)
    assert (kept.size, (picture.width, picture.height)) == (size, size)
    assert near(kept.getpixel(red), RED)
    assert near(kept.getpixel((size[0] - 1 - red[0], size[1] - 1 - red[1])), BLUE)


def test_a_large_photo_becomes_smaller_and_other_colours_are_read():
    large = plain_picture(photograph(2_048, 1_024))
    assert (large.width, large.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    grey = opened(photograph()).convert("L")
    assert opened(plain_picture(saved(grey)).content).mode == "RGB"
    assert opened(plain_picture(saved(opened(photograph()).convert("CMYK"))).content).mode == "RGB"


WHOLE = photograph(400, 400)
SCRIPT = b"<script>alert(1)</script>"
NO_PHOTOS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html>" + SCRIPT,
    "gif": photograph(form="GIF"),
    "png": photograph(form="PNG"),
    "webp": photograph(form="WEBP"),
    "tiff": photograph(form="TIFF"),
    "gif and script": b"GIF89a/*" + photograph() + b"*/=1;alert(1)",
    "page before a photo": SCRIPT + photograph(),
    "cut off": WHOLE[: len(WHOLE) // 2],
    "header only": WHOLE[:30],
    "nothing": b"\xff\xd8\xff",
}
TOO_LARGE = {
    "many pixels": claims_to_measure(60_000),
    "just too many pixels": claims_to_measure(2_049),
    "many scans": many_scans(MOST_SCANS),
    "many bytes": photograph() + b"\0" * MOST_SENT_BYTES,
}


@pytest.mark.parametrize("kind", NO_PHOTOS)
def test_what_is_no_whole_photo_is_refused_in_words_and_leaves_nothing(faq: ShopId, shopper: Client, kind: str):
    refused = send(shopper, faq, NO_PHOTOS[kind])
    told = refused.json()["error"]
    assert (refused.status_code, told["code"]) == (400, "no_photo")
    assert told["message"] == "This photo can’t be read. Choose another one."
    assert nothing_is_kept(faq)


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_what_would_take_much_time_or_room_is_refused(faq: ShopId, shopper: Client, kind: str):
    refused = send(shopper, faq, TOO_LARGE[kind], lang="fr")
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")
    assert nothing_is_kept(faq)


@pytest.mark.parametrize("content", ["", "no base64!", "é" * 8, None, 7, ["a"]])
def test_what_is_no_base64_is_refused(faq: ShopId, shopper: Client, content: object):
    assert post(shopper, faq, {"photo": content}, "photo").status_code == 400
    assert nothing_is_kept(faq)


def test_a_body_that_is_too_long_is_not_read_and_other_endpoints_take_no_more_than_before(faq: ShopId, shopper: Client):
    assert post(shopper, faq, {"photo": "A" * MOST_PHOTO_BODY}, "photo").status_code == 413
    assert post(shopper, faq, {"text": "A" * 20_000}, "chat").status_code == 413


def nothing_is_kept(shop: ShopId) -> bool:
    with shop_scope(shop):
        return not (Photo.objects.exists() or Message.objects.exists() or Conversation.objects.exists())


def test_what_follows_a_photo_in_its_file_goes(faq: ShopId, shopper: Client):
    assert send(shopper, faq, photograph(comment=SCRIPT) + SCRIPT).status_code == 200
    assert SCRIPT not in bytes(rows(faq)[0].content)


def test_a_photo_passes_the_conversation_to_the_team_once(faq: ShopId, shopper: Client):
    told = post(shopper, faq, {"text": "when will my order arrive?"}).json()
    sent = send(shopper, faq, conversation=told["conversation"]).json()
    assert (sent["outcome"], sent["conversation"]) == (AnswerOutcome.ESCALATE, told["conversation"])
    assert sent["text"].startswith("Of course. I’ve passed this conversation to the shop’s team.")
    again = send(shopper, faq, conversation=told["conversation"]).json()  # its answer was lost on the way
    assert (again["message"], again["text"]) == (sent["message"], sent["text"])
    with shop_scope(faq):
        assert (Photo.objects.count(), Message.objects.count(), Ticket.objects.get().status) == (1, 4, "waiting")


def test_while_somebody_of_the_team_answers_nothing_is_said_and_they_hear_of_it(faq: ShopId, shopper: Client):
    token = send(shopper, faq).json()["conversation"]
    camille = agent(faq, "Camille Roux")
    inbox.reply_to_shopper(faq, camille, rows(faq)[0].conversation.public_id, "Can you show me the label?")
    with shop_scope(faq):
        assert Ticket.objects.get().waiting_since is None
    label = send(shopper, faq, photograph(60, 60), conversation=token).json()
    assert (label["staffed"], label["text"]) == (True, "")
    again = send(shopper, faq, photograph(60, 60), conversation=token).json()
    assert again["staffed"] is True
    with shop_scope(faq):
        assert Ticket.objects.get().waiting_since is not None
        assert Photo.objects.count() == 2


def test_its_shopper_sees_a_photo_again_and_nobody_else_does(faq: ShopId, other_shop: ShopId, shopper: Client):
    mine = send(shopper, faq, from_a_phone()).json()["conversation"]
    other = send(shopper, faq, photograph(60, 60)).json()["conversation"]
    said = post(shopper, faq, {"conversation": mine}, "since").json()["messages"]
    assert [one.get("way") for one in said] == ["photo", None]
    asked = {"conversation": mine, "message": said[0]["message"]}
    shown = post(shopper, faq, asked, "picture")
    assert base64.b64decode(shown.json()["photo"]) == bytes(rows(faq)[0].content)
    assert (shown.json()["width"], shown.json()["height"]) == (80, 40)
    assert shown["Content-Type"] == "application/json"
    assert shown["X-Content-Type-Options"] == "nosniff"
    for stolen in ({"conversation": other}, {"conversation": ""}, {"message": said[1]["message"]}, {"message": "x"}):
        assert post(shopper, faq, asked | stolen, "picture").status_code == 404
    assert post(shopper, other_shop, asked, "picture").status_code == 404


def test_what_a_customer_sent_is_shown_to_them_alone(faq: ShopId, shopper: Client):
    ada = signed_in(faq, "c7")
    token = send(shopper, faq, **ada).json()["conversation"]
    message = post(shopper, faq, {"conversation": token} | ada, "since").json()["messages"][0]["message"]
    asked = {"conversation": token, "message": message}
    assert post(shopper, faq, asked | ada, "picture").status_code == 200
    assert post(shopper, faq, asked, "picture").status_code == 404
    assert post(shopper, faq, asked | signed_in(faq, "c8"), "picture").status_code == 404


def test_photos_are_bounded_by_conversation_and_by_shop(faq: ShopId, shopper: Client, monkeypatch):
    token = send(shopper, faq).json()["conversation"]
    monkeypatch.setattr(photos, "MOST_IN_A_CONVERSATION", 1)
    full = send(shopper, faq, photograph(60, 60), conversation=token)
    assert (full.status_code, full.json()["error"]["code"]) == (409, "too_many")
    monkeypatch.setattr(photos, "MOST_A_DAY", 1)
    assert send(shopper, faq, photograph(60, 60)).status_code == 429
    with shop_scope(faq):
        assert (Photo.objects.count(), Conversation.objects.count()) == (1, 1)
        Photo.objects.update(at=now() - timedelta(days=2))
    assert send(shopper, faq, photograph(60, 60)).status_code == 200


def test_one_address_sends_few_photos_a_minute(faq: ShopId, shopper: Client):
    sent = [send(shopper, faq).status_code for _ in range(7)]
    assert sent == [200] * 6 + [429]


def test_photos_go_when_their_conversation_does(faq: ShopId, other_shop: ShopId, shopper: Client):
    send(shopper, faq)
    send(shopper, other_shop)
    with shop_scope(faq):
        Conversation.objects.update(last_at=now() - timedelta(days=91))
    services.erase_old_conversations(faq)
    assert (len(rows(faq)), len(rows(other_shop))) == (0, 1)


@pytest.mark.parametrize("name", ["answers.photo", "answers.message"])
def test_a_person_is_handed_their_photos_and_has_them_erased(faq: ShopId, shopper: Client, name: str):
    told = post(shopper, faq, {"text": "it came broken, ada@example.com"}).json()
    send(shopper, faq, conversation=told["conversation"])
    send(shopper, faq)
    person = Person(person_key=person_key("ada@example.com"))
    content = bytes(rows(faq)[0].content)
    with shop_scope(faq):
        handed = list(registered()["answers.photo"].export(person))
        assert [base64.b64decode(str(one["jpeg_base64"])) for one in handed] == [content]
        assert (
            registered()[name].erase(person) == 7
        )  # the conversation, four messages, the photo and the request for a person
        assert list(registered()["answers.photo"].export(person)) == []
    assert len(rows(faq)) == 1


def test_what_a_photo_says_is_asked_of_nobody(faq: ShopId, shopper: Client):
    """A photo handed back to the assistant is no question: nothing is due, and nothing is said twice."""
    send(shopper, faq)
    camille = agent(faq, "Camille Roux")
    talk = rows(faq)[0].conversation.public_id
    inbox.take_conversation(faq, camille, talk)
    inbox.hand_back(faq, camille, talk)
    with shop_scope(faq):
        assert Message.objects.filter(author="bot").count() == 1


def test_a_full_conversation_takes_no_photo(faq: ShopId, shopper: Client):
    token = send(shopper, faq).json()["conversation"]
    with shop_scope(faq):
        Conversation.objects.update(questions=500)
    assert send(shopper, faq, photograph(60, 60), conversation=token).status_code == 409
    assert len(rows(faq)) == 1


def test_pillow_says_no_in_our_words():
    with pytest.raises(Refusal, match="can’t be read"):
        plain_picture(b"")
