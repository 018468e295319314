"""Something to do for the work of the demo shop."""

from django.core.management import call_command

from chatbot.answers.faq import store_entries
from shopconnect.catalog.services import store_products
from shopconnect.core.tenancy.scope import shop_scope
from tests.browser.conftest import draft
from tests.chatbot.answers.conftest import FAQ
from tests.makers import make_shop
from tests.walls.works import Job, SetUpContext, sets_up


@sets_up("remove_demo")
def an_invented_shop(context: SetUpContext) -> Job:
    shop_id = make_shop("demo")
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(3)])
    call_command("demo_accounts", "demo")
    return Job(shop_id)


@sets_up("demo_talks")
def an_invented_shop_with_a_faq(context: SetUpContext) -> Job:
    shop_id = make_shop("demo")
    with shop_scope(shop_id):
        store_entries(FAQ)
    call_command("demo_accounts", "demo")
    return Job(shop_id)
