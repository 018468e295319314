"""Paths of the shops room."""

from django.urls import path

from shopconnect.shops import account_views, plan_views, token_views, views

app_name = "shops"

urlpatterns = [
    path("tokens/", token_views.token_page, name="tokens"),
    path("tokens/make/", token_views.make, name="make_token"),
    path("tokens/<str:public_id>/revoke/", token_views.revoke, name="revoke_token"),
    path("plan/", plan_views.plan_page, name="plan"),
    path("account/", account_views.account, name="account"),
    path("switch/", views.switch, name="switch"),
    path("members/", views.members, name="members"),
    path("members/invite/", views.invite, name="invite"),
    path("members/invitations/<int:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("members/<int:user_id>/role/", views.change, name="change"),
    path("members/<int:user_id>/remove/", views.remove, name="remove"),
    path("members/<int:user_id>/hand-over/", views.hand_over, name="hand_over"),
    path("members/leave/", views.leave, name="leave"),
    path("invitations/<str:token>/", views.accept, name="accept"),
    path("notices/", views.notices, name="notices"),
    path("notices/choose/", views.choose, name="choose"),
    path("notices/address/", views.ask_address, name="ask_address"),
    path("notices/address/cancel/", views.cancel_address, name="cancel_address"),
    path("notices/address/forget/", views.forget_address, name="forget_address"),
    path("notices/confirm/<str:signed>/", views.confirm_address, name="confirm_address"),
    path("goodbye/<str:signed>/", views.goodbye, name="goodbye"),
    path("notices/stop/<str:signed>/", views.stop, name="stop"),
]
