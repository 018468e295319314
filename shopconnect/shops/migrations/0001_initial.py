"""Shops, their walls, and the functions by which one is erased."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
from shopconnect.core.tenancy.walls import CHANGE, CURRENT_SHOP, Grant, ShopWall, policy_statements

SAME_ORGANISATION = (
    f"EXISTS (SELECT FROM shops_shop s WHERE s.id = {CURRENT_SHOP} AND s.organisation_id = shops_organisation.id)"
)
# By these functions a shop is erased: its many rows in slices, then all that is left, the shop itself last. They run as
# the owner whoever calls them, hence the pinned search path. They take a shop that left its platform, or an invented
# one, and only from within its own scope. Every table with a shop's id is found by itself, so that none is forgotten.
GUARD = """
CREATE FUNCTION public.hold_erased_shop(erased bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_invented boolean;
BEGIN
    IF nullif(current_setting('app.shop_id', true), '')::bigint IS DISTINCT FROM erased THEN
        RAISE EXCEPTION 'A shop is erased from within its own scope.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT is_demo INTO is_invented FROM public.shops_shop WHERE id = erased FOR UPDATE;
    IF is_invented IS NOT TRUE AND (
        NOT EXISTS (SELECT FROM public.shops_install WHERE shop_id = erased)
        OR EXISTS (SELECT FROM public.shops_install WHERE shop_id = erased AND uninstalled_at IS NULL)
    ) THEN
        RAISE EXCEPTION 'Only a shop that left, or an invented one, is erased.' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$
"""

# Tables that no other points at hold nearly all rows. What says that the shop left, and that it is to be erased, stays
# to the last. Partitions are taken one by one: a row's place is its own within one of them only.
SLICE = """
CREATE FUNCTION public.erase_shop_slice(erased bigint, most bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    name text;
    gone bigint;
    total bigint := 0;
BEGIN
    PERFORM public.hold_erased_shop(erased);
    FOR name IN
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND a.attname = 'shop_id' AND NOT a.attisdropped
        AND c.relname NOT IN ('core_due', 'shops_install', 'shops_shopprofile')
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid) ORDER BY 1
    LOOP
        EXECUTE format(
            'DELETE FROM ONLY public.%I WHERE ctid = ANY (ARRAY('
            'SELECT ctid FROM ONLY public.%I WHERE shop_id = $1 LIMIT $2))', name, name
        ) USING erased, most - total;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
        EXIT WHEN total >= most;
    END LOOP;
    RETURN total;
END $$
"""

REST = """
CREATE FUNCTION public.erase_shop(erased bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
    gone bigint;
    total bigint := 0;
    organisation bigint;
BEGIN
    PERFORM public.hold_erased_shop(erased);
    SELECT organisation_id INTO organisation FROM public.shops_shop WHERE id = erased;
    SET CONSTRAINTS ALL DEFERRED;
    FOR name IN
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attname = 'shop_id' AND NOT a.attisdropped ORDER BY 1
    LOOP
        EXECUTE format('DELETE FROM public.%I WHERE shop_id = $1', name) USING erased;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
    END LOOP;
    DELETE FROM public.shops_shop WHERE id = erased;
    DELETE FROM public.shops_organisation
    WHERE id = organisation AND NOT EXISTS (SELECT FROM public.shops_shop WHERE organisation_id = organisation);
    RETURN total;
END $$
"""
APP = settings.DATABASE_ROLES["app"]


def _made(create: str, name: str, is_called: bool = True) -> list[migrations.RunSQL]:
    closed = [
        migrations.RunSQL(create, f"DROP FUNCTION public.{name}"),
        migrations.RunSQL(f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC", ""),
    ]
    return (
        [*closed, migrations.RunSQL(f'GRANT EXECUTE ON FUNCTION public.{name} TO "{APP}"', "")] if is_called else closed
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False, unique=True
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Install",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("platform", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=255)),
                ("number", models.CharField(blank=True, max_length=64)),
                ("tokens", shopconnect.core.fields.EncryptedTextField(blank=True, db_column="token")),
                ("tokens_at", models.DateTimeField(null=True)),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("needs_sign_in_at", models.DateTimeField(null=True)),
                ("installed_at", models.DateTimeField(auto_now_add=True)),
                ("uninstalled_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uninstalled_at", None)), fields=("shop",), name="shops_install_live_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("action", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("detail", models.JSONField(default=dict)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["shop", "-at"], name="shops_audit_at")],
            },
        ),
        migrations.CreateModel(
            name="ShopKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("widget", "widget"),
                            ("api", "api"),
                            ("invitation", "invitation"),
                            ("domain", "domain"),
                            ("platform", "platform"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=255)),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="shops.shop"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "domain"), _negated=True),
                        fields=("kind", "value"),
                        name="shops_key_once",
                    ),
                    models.UniqueConstraint(fields=("shop", "kind", "value"), name="shops_key_once_a_shop"),
                ]
            },
        ),
        migrations.CreateModel(
            name="ShopProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("currency", models.CharField(max_length=3)),
                ("timezone", models.CharField(max_length=60)),
                ("languages", models.JSONField(default=list)),
                ("countries", models.JSONField(default=list)),
                ("hosts", models.JSONField(default=list)),
                ("prices_include_tax", models.BooleanField(null=True)),
                ("settings", models.JSONField(default=dict)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("shop",), name="shops_profile_once")],
            },
        ),
        migrations.CreateModel(
            name="UninstallFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("costly", "costly"),
                            ("hard", "hard"),
                            ("broken", "broken"),
                            ("useless", "useless"),
                            ("closing", "closing"),
                        ],
                        max_length=12,
                    ),
                ),
                ("saying", shopconnect.core.fields.EncryptedTextField(blank=True)),
                ("said_at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("shop",), name="shops_goodbye_once")],
            },
        ),
        ShopWall("shopprofile"),
        ShopWall("install"),
        ShopWall("uninstallfeedback"),
        ShopWall("auditentry", append_only=True),
        *[migrations.RunSQL(sql, "") for sql in policy_statements("shops_organisation", SAME_ORGANISATION)],
        Grant(CHANGE, "shops_organisation", "shops_shop", "shops_shopkey"),
        *_made(GUARD, "hold_erased_shop(bigint)", is_called=False),
        *_made(SLICE, "erase_shop_slice(bigint, bigint)"),
        *_made(REST, "erase_shop(bigint)"),
    ]
