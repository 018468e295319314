"""What lies in a shopper's cart while they write: the page says so, of who agreed to be remembered; staff see it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from chatbot.answers.models import Conversation
from chatbot.answers.staff.types import CartSummary
from chatbot.answers.transcripts.messages import find_conversation_of
from shopconnect.catalog.selectors import public_ids, titles_by_external_id
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

MOST_PRODUCTS, LONGEST_ID = 20, 255


def note_cart(shop_id: ShopId, token: str, customer: str, products: Sequence[str]) -> None:
    """Keep the platform's ids of what lies in a cart with a conversation, in the place of what lay there before.

    Nothing is kept of an empty one. Raises Missing unless the token opens a conversation. Opens the scope.
    """
    kept = [one for one in dict.fromkeys(products) if 0 < len(one) <= LONGEST_ID][:MOST_PRODUCTS]
    with shop_scope(shop_id):
        conversation = find_conversation_of(token, customer)
        if conversation is None:
            raise Missing(_("This conversation no longer exists."))
        Conversation.objects.filter(pk=conversation.pk).update(cart=kept, cart_at=now() if kept else None)


def cart_of(conversation: int, language: str) -> CartSummary | None:
    """Return what lay in the cart of a conversation's shopper, by its public id, as far as the shop sells it.

    None where nothing is known. In the shop's open scope.
    """
    row = Conversation.objects.filter(public_id=conversation, cart_at__isnull=False).first()
    if row is None or row.cart_at is None:
        return None
    titles, ids = titles_by_external_id(language, row.cart), public_ids(row.cart)
    products = tuple((ids[one], titles[one][1]) for one in row.cart if one in ids and one in titles)
    return CartSummary(products, row.cart_at) if products else None
