#!/bin/bash
# Writes catalog-shop.jsonl: the rows of every CatalogQuery over a database made from Tests/Fixtures/corpus/schema.sql.
# Starts a private PostgreSQL 15 in a scratch directory and stops it again. Needs: postgresql-15, postgresql-contrib, python3.
#
# The queries are read from Sources/SQLInspection/Catalog/CatalogQuery.swift, so that the two cannot drift apart.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=/usr/lib/postgresql/15/bin
scratch=$(mktemp -d)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
trap 'as_postgres "$bin/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
[ "$(id -u)" = 0 ] && chown postgres "$scratch"
as_postgres "$bin/initdb" -D "$scratch/data" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$scratch/data" -l "$scratch/log" -w \
    -o "-k $scratch -c listen_addresses='' -c fsync=off" start >/dev/null
export PGHOST=$scratch PGPORT=5432 PGDATABASE=shop
PGUSER=$( [ "$(id -u)" = 0 ] && echo postgres || id -un )
export PGUSER
createdb shop
psql -qX -v ON_ERROR_STOP=1 -f "$here/../corpus/schema.sql" >/dev/null
python3 "$here/dump_catalog.py" "$here/../../../Sources/SQLInspection/Catalog/CatalogQuery.swift" >"$here/catalog-shop.jsonl"
