"""Paths of the accounts room."""

from django.urls import path

from shopconnect.accounts import account_views, member_views, token_views

app_name = "accounts"

urlpatterns = [
    path("tokens/", token_views.token_page, name="tokens"),
    path("tokens/make/", token_views.make, name="make_token"),
    path("tokens/<str:public_id>/revoke/", token_views.revoke, name="revoke_token"),
    path("account/", account_views.account, name="account"),
    path("switch/", member_views.switch, name="switch"),
    path("members/", member_views.members, name="members"),
    path("members/invite/", member_views.invite, name="invite"),
    path("members/invitations/<int:invitation_id>/withdraw/", member_views.withdraw, name="withdraw"),
    path("members/<int:user_id>/role/", member_views.change, name="change"),
    path("members/<int:user_id>/remove/", member_views.remove, name="remove"),
    path("members/<int:user_id>/hand-over/", member_views.hand_over, name="hand_over"),
    path("members/leave/", member_views.leave, name="leave"),
    path("invitations/<str:token>/", member_views.accept, name="accept"),
]
