"""What rooms enter in registries: all of it has French and English words, and a new room edits no room below it."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy

from shopconnect.accounts import access, member_events, scopes
from shopconnect.accounts.history import list_audit
from shopconnect.accounts.tokens import make_token
from shopconnect.accounts.types import Role
from shopconnect.billing import meters, plans
from shopconnect.billing.types import Meter
from shopconnect.celery import app
from shopconnect.core.jobs import beat, timetable
from shopconnect.core.jobs.queues import Queue
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import kinds as experiments
from shopconnect.experiments.services import start_experiment
from shopconnect.experiments.types import ExperimentKind
from shopconnect.notifications import kinds as notices
from shopconnect.notifications.notices import list_notices, tell
from shopconnect.shops import audit, erasure, installs
from tests.shopconnect.shops.conftest import make_person, signed_in

LABEL = gettext_lazy("Home")  # any text that is there in both languages
EVERY_PARAM = {"who": "0", "role": "owner", "meter": "answers", "date": "2026-11-25", "because": "errors"}


def both(text: Callable[[], object]) -> tuple[str, str]:
    """A text in English and in French."""
    found = []
    for language in ("en", "fr"):
        with translation.override(language):
            found.append(str(text()))
    return found[0], found[1]


def words() -> Iterator[tuple[str, Callable[[], object]]]:
    """Every text of every registry."""
    for name, label in scopes.scopes().items():
        yield f"scope {name}", lambda label=label: label
    for name, meter in meters.meters().items():
        yield f"meter {name}", lambda meter=meter: meter.label
    for name, sentence in audit.action_sentences().items():
        yield f"action {name}", lambda sentence=sentence: sentence
    for name, kind in notices.notice_kinds().items():
        yield f"word of {name}", lambda kind=kind: kind.word
        yield f"sentence of {name}", lambda kind=kind: kind.sentence(EVERY_PARAM)


@pytest.mark.parametrize(("name", "text"), [pytest.param(*one, id=one[0]) for one in words()])
def test_what_is_registered_has_french_and_english_words(name, text, db):
    english, french = both(text)
    assert english.strip()
    assert french.strip()
    assert english != french, f"{name} says the same in both languages: {english}"


@pytest.mark.parametrize("name", sorted(notices.notice_kinds()))
def test_a_notice_is_a_sentence_whatever_is_missing(name, db):
    assert notices.notice_kinds()[name].sentence({}).strip()


def test_every_plan_holds_some_of_every_meter():
    for name, meter in meters.meters().items():
        assert sorted(meter.most) == sorted(plans.HANDLES), name
        assert list(meter.most.values()) == sorted(meter.most.values()), name


def test_the_beat_ticks_as_often_as_each_function_says():
    app.loader.import_default_modules()
    ticks = {name: entry["schedule"] for name, entry in app.conf.beat_schedule.items()}
    assert ticks == {
        "core.sweep": 30,
        "timetable.forecast": 3600,
        "timetable.price": 3600,
        "timetable.lights": 3600,
        "timetable.minute": 60,
        "timetable.events": 10,
        "timetable.add": 60,
        "timetable.usage": 60,
        "timetable.counts": 60,
        "timetable.quarter": 60,
        "timetable.addresses": 3600,
        "timetable.chat_days": 3600,
        "timetable.forget": 3600,
        "timetable.learn": 3600,
        "timetable.night": 3600,
        "timetable.old_chats": 3600,
        "timetable.plans": 3600,
        "timetable.question_groups": 3600,
        "timetable.retention": 3600,
        "timetable.shopify_version": 3600,
        "timetable.woocommerce_approvals": 3600,
    }


@pytest.mark.usefixtures("new_room")
def test_a_new_room_enters_one_of_each_and_edits_no_other(shop, owner):
    audit.register_action("greeted", gettext_lazy("%(who)s joined as: %(subject)s"))
    notices.register_notice_kind("greeting", lambda params: f"Hello {params['who']}", LABEL, by_mail=False)
    scopes.register_scope("read:greetings", LABEL)
    meters.register_meter(Meter("greetings"), LABEL, {"free": 3})
    experiments.register_experiment_kind(
        experiments.KindOfExperiment(
            name=ExperimentKind("greeting"),
            title=str,
            describe=lambda shop_id, value: str(value),
            keep=lambda shop_id, user_id, value: None,
        )
    )

    @timetable.each_slot("greet", seconds=7200, queue=Queue.SEND)
    def greet(slot: datetime) -> None:
        """Greet."""

    with shop_scope(shop):
        audit.note(owner.pk, "greeted", "owner")
        tell(owner.pk, "greeting", {"who": "Ada"})
    assert list_audit(shop)[0].sentence == "owner@example.com joined as: owner"
    found, by_mail = list_notices(shop, owner.pk, Role.OWNER)
    assert found[0].sentence == "Hello Ada"
    assert by_mail["greeting"] is False
    assert make_token(shop, "greeter", ["read:greetings"], days=1).summary.scopes == ("read:greetings",)
    assert plans.plan_of(plans.FREE).most["greetings"] == 3
    assert "greetings" not in plans.plan_of("scale").most
    assert start_experiment(shop, ExperimentKind("greeting"), 1, 14)
    assert beat.beat_schedule()["timetable.greet"]["schedule"] == 3600


@pytest.mark.usefixtures("new_room")
def test_a_new_room_hears_of_what_happens_below(shop):
    heard = []
    for enter in (
        member_events.after_joined,
        member_events.after_left,
        member_events.after_role_changed,
        installs.after_install,
        installs.after_sign_in,
        installs.after_park,
        installs.after_uninstall,
        erasure.after_planning,
        erasure.when_shut,
    ):
        enter("greetings", lambda *what: heard.append(what))
    event = member_events.MemberEvent(shop_id=shop, user_id=1, actor_id=1, role="owner")
    with shop_scope(shop):
        member_events.member_joined(event)
    assert heard == [(event,)]


@pytest.mark.usefixtures("new_room")
def test_the_first_that_has_an_answer_gives_it(db):
    for one in (None, HttpResponse("first"), HttpResponse("second")):
        access.when_without_shop(lambda request, one=one: one)
    assert signed_in(make_person("nobody@example.com")).get("/shops/notices/").content == b"first"


def test_an_action_or_notice_of_no_room_is_refused(shop, owner):
    with shop_scope(shop):
        with pytest.raises(LookupError, match="waved"):
            audit.note(owner.pk, "waved")
        with pytest.raises(LookupError, match="waving"):
            tell(owner.pk, "waving", {})
