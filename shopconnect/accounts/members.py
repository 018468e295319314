"""Who works with a shop: inviting, accepting, changing, removing, handing over. Each change is noted and told."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.display_names import NOWHERE
from shopconnect.accounts.member_events import MemberEvent, member_joined, member_left, role_changed
from shopconnect.accounts.models import Invitation, Membership, User
from shopconnect.accounts.types import Member, OpenInvitation, Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.mail import send_mail, write_mail
from shopconnect.core.security.crypto import person_key, random_token, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.shops import selectors, services
from shopconnect.shops.audit import note
from shopconnect.shops.types import KeyKind

INVITATION_DAYS = 7
MOST_A_DAY, MOST_TO_ONE = 50, 5  # invitations of a shop, and to one address


def invite_member(shop_id: ShopId, actor_id: int, email: str, role: Role, language: str) -> None:
    """Invite a person by e-mail to work with a shop; the link holds for a week and works once.

    A second invitation replaces the first. Raises Refusal: member_already for somebody who works with it,
    too_many_invitations when the shop has sent MOST_A_DAY within a day, or MOST_TO_ONE to this address.
    """
    token = random_token()
    with shop_scope(shop_id):
        if Membership.objects.filter(shop_id=shop_id, user__email__iexact=email).exists():
            raise Refusal("member_already", _("%(email)s already has access to this shop.") % {"email": email})
        sent = Invitation.objects.filter(created_at__gt=now() - timedelta(days=1))
        if sent.count() >= MOST_A_DAY or sent.filter(email_key=person_key(email)).count() >= MOST_TO_ONE:
            raise Refusal("too_many_invitations", _("You’ve sent too many invitations today. Try again tomorrow."), 429)
        waiting = Invitation.objects.filter(email_key=person_key(email), accepted_at=None, withdrawn_at=None)
        _withdraw(shop_id, waiting)
        Invitation.objects.create(
            email=email,
            email_key=person_key(email),
            role=role,
            hash=token_hash(token),
            language=language,
            expires_at=now() + timedelta(days=INVITATION_DAYS),
        )
        services.store_key(shop_id, KeyKind.INVITATION, token_hash(token))
        note(actor_id, "invited", role)
        shop_name = selectors.shop_profile().name
        transaction.on_commit(lambda: _mail_invitation(email, token, shop_name, role, language))


def find_invitation(token: str) -> tuple[ShopId, OpenInvitation]:
    """Return the shop and the invitation of a link; raises Missing when it is used, withdrawn, too old or invented."""
    shop_id = selectors.shop_by_key(KeyKind.INVITATION, token_hash(token))
    if shop_id is not None:
        with shop_scope(shop_id):
            found = accounts.open_invitation(token_hash(token))
            if found is not None:
                return shop_id, found
    raise Missing(_("This invitation has been used, withdrawn or has expired. Ask for a new one."))


def accept_invitation(token: str, user_id: int) -> ShopId:
    """Make the person that an invitation names a member; returns the shop.

    Raises Missing as find_invitation does, and Refusal(other_address) for an account with another e-mail address.
    """
    shop_id, invitation = find_invitation(token)
    user = User.objects.get(pk=user_id)
    if person_key(user.email) != invitation.email_key:
        raise Refusal(
            "other_address", _("This invitation is for a different email address. Sign in with that one."), 403
        )
    with shop_scope(shop_id):
        taken = Invitation.objects.filter(hash=token_hash(token), accepted_at=None, withdrawn_at=None)
        if not taken.update(accepted_at=now()):
            raise Missing(_("This invitation has been used, withdrawn or has expired. Ask for a new one."))
        services.drop_keys(shop_id, KeyKind.INVITATION, [token_hash(token)])
        Membership.objects.get_or_create(user=user, shop_id=shop_id, defaults={"role": invitation.role})
        _tell_joined(shop_id, user_id, invitation.role)
    return shop_id


def masked_email(email: str) -> str:
    """Return an address as its owner knows it and nobody else learns it: c…@example.com."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def withdraw_invitation(shop_id: ShopId, actor_id: int, invitation_id: int) -> None:
    """Take an invitation back; its link ends. One that is used or unknown raises Missing."""
    with shop_scope(shop_id):
        waiting = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
        if not _withdraw(shop_id, waiting):
            raise Missing(_("This invitation has been used, withdrawn or has expired. Ask for a new one."))
        note(actor_id, "withdrew_invitation")


def join_installer(shop_id: ShopId, user_id: int) -> None:
    """Make a person who installed us on the shop's platform a member: its owner where nobody is, else an analyst.

    A member's role stays as it is.
    """
    with shop_scope(shop_id):
        role = Role.ANALYST if _is_owned(shop_id) else Role.OWNER
        _member, is_new = Membership.objects.get_or_create(user_id=user_id, shop_id=shop_id, defaults={"role": role})
        if is_new:
            _tell_joined(shop_id, user_id, role)


