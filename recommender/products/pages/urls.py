"""Paths of the pages of suggestions."""

from django.urls import path

from recommender.products.pages import experiment_views, rule_views, suggestion_views

app_name = "products"

urlpatterns = [
    path("suggestions/", suggestion_views.suggestions, name="suggestions"),
    path("suggestions/shown/", suggestion_views.shown, name="shown"),
    path("suggestions/variety/", suggestion_views.variety, name="variety"),
    path("suggestions/reasons/", suggestion_views.reasons, name="reasons"),
    path("suggestions/for-you/", suggestion_views.for_you, name="for_you"),
    path("results/test/variety/", experiment_views.test_diversity, name="test_variety"),
    path("results/test/rules/<int:number>/", experiment_views.test_rules, name="test_rules"),
    path("rules/", rule_views.show_rules, name="rules"),
    path("rules/add/", rule_views.add_rule, name="add_rule"),
    path("rules/place/", rule_views.place_product, name="place_product"),
    path("rules/remove/", rule_views.remove_rule, name="remove_rule"),
    path("rules/drop/", rule_views.drop_draft, name="drop_draft"),
    path("rules/replay/", rule_views.replay_draft, name="replay_draft"),
    path("rules/publish/", rule_views.publish_draft, name="publish_draft"),
    path("rules/versions/", rule_views.rule_versions, name="rule_versions"),
    path("rules/undo/<int:number>/", rule_views.undo_rules, name="undo_rules"),
]
