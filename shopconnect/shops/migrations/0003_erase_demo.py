"""The function by which an invented shop is removed whole.

It runs as the owner whoever calls it, hence the pinned search path. It takes invented shops only, and only from
within their own scope. Every table with a shop's id is found by itself, so that none is forgotten later.
"""

from django.conf import settings
from django.db import migrations

ERASE = """
CREATE FUNCTION public.erase_demo_shop(erased bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
    gone bigint;
    total bigint := 0;
    organisation bigint;
BEGIN
    IF nullif(current_setting('app.shop_id', true), '')::bigint IS DISTINCT FROM erased THEN
        RAISE EXCEPTION 'A shop is removed from within its own scope.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT organisation_id INTO organisation FROM public.shops_shop WHERE id = erased AND is_demo FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Only an invented shop is removed so.' USING ERRCODE = 'insufficient_privilege';
    END IF;
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
CLOSE = "REVOKE ALL ON FUNCTION public.erase_demo_shop(bigint) FROM PUBLIC"
OPEN = f'GRANT EXECUTE ON FUNCTION public.erase_demo_shop(bigint) TO "{settings.DATABASE_ROLES["app"]}"'


class Migration(migrations.Migration):
    dependencies = [("shops", "0002_walls")]

    operations = [
        migrations.RunSQL(ERASE, "DROP FUNCTION public.erase_demo_shop(bigint)"),
        migrations.RunSQL(CLOSE, ""),
        migrations.RunSQL(OPEN, ""),
    ]
