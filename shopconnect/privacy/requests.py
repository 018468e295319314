"""What people, and shops that left, ask of us under the law: kept when it comes, done by a worker within a month.

None of it needs a token or an install: the platform asks for shops that left long ago, too. Where an install still
lives, a shop is erased only when its platform lets us in no longer.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shopconnect.connectors.base import PrivacyRequested, PrivacyRequestKind
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.observability.log import get_logger
from shopconnect.core.registries import registry
from shopconnect.core.security import personal_data
from shopconnect.core.security.crypto import keyed_hash
from shopconnect.core.security.personal_data import Person
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import lock_shop_writes
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.notifications import notices
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.privacy.types import PrivacyRequestSummary
from shopconnect.shops import audit, installs
from shopconnect.shops.erasure import erase_shop
from shopconnect.shops.selectors import departed_at, platform_of_shop, shop_profile

log = get_logger(__name__)

FULFIL, DROP = "privacy_request", "drop_privacy_file"
FILE_READY = "privacy_file_ready"  # the notice
DAYS_TO_DO, FILE_RETENTION_DAYS, SHOWN_AT_MOST = 30, 30, 200
NAME_RETENTION_DAYS = DAYS_TO_DO + FILE_RETENTION_DAYS
ERASED_AGAIN = timedelta(minutes=10)

_comings: dict[str, Callable[[], bool]] = registry({})


def erase_again_while(name: str, is_coming: Callable[[], bool]) -> None:
    """Have a room say, in the shop's scope, whether what it brings in may be from before a person was erased."""
    _comings[name] = is_coming


def receive_request(shop_id: ShopId, request: PrivacyRequested, at: datetime | None) -> None:
    """Keep a request of a time and have a worker do it; may run in the shop's scope.

    One that is heard twice is done once; one of the same person that came later is done again.
    """
    moment = at or now()
    with shop_scope(shop_id):
        row, is_new = PrivacyRequest.objects.get_or_create(
            kind=request.kind, reference=_reference(request), defaults=_heard(request, moment)
        )
        if not is_new and row.received_at < moment:
            PrivacyRequest.objects.filter(pk=row.pk).update(**_heard(request, moment))
        if is_new or row.received_at < moment:
            add_due(FULFIL, row.pk)


def fulfil_request(shop_id: ShopId, request_id: int) -> None:
    """Do what is asked; a second run finds it done, and two at once do it once."""
    with shop_scope(shop_id):
        row = PrivacyRequest.objects.filter(pk=request_id, done_at=None).first()
    if row is not None:
        _FULFILLED_BY[PrivacyRequestKind(row.kind)](shop_id, row)


def retry_erasures_now(shop_id: ShopId) -> None:
    """Look at once at who is to be erased, since what was brought in is in; run in the shop's scope."""
    rows = PrivacyRequest.objects.filter(kind=PrivacyRequestKind.REDACT_CUSTOMER, done_at=None)
    for request_id in rows.order_by("id").values_list("id", flat=True):
        add_due(FULFIL, request_id)


def drop_file(shop_id: ShopId, request_id: int) -> None:
    """Remove the file of what was held of a person once its time is over, and whom it told of; twice is once."""
    with shop_scope(shop_id):
        rows = PrivacyRequest.objects.filter(pk=request_id, file_until__lte=now())
        row = rows.first()
        forget_names(rows)
    if row is not None:
        default_storage.delete(_file_name(shop_id, row.public_id))


def list_requests(shop_id: ShopId, customer: str = "") -> Latest[PrivacyRequestSummary]:
    """Return the latest requests of a shop, newest first; of one customer, by the platform's id, where one is given.

    A request names its customer no longer than it has to.
    """
    with shop_scope(shop_id):
        rows = PrivacyRequest.objects.order_by("-received_at", "-id")
        rows = rows.filter(customer_external_id=customer) if customer else rows
        return latest_of(rows, SHOWN_AT_MOST, _summary)


def open_file(shop_id: ShopId, user_id: int, public_id: int) -> IO[bytes]:
    """Return the file of what is held of a person, and note who fetched it; raises Missing when it is not there."""
    name = _file_name(shop_id, public_id)
    with shop_scope(shop_id):
        is_ready = PrivacyRequest.objects.filter(public_id=public_id, file_until__gt=now()).exists()
        if not is_ready or not default_storage.exists(name):
            raise Missing(_("This file is no longer available."))
        audit.note(user_id, "fetched_privacy_file")
    file: IO[bytes] = default_storage.open(name)
    return file


def forget_names(rows: QuerySet[PrivacyRequest]) -> int:
    """Take the person off some requests and end the files that tell of them; returns how many. Run in the scope."""
    named = rows.exclude(customer_external_id="", person_key=None, orders=[])
    ids = list(named.values_list("id", flat=True))
    with_file = PrivacyRequest.objects.filter(pk__in=ids, file_until__gt=now())
    for request_id in list(with_file.values_list("id", flat=True)):
        add_due(DROP, request_id)
    with_file.update(file_until=now())
    return int(PrivacyRequest.objects.filter(pk__in=ids).update(customer_external_id="", person_key=None, orders=[]))


