"""The function that seals: it belongs to the owner, who runs it, and only appends."""

from django.db import migrations

# In the order of bytes, as the seals are computed again (audit/seals.py). Heads that are as they were sealed last are
# not sealed again. The lock lets one seal be made at a time.
MAKE = """
create function audit_seal_heads() returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    made integer;
    previous text;
begin
    lock table public.audit_seal in share row exclusive mode;
    select number, hash into made, previous from public.audit_seal order by number desc limit 1;
    made := coalesce(made, 0) + 1;
    insert into public.audit_seal (number, at, hash) values (made, clock_timestamp(), '');
    insert into public.audit_sealedhead (seal_id, chain, number, hash)
    select made, head.chain, head.number, head.hash
    from (select distinct on (chain) chain, number, hash from public.audit_event order by chain, number desc) head
    left join (
        select distinct on (chain) chain, number, hash from public.audit_sealedhead order by chain, seal_id desc
    ) sealed using (chain)
    where (sealed.number, sealed.hash) is distinct from (head.number, head.hash);
    update public.audit_seal set hash = encode(sha256(convert_to(coalesce(previous, '') || coalesce((
        select string_agg(E'\\n' || line, '' order by line collate "C") from (
            select chain || ' ' || number || ' ' || hash as line from public.audit_sealedhead where seal_id = made
        ) lines
    ), ''), 'UTF8')), 'hex') where number = made;
    return made;
end $$;
revoke all on function audit_seal_heads() from public;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]

    operations = [migrations.RunSQL(MAKE, "drop function audit_seal_heads()")]
