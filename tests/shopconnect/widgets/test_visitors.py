"""The names of visitors: only ours hold, and of one network a day's few may count."""

from datetime import timedelta

import time_machine

from shopconnect.core.clock import now
from shopconnect.widgets.visitors import MOST_A_DAY, name_visitor, sign_visitor, signed_visitor, visitors_within_limits


def test_a_name_holds_at_its_shop_alone_and_under_its_own_signature(shop, other_shop):
    name = name_visitor(shop, "network", "visit-0001")
    visitor = signed_visitor(shop, name)
    assert visitor
    assert name.startswith(visitor)
    assert sign_visitor(shop, visitor) == name
    assert signed_visitor(other_shop, name) == ""
    assert signed_visitor(shop, visitor) == ""
    assert signed_visitor(shop, name[:-1] + ("0" if name[-1] != "0" else "1")) == ""
    assert signed_visitor(shop, ("f" if name[0] != "f" else "e") + name[1:]) == ""


def test_of_one_network_and_day_only_some_count_and_nothing_of_it_can_be_followed(shop, other_shop):
    def named(shop_id, caller, count):
        return [signed_visitor(shop_id, name_visitor(shop_id, caller, f"visit-{one}")) for one in range(count)]

    busy, others = named(shop, "busy", MOST_A_DAY + 30), named(shop, "other", 3)
    allowed = visitors_within_limits([*busy, *others, "w1", "w2"])
    assert len(allowed & set(busy)) == MOST_A_DAY
    assert {*others, "w1", "w2"} < allowed
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        later = named(shop, "busy", 1)[0]
    elsewhere = named(other_shop, "busy", 1)[0]
    assert len({one[4:10] for one in (busy[0], later, elsewhere)}) == 3
    assert {one[4:10] for one in busy} == {busy[0][4:10]}