def _reference(request: PrivacyRequested) -> str:
    """Return the platform's number of a request, else what tells it from others without telling whom it is about."""
    return request.reference or keyed_hash("|".join([request.customer, request.person_key or "", *request.orders]))[:32]


def _heard(request: PrivacyRequested, at: datetime) -> dict[str, object]:
    return {
        "customer_external_id": request.customer,
        "person_key": request.person_key,
        "orders": list(request.orders),
        "received_at": at,
        "due_at": at + timedelta(days=DAYS_TO_DO),
        "done_at": None,
        "is_refused": False,
        "counts": {},
    }


def _person(row: PrivacyRequest) -> Person:
    return personal_data.with_all_names(
        Person(
            customer_external_id=row.customer_external_id or None, person_key=row.person_key, orders=tuple(row.orders)
        )
    )


def _end(row: PrivacyRequest, **fields: object) -> bool:
    """Mark a request as done; False where somebody else was first."""
    return bool(PrivacyRequest.objects.filter(pk=row.pk, done_at=None).update(done_at=now(), **fields))


def _write_file(shop_id: ShopId, row: PrivacyRequest) -> None:
    """Write all that is held of a person, table by table, and tell the owners that it is there."""
    with shop_scope(shop_id):
        person = _person(row)
        tables = {label: list(entry.export(person)) for label, entry in personal_data.registered().items()}
        document = {
            "shop": shop_profile().name,
            "request": row.reference,
            "written_at": now(),
            "held": [_export_table(label, rows) for label, rows in tables.items() if rows],
        }
    name = _file_name(shop_id, row.public_id)
    default_storage.delete(name)
    text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    default_storage.save(name, ContentFile(text.encode()))
    ends = now() + timedelta(days=FILE_RETENTION_DAYS)
    with shop_scope(shop_id):
        counts = {label: len(rows) for label, rows in tables.items() if rows}
        if _end(row, counts=counts, file_until=ends):
            notices.tell_owners(FILE_READY, {})
            add_due(DROP, row.pk, at=ends)


def _export_table(label: str, rows: list[Mapping[str, object]]) -> dict[str, object]:
    entry = personal_data.registered()[label]
    return {
        "table": entry.model,
        "purpose": entry.purpose,
        "legal_basis": entry.basis.value,
        "kept_days": entry.retention_days,
        "rows": rows,
    }


def _erase_person(shop_id: ShopId, row: PrivacyRequest) -> None:
    """Erase a person from every table of the register, and from the request itself.

    What was asked for before and is still coming in may name them again: so they are erased again, every few minutes
    and once more when it is in. What was learnt (core.artefacts) holds products and words, no person, so nothing is
    learnt anew.
    """
    with shop_scope(shop_id):
        held = PrivacyRequest.objects.select_for_update().filter(pk=row.pk, done_at=None).first()
        if held is None:
            return
        lock_shop_writes()  # nothing comes in between the erasing and the question whether more is to come
        person = _person(held)
        erased = Counter({label: entry.erase(person) for label, entry in personal_data.registered().items()})
        counts = Counter(held.counts) + erased
        if any(is_coming() for is_coming in _comings.values()):
            PrivacyRequest.objects.filter(pk=held.pk).update(counts=counts)
            add_due(FULFIL, held.pk, at=now() + ERASED_AGAIN)
        elif _end(held, counts=counts):
            forget_names(PrivacyRequest.objects.filter(pk=held.pk))


def _erase_shop(shop_id: ShopId, row: PrivacyRequest) -> None:
    """Erase the shop, and this request with it, unless it was installed again meanwhile: then only note that."""
    with shop_scope(shop_id):
        redact_delay = platform_of_shop().redact_delay
    # The platform’s word that the shop left may have been lost.
    installs.uninstall_refused(shop_id, row.received_at - redact_delay)
    with shop_scope(shop_id):
        if departed_at() is None:
            if _end(row, is_refused=True):
                audit.note(None, "refused_erasure")
                log.warning("shop_not_erased", shop_id=shop_id, request_id=row.pk)
            return
    erase_shop(shop_id)


_FULFILLED_BY: Mapping[PrivacyRequestKind, Callable[[ShopId, Any], None]] = {
    PrivacyRequestKind.DATA_REQUEST: _write_file,
    PrivacyRequestKind.REDACT_CUSTOMER: _erase_person,
    PrivacyRequestKind.REDACT_SHOP: _erase_shop,
}


def _file_name(shop_id: ShopId, public_id: int) -> str:
    return f"shop/{shop_id}/privacy/{public_id}.json"


def _summary(row: PrivacyRequest) -> PrivacyRequestSummary:
    return PrivacyRequestSummary(
        public_id=row.public_id,
        kind=PrivacyRequestKind(row.kind),
        reference=row.reference,
        received_at=row.received_at,
        due_at=row.due_at,
        done_at=row.done_at,
        is_refused=row.is_refused,
        rows=sum(row.counts.values()),
        file_until=row.file_until if row.file_until and row.file_until > now() else None,
        is_late=row.done_at is None and row.due_at < now(),
    )
