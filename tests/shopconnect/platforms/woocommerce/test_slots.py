"""A shop is asked by two at once at most, whoever they are."""

from contextlib import ExitStack

from shopconnect.platforms.woocommerce.slots import SharedSlots


def test_a_third_waits_until_one_of_two_is_done():
    ours, theirs = SharedSlots("tea.example.com"), SharedSlots("tea.example.com")
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(ours.hold(60))
        second.enter_context(theirs.hold(60))
        assert ours.hold(60) is None
        second.close()
        third = ours.hold(60)
        assert third is not None
        second.enter_context(third)


def test_each_shop_has_places_of_its_own():
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(SharedSlots("tea.example.com").hold(60))
        other = SharedSlots("other.example.com").hold(60)
        assert other is not None
        held.enter_context(other)
