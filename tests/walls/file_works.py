"""Something to do for work on files: exports that are asked for, and what a merchant sends."""

from datetime import timedelta

from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.exports import services as exports
from shopconnect.sync.models import Export, Upload
from shopconnect.sync.types import UploadedFile
from shopconnect.sync.uploads import services as uploads
from tests.browser.conftest import draft
from tests.makers import make_shop
from tests.shopconnect.shops.conftest import make_member
from tests.walls.works import Job, SetUpContext, sets_up


@sets_up("make_export")
def an_export_that_was_asked_for(context: SetUpContext) -> Job:
    shop_id = make_shop()
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(3)])
    exports.ask_export(shop_id, make_member(shop_id, Role.OWNER).pk)
    return Job(shop_id, export_of(shop_id))


@sets_up("drop_export")
def an_export_whose_time_is_over(context: SetUpContext) -> Job:
    made = an_export_that_was_asked_for(context)
    exports.make_export(made.shop_id, made.subject_id)
    with shop_scope(made.shop_id):
        Export.objects.update(expires_at=now() - timedelta(seconds=1))
    return made


def export_of(shop_id: ShopId) -> int:
    with shop_scope(shop_id):
        return int(Export.objects.get().pk)


@sets_up("check_upload")
def files_that_were_sent(context: SetUpContext) -> Job:
    shop_id = make_shop()
    content = b'{"id": "tea", "title": "Tea", "price": "4.50", "currency": "EUR"}'
    files = [UploadedFile(name="products.jsonl", size_bytes=len(content))]
    public_id = uploads.begin_upload(shop_id, make_member(shop_id, Role.OWNER).pk, files)
    uploads.store_chunk(shop_id, public_id, 0, 0, content)
    uploads.ask_check(shop_id, public_id)
    with shop_scope(shop_id):
        return Job(shop_id, int(Upload.objects.get().pk))


@sets_up("load_upload")
def files_that_were_checked(context: SetUpContext) -> Job:
    sent = files_that_were_sent(context)
    uploads.check_upload(sent.shop_id, sent.subject_id)
    with shop_scope(sent.shop_id):
        row = Upload.objects.get()
    uploads.ask_load(sent.shop_id, row.sent_by_id, row.public_id)
    return sent


@sets_up("drop_upload")
def files_that_were_left(context: SetUpContext) -> Job:
    sent = files_that_were_sent(context)
    with shop_scope(sent.shop_id):
        Upload.objects.update(sent_at=now() - timedelta(days=2))
    return sent