def enter_platform_staff(shop_id: ShopId, email: str, language: str, find_role: Callable[[], Role]) -> User:
    """Return the account of somebody whom a shop's platform names; who is new has the role that is found, once.

    Who was taken out of the shop stays out, as long as somebody owns it. The address is one that no mail reaches.
    """
    people = User.objects.filter(email=email)
    known = people.filter(memberships__shop_id=shop_id).first() or (people.first() if _is_owned(shop_id) else None)
    if known is not None:
        return known
    role = find_role()
    with shop_scope(shop_id), transaction.atomic():
        fields = {"language": language, "password": make_password(None)}
        user, is_new = User.objects.get_or_create(email=email, defaults=fields)
        if is_new or not _is_owned(shop_id):
            Membership.objects.get_or_create(user=user, shop_id=shop_id, defaults={"role": role})
            _tell_joined(shop_id, user.pk, role)
    return user


def end_memberships(shop_id: ShopId) -> None:
    """Take everybody out of a shop that is being erased, and remove its platform's staff, who have no other way in."""
    members = Membership.objects.filter(shop_id=shop_id)
    user_ids = list(members.values_list("user_id", flat=True))
    members.delete()
    for user in User.objects.filter(pk__in=user_ids, email__iendswith=NOWHERE, memberships=None):
        user.delete()


def require_second_step(shop_id: ShopId, actor_id: int, is_needed: bool) -> None:
    """Have a shop open to those only who sign in with a second step, or to all its members again."""
    with shop_scope(shop_id):
        services.store_second_step(shop_id, is_needed)
        note(actor_id, "second_step_needed" if is_needed else "second_step_optional")


def change_role(shop_id: ShopId, actor_id: int, user_id: int, role: Role) -> None:
    """Give a member another role; raises Refusal(last_owner) when nobody would own the shop."""
    with shop_scope(shop_id):
        member = _locked_member(shop_id, user_id)
        if member.role == role:
            return
        _keep_an_owner(shop_id, member)
        Membership.objects.filter(pk=member.pk).update(role=role)
        note(actor_id, "changed_role", f"{member.role} > {role}", user_id)
        role_changed(MemberEvent(shop_id=shop_id, user_id=user_id, actor_id=actor_id, role=role))


def remove_member(shop_id: ShopId, actor_id: int, user_id: int) -> None:
    """End a member's part in a shop, or one's own; raises Refusal(last_owner) when nobody would own the shop."""
    with shop_scope(shop_id):
        member = _locked_member(shop_id, user_id)
        _keep_an_owner(shop_id, member)
        Membership.objects.filter(pk=member.pk).delete()
        note(actor_id, "left" if actor_id == user_id else "removed", member.role, user_id)
        member_left(MemberEvent(shop_id=shop_id, user_id=user_id, actor_id=actor_id, role=Role(member.role)))


def transfer_ownership(shop_id: ShopId, actor_id: int, user_id: int) -> None:
    """Make another member owner and the actor an analyst, both or neither; raises Refusal(not_owner), Missing."""
    with shop_scope(shop_id):
        actor, member = _locked_member(shop_id, actor_id), _locked_member(shop_id, user_id)
        if actor.role != Role.OWNER or actor_id == user_id:
            raise Refusal("not_owner", _("Only an owner can transfer the shop, and only to someone else."), 403)
        Membership.objects.filter(pk=member.pk).update(role=Role.OWNER)
        Membership.objects.filter(pk=actor.pk).update(role=Role.ANALYST)
        note(actor_id, "handed_over", "", user_id)
        role_changed(MemberEvent(shop_id=shop_id, user_id=user_id, actor_id=actor_id, role=Role.OWNER))


def list_members(shop_id: ShopId) -> tuple[list[Member], list[OpenInvitation]]:
    """Return who works with a shop, owners first, and who is invited."""
    with shop_scope(shop_id):
        return accounts.members_of(shop_id), accounts.open_invitations()


def name_of_shop(shop_id: ShopId) -> str:
    """Return a shop's name, for pages that stand outside it."""
    with shop_scope(shop_id):
        return selectors.shop_profile().name


def _tell_joined(shop_id: ShopId, user_id: int, role: Role) -> None:
    note(user_id, "joined", role)
    member_joined(MemberEvent(shop_id=shop_id, user_id=user_id, actor_id=user_id, role=role))


def _is_owned(shop_id: ShopId) -> bool:
    return Membership.objects.filter(shop_id=shop_id, role=Role.OWNER).exists()


def _withdraw(shop_id: ShopId, invitations: QuerySet[Invitation]) -> int:
    services.drop_keys(shop_id, KeyKind.INVITATION, invitations.values_list("hash", flat=True))
    return int(invitations.update(withdrawn_at=now()))


def _locked_member(shop_id: ShopId, user_id: int) -> Membership:
    # All rows of the shop, in one order: two owners who remove each other at once must not leave none.
    rows = list(Membership.objects.select_for_update().filter(shop_id=shop_id).order_by("id"))
    for row in rows:
        if row.user_id == user_id:
            return row
    raise Missing(_("This person doesn’t have access to the shop."))


def _keep_an_owner(shop_id: ShopId, member: Membership) -> None:
    others = Membership.objects.filter(shop_id=shop_id, role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise Refusal("last_owner", _("This is the shop’s only owner. Make someone else an owner first."))


def _mail_invitation(email: str, token: str, shop_name: str, role: Role, language: str) -> None:
    link = mail_link("accounts:accept", token, language)
    context = {"link": link, "shop": shop_name, "days": INVITATION_DAYS, "role": role.value}
    send_mail(write_mail("accounts/mail/invitation", context, to=email, language=language))
