"""Paths of the pages of answers. Ids of entries are anybody's texts, and stand in the query."""

from django.urls import path

from chatbot.answers.pages import composition_views, details_views, intake_views, views

app_name = "answers"
urlpatterns = [
    path("", views.list_answers, name="answers"),
    path("entry/", views.show_answer, name="answer"),
    path("save/", views.save_answer, name="save"),
    path("drop/", views.drop_draft, name="drop_draft"),
    path("undo/<int:number>/", views.undo_answer, name="undo"),
    path("versions/", views.list_versions, name="versions"),
    path("publish/", views.publish_ready, name="publish_ready"),
    path("details/", details_views.edit_details, name="details"),
    path("composition/", composition_views.show_composition, name="composition"),
    path("composition/allow/", composition_views.allow_model, name="allow_model"),
    path("composition/withdraw/", composition_views.withdraw_model, name="withdraw_model"),
    path("starter/", intake_views.show_starter, name="starter"),
    path("import/", intake_views.import_answers, name="import"),
    path("import/allowed/", intake_views.pages_allowed, name="allowed"),
    path("take/", intake_views.take_proposals, name="take"),
    path("placeholders/", intake_views.fill_placeholders, name="placeholders"),
]
