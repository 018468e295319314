"""Something to do for work of shops on a platform; what only some platforms know the invented one sets up."""

from shopconnect.billing import checkout
from shopconnect.connectors import registry
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.stripe.billing import StripeAccount, StripeBilling
from shopconnect.core import http, registries
from shopconnect.shops import installs
from tests.connectors.dummy.platform import DESCRIPTOR, NAME, Dummy
from tests.connectors.dummy.store import DummyShop
from tests.connectors.woocommerce.sources import WooSource
from tests.doubles.stripe.double import KEY, WEBHOOK_SECRET, StripeDouble
from tests.doubles.woocommerce.double import WooDouble
from tests.shopconnect.shops.platforms import DRAFT
from tests.walls.works import Job, SetUpContext, platform_shop, sets_up, shop_that_lacks_things


@sets_up("subscribe_webhooks")
def webhooks_to_subscribe_to(context: SetUpContext) -> Job:
    store = DummyShop("shop.example.com")
    context.enters.enter_context(registries.put_back())
    registry.register_descriptor(DESCRIPTOR)
    context.enters.enter_context(registry.only(Dummy(shops={store.host: store})))
    held = Tokens(access=store.key, secret=store.secret)
    shop_id = installs.install_shop(NAME, store.host, held, DRAFT)
    return Job(shop_id, look=lambda: list(store.subscribed))


@sets_up("woo_health")
def shop_to_look_at(context: SetUpContext) -> Job:
    context.settings.SITE_URL = "https://shopconnect.example"
    woo = WooSource(context.enters.enter_context(WooDouble()))
    context.enters.enter_context(registry.only(woo.platform))
    draft = woo.platform.connect(woo.shop, woo.tokens).read_shop()
    return Job(
        installs.install_shop(woo.platform.name, woo.shop, woo.tokens, draft),
        volatile=frozenset({"woocommerce_healthcheck.checked_at"}),
    )


@sets_up("end_plan")
def plan_of_a_shop_that_left(context: SetUpContext) -> Job:
    http.configure(allow_loopback=True)
    double = context.enters.enter_context(StripeDouble({"price_g": 4900}))
    account = StripeAccount(key=KEY, webhook_secret=WEBHOOK_SECRET, plans={"price_g": "growth"}, origin=double.url)
    billing = StripeBilling(account, lambda platform: True)
    shop_id = platform_shop(context, billings=[billing])
    number = double.pay(checkout.open_session(shop_id, "price_g", "https://shopconnect.example/", "en"))
    installs.uninstall_shop(shop_id, None)
    return Job(shop_id, look=lambda: double.things[number]["cancel_at_period_end"])


@sets_up("reconcile_shop")
@sets_up("sweep_shop")
def part_of_a_quarter_or_a_night(context: SetUpContext) -> Job:
    return Job(shop_that_lacks_things(context))
