"""No shop sees another: asked of the database itself, for each table and partition it has."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Count

from shopconnect.accounts.models import Membership
from shopconnect.core.tenancy.context import NoShop, OtherShop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.tenancy.shop_model import ShopModel
from shopconnect.notifications.models import Notice
from shopconnect.shops.models import Shop, ShopProfile
from tests.makers import make_shop

OPEN_TABLES = set(settings.DOORWAY) | set(settings.ACCOUNTS)
OWN_POLICY = {"shops_organisation"}  # a row of the organisation, seen from each of its shops

TABLES = """
SELECT c.relname, c.relrowsecurity, c.relispartition,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shop_id' AND a.attnotnull),
       (SELECT array_agg(pg_get_expr(p.polqual, p.polrelid) || pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_policy p WHERE p.polrelid = c.oid),
       has_table_privilege(%s, c.oid, 'SELECT')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""


FOREIGN_NOTICE = """
INSERT INTO notifications_notice (shop_id, key, user_id, kind, params, at)
VALUES (%s, 'k', 1, 'k', '{}', now()) RETURNING 1
"""


SETTING = "SELECT coalesce(current_setting('app.shop_id', true), '')"


def rows(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def shop_models() -> list[type[ShopModel]]:
    return [model for model in apps.get_models() if issubclass(model, ShopModel)]


def test_every_table_and_partition_is_walled_or_named_open(db):
    unsafe = []
    for name, secured, is_partition, has_shop, policies, app_reads in rows(TABLES, settings.DATABASE_ROLES["app"]):
        if name in OPEN_TABLES | OWN_POLICY:
            continue
        walled = secured and policies and all(policy.count("app.shop_id") == 2 for policy in policies)
        if not (has_shop and walled) or (is_partition and app_reads):
            unsafe.append(name)
    assert unsafe == []


def test_the_named_open_tables_all_exist(db):
    there = {row[0] for row in rows(TABLES, settings.DATABASE_ROLES["app"])}
    assert there >= OPEN_TABLES | OWN_POLICY


def test_the_application_owns_nothing_and_bypasses_nothing(db):
    rights = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
    assert rows(f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") == [(False, False, False, False)]
    assert rows("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == [(0,)]


def test_every_link_between_shop_tables_is_a_composite_key(db):
    keys = {
        (table, tuple(columns))
        for table, columns in rows(
            "SELECT conrelid::regclass::text, array(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i) "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i) FROM pg_constraint WHERE contype = 'f'"
        )
    }
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in shop_models()
        for field in model._meta.local_fields
        if field.is_relation and issubclass(field.related_model, ShopModel)
        if (model._meta.db_table, ("shop_id", field.column)) not in keys
        or (model._meta.db_table, (field.column,)) in keys
    ]
    assert missing == []


def test_every_shop_table_has_an_index_that_begins_with_the_shop(db):
    first_columns = {
        row[0]
        for row in rows(
            "SELECT indrelid::regclass::text FROM pg_index "
            "JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] WHERE attname = 'shop_id'"
        )
    }
    assert [model._meta.db_table for model in shop_models() if model._meta.db_table not in first_columns] == []


def test_every_shop_model_refuses_to_be_read_outside_a_scope(db):
    for model in shop_models():
        for ask in (model.objects.all, model._base_manager.all, model._default_manager.all):
            with pytest.raises(NoShop):
                ask()


def test_a_question_asked_in_a_scope_is_not_answered_outside_it(shop):
    with shop_scope(shop):
        question = ShopProfile.objects.all()
    for ask in (
        lambda: list(question),
        question.count,
        question.exists,
        question.first,
        question.delete,
        lambda: question.update(name="x"),
        lambda: list(question.iterator()),
        lambda: question.aggregate(Count("id")),
        lambda: list(question.values_list("id")),
    ):
        with pytest.raises(NoShop):
            ask()


def test_raw_sql_without_a_scope_sees_no_row_outside_the_doorway(shop, other_shop):
    seen = [
        name
        for name, _, _, *_, app_reads in rows(TABLES, settings.DATABASE_ROLES["app"])
        if name not in OPEN_TABLES and app_reads and rows(f'SELECT 1 FROM "{name}" LIMIT 1')
    ]
    assert seen == []


def test_raw_sql_in_a_scope_sees_only_that_shop(shop, other_shop):
    with shop_scope(shop):
        assert rows("SELECT shop_id, name FROM shops_shopprofile") == [(shop, "First")]
        assert rows("SELECT name FROM shops_organisation") == [("First",)]
    assert rows("SELECT shop_id FROM shops_shopprofile") == []


def test_a_row_of_another_shop_is_neither_written_nor_changed(shop, other_shop):
    with shop_scope(shop):
        with pytest.raises(OtherShop):
            ShopProfile(shop_id=other_shop, name="x", currency="EUR", timezone="UTC").save()
        with pytest.raises(OtherShop):
            ShopProfile.objects.bulk_create([ShopProfile(shop_id=other_shop, name="x")])
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            rows(FOREIGN_NOTICE, other_shop)
        assert rows("UPDATE shops_shopprofile SET name = 'x' WHERE shop_id = %s RETURNING 1", other_shop) == []
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ShopProfile.objects.update(shop=other_shop)
    with shop_scope(other_shop):
        assert ShopProfile.objects.get().name == "Second"
        assert not Notice.objects.exists()


def test_another_shop_cannot_be_opened_inside_a_scope(shop, other_shop):
    with shop_scope(shop):
        with pytest.raises(OtherShop), shop_scope(other_shop):
            pass
        with shop_scope(shop):
            assert ShopProfile.objects.get().name == "First"
        assert ShopProfile.objects.get().name == "First"


def test_a_failed_scope_leaves_nothing_open(shop):
    with pytest.raises(ZeroDivisionError), shop_scope(shop):
        ShopProfile.objects.update(name="Changed")
        raise ZeroDivisionError
    assert rows(SETTING) == [("",)]
    with shop_scope(shop):
        assert ShopProfile.objects.get().name == "First"


def test_a_scope_leaves_nothing_behind_in_its_connection_or_in_a_transaction_around_it(transactional_db):
    shop = make_shop("alone")
    with shop_scope(shop), shop_scope(shop):
        assert rows(SETTING) == [(str(shop),)]
    assert rows(SETTING) == [("",)]
    with transaction.atomic():
        with shop_scope(shop):
            pass
        assert rows(SETTING) == [("",)]


def test_an_unknown_shop_cannot_hold_rows(db):
    with pytest.raises(IntegrityError), transaction.atomic(), shop_scope(987_654):
        Notice.objects.create(user_id=1, key="k", kind="k")
        rows("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_doorway_holds_nothing_but_keys(db):
    columns = {field.name for model in (Shop, Membership) for field in model._meta.local_fields}
    keys = {"id", "public_id", "slug", "organisation_id", "created_at", "user", "shop"}
    assert columns == keys | {"is_demo", "needs_second_step", "role"}  # and what says who is let in


def test_two_shops_may_not_share_a_slug(shop):
    from shopconnect.core.errors import Refusal  # noqa: PLC0415

    with pytest.raises(Refusal, match="already exists"):
        make_shop("first")
    assert Shop.objects.count() == 1
