"""The functions by which a shop is erased: its many rows in slices, then all that is left, the shop itself last.

They run as the owner whoever calls them, hence the pinned search path. They take a shop that left its platform, or an
invented one, and only from within its own scope. Every table with a shop's id is found by itself, so that none is
forgotten later. `erase_demo_shop` stays for the code before this one.
"""

from django.conf import settings
from django.db import migrations

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
    return [*closed, migrations.RunSQL(f'GRANT EXECUTE ON FUNCTION public.{name} TO "{APP}"', "")] if is_called else closed


class Migration(migrations.Migration):
    dependencies = [("shops", "0005_installs")]

    operations = [
        *_made(GUARD, "hold_erased_shop(bigint)", is_called=False),
        *_made(SLICE, "erase_shop_slice(bigint, bigint)"),
        *_made(REST, "erase_shop(bigint)"),
    ]
