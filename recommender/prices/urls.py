"""Paths of the prices room."""

from django.urls import path

from recommender.prices import views
from recommender.prices.positions import views as position_views
from recommender.prices.promotions import views as promotion_views
from recommender.prices.proposals import views as proposal_views
from recommender.prices.testing import views as test_views

app_name = "prices"

urlpatterns = [
    path("", views.prices, name="list"),
    path("change/", views.change_price, name="change"),
    path("undo/<int:public_id>/", views.undo_price, name="undo"),
    path("allowed/", views.prices_allowed, name="allowed"),
    path("proposals/", proposal_views.proposals, name="proposals"),
    path("proposals.csv", proposal_views.proposals_file, name="proposals_file"),
    path("proposals/decide/", proposal_views.decide, name="decide"),
    path("proposals/<int:public_id>/", proposal_views.proposal, name="proposal"),
    path("take-back/<int:public_id>/", proposal_views.take_back, name="take_back"),
    path("proposals/without/<slug:reason>/", proposal_views.without, name="without"),
    path("proposals/rules/", proposal_views.rules, name="rules"),
    path("proposals/rules/set/", proposal_views.set_rules, name="set_rules"),
    path("positions.csv", position_views.positions_file, name="positions_file"),
    path("positions/", position_views.send_positions, name="send_positions"),
    path("proposals/tests/", test_views.price_tests, name="tests"),
    path("proposals/tests.csv", test_views.price_tests_file, name="tests_file"),
    path("proposals/tests/start/", test_views.start_price_tests, name="start_tests"),
    path("proposals/tests/<int:public_id>/", test_views.price_test, name="test"),
    path("proposals/tests/stop/<int:public_id>/", test_views.stop_price_test, name="stop_test"),
    path("promotions/", promotion_views.promotions, name="promotions"),
    path("promotions/plan/", promotion_views.plan_promotion, name="plan_promotion"),
    path("promotions/<int:public_id>/", promotion_views.promotion, name="promotion"),
    path("promotions/<int:public_id>.csv", promotion_views.promotion_file, name="promotion_file"),
    path("promotions/remove/<int:public_id>/", promotion_views.remove_promotion, name="remove_promotion"),
    path("reductions.csv", promotion_views.reductions_file, name="reductions_file"),
]
