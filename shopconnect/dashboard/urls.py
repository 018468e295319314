"""Paths of the merchant's pages."""

from django.urls import path

from shopconnect.connectors.registry import list_descriptors
from shopconnect.dashboard import result_views, rule_views, trial_views, views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    *(path(one.home_path, views.home, name=f"home_in_{one.name}") for one in list_descriptors() if one.home_path),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/shown/", views.shown, name="shown"),
    path("suggestions/variety/", views.variety, name="variety"),
    path("results/", result_views.results, name="results"),
    path("results/hold-out/", result_views.set_hold_out, name="set_hold_out"),
    path("results/half/", result_views.start_half, name="start_half"),
    path("results/test/variety/", trial_views.try_variety, name="try_variety"),
    path("results/test/rules/<int:number>/", trial_views.try_rules, name="try_rules"),
    path("results/test/keep/", trial_views.keep_tried, name="keep_tried"),
    path("results/test/end/", trial_views.end_tried, name="end_tried"),
    path("results/learnt/", result_views.lift_fallback, name="lift_fallback"),
    path("rules/", rule_views.show_rules, name="rules"),
    path("rules/add/", rule_views.add_rule, name="add_rule"),
    path("rules/remove/", rule_views.remove_rule, name="remove_rule"),
    path("rules/drop/", rule_views.drop_draft, name="drop_draft"),
    path("rules/replay/", rule_views.replay_draft, name="replay_draft"),
    path("rules/publish/", rule_views.publish_draft, name="publish_draft"),
    path("rules/versions/", rule_views.rule_versions, name="rule_versions"),
    path("rules/undo/<int:number>/", rule_views.undo_rules, name="undo_rules"),
]
