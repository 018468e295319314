"""Paths of the REST API, version 1, put together from the rooms' views."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from chatbot.answers.api import ChatDetail, ChatList, EntryDetail, EntryList
from chatbot.console.inbox.api import TicketDetail, TicketList
from chatbot.console.quality.api import ChatQuality
from recommender.prices.positions.api import PricePositionList
from recommender.prices.promotions.api import PriceReductionList, PromotedProductList, PromotionList
from recommender.prices.proposals.api import PriceProposalList
from recommender.prices.proposals.rules_api import PriceRules
from recommender.prices.testing.api import PriceTestList
from recommender.products.api.experiments import TestEnd, TestList
from recommender.products.api.rules import RuleDraft, RuleList, RulePublishing, RuleReplays, RuleUndoing
from recommender.products.api.suggestions import SuggestionList
from recommender.stock.api import StockItemList
from shopconnect.accounts.api import ShopView, TokenView
from shopconnect.catalog.api import ProductDetail, ProductList
from shopconnect.core.rest.schema import Description
from shopconnect.core.rest.views import nothing_here
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.orders.api import CustomerDetail, CustomerList, OrderDetail, OrderList, OrderTracking

app_name = "rest"

_paths = [
    path("shop", ShopView.as_view(), name="shop"),
    path("token", TokenView.as_view(), name="token"),
    path("products", ProductList.as_view(), name="products"),
    path("products/<str:public_id>", ProductDetail.as_view(), name="product"),
    path("products/<str:public_id>/suggestions", SuggestionList.as_view(), name="suggestions"),
    path("rules", RuleList.as_view(), name="rules"),
    path("rules/draft", RuleDraft.as_view(), name="rules_draft"),
    path("rules/replay", RuleReplays.as_view(), name="rules_replay"),
    path("rules/publish", RulePublishing.as_view(), name="rules_publish"),
    path("rules/undo", RuleUndoing.as_view(), name="rules_undo"),
    path("tests", TestList.as_view(), name="tests"),
    path("tests/<str:public_id>/end", TestEnd.as_view(), name="test_end"),
    path("price-proposals", PriceProposalList.as_view(), name="price_proposals"),
    path("price-rules", PriceRules.as_view(), name="price_rules"),
    path("price-positions", PricePositionList.as_view(), name="price_positions"),
    path("price-tests", PriceTestList.as_view(), name="price_tests"),
    path("price-reductions", PriceReductionList.as_view(), name="price_reductions"),
    path("promotions", PromotionList.as_view(), name="promotions"),
    path("promotions/<str:public_id>/products", PromotedProductList.as_view(), name="promoted_products"),
    path("stock", StockItemList.as_view(), name="stock"),
    path("orders", OrderList.as_view(), name="orders"),
    path("orders/track", OrderTracking.as_view(), name="track_order"),
    path("orders/<str:public_id>", OrderDetail.as_view(), name="order"),
    path("customers", CustomerList.as_view(), name="customers"),
    path("customers/<str:public_id>", CustomerDetail.as_view(), name="customer"),
    path("faq", EntryList.as_view(), name="faq"),
    path("faq/<str:language>/<str:external_id>", EntryDetail.as_view(), name="faq_entry"),
    path("chats", ChatList.as_view(), name="chats"),
    path("chat-quality", ChatQuality.as_view(), name="chat_quality"),
    path("chats/<str:public_id>", ChatDetail.as_view(), name="chat"),
    path("tickets", TicketList.as_view(), name="tickets"),
    path("tickets/<str:reference>", TicketDetail.as_view(), name="ticket"),
]
description = Description(_paths, prefix="api/v1/")

urlpatterns = [
    *_paths,
    path("schema", guarded_by(PUBLIC)(description.as_json), name="schema"),
    path("docs", guarded_by(PUBLIC)(description.as_page), name="docs"),
    path("docs/", guarded_by(PUBLIC)(RedirectView.as_view(pattern_name="rest:docs")), name="docs_with_slash"),
    re_path("^(?P<anything>.*)$", nothing_here, name="nothing"),
]
