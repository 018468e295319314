"""Something to do for the work of the console."""

from datetime import timedelta

from chatbot.answers.models import Conversation
from chatbot.answers.services import ask_person
from chatbot.console.inbox.services import take_conversation
from chatbot.console.models import Ticket
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from tests.walls.works import Job, SetUpContext, sets_up, shop_with_faq


@sets_up("tend_ticket")
def a_shopper_who_is_left_alone(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    ask_person(shop_id, None, "en")
    with shop_scope(shop_id):
        talk = Conversation.objects.get()
    take_conversation(shop_id, 1, talk.public_id)
    with shop_scope(shop_id):
        long_ago = now() - timedelta(days=1)
        Ticket.objects.update(waiting_since=long_ago, touched_at=long_ago)
        return Job(shop_id, Ticket.objects.get().pk)
