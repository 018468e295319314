"""What `train` says of a shop whose orders name products that it does not have."""

from io import StringIO

from django.core.management import call_command

from shopconnect.catalog.services import store_products
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.selectors import count_unmatched_lines
from shopconnect.shops.selectors import slug_of_shop
from tests.recommender.products.shops import fill_orders, product


def test_a_training_says_how_many_lines_name_no_product(shop):
    with shop_scope(shop):
        store_products([product(number) for number in range(6)])
    fill_orders(shop)
    out = StringIO()
    call_command("train", slug_of_shop(shop), stdout=out, stderr=StringIO())
    with shop_scope(shop):
        unmatched, _orders = count_unmatched_lines()
    assert unmatched > 0
    assert f"{unmatched} lines name no product of the shop, and nothing was learnt from them." in out.getvalue()
