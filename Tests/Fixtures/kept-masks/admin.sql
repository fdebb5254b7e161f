-- What can do anything, or cannot be told, counts as admin.
-- A case is a line with its name, and then a statement on each line, one run behind the other in a transaction that is rolled back.

-- = drop parent
DROP TABLE parent CASCADE;
SELECT email FROM child;

-- = plpgsql cursor
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE c CURSOR FOR SELECT email FROM people; v text; BEGIN OPEN c; FETCH c INTO v; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql cursor for
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE c CURSOR FOR SELECT email FROM people; BEGIN FOR r IN c LOOP INSERT INTO leak VALUES (r.email); END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql open for
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE c refcursor; v text; BEGIN OPEN c FOR SELECT email FROM people; FETCH c INTO v; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql notify
LISTEN c;
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; PERFORM pg_notify('c', v); END $f$;
SELECT f();

-- = set_config
SELECT set_config('a.b', (SELECT email FROM people LIMIT 1), false);
SELECT current_setting('a.b');

-- = set_config function
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT set_config('a.b', email, false) FROM people LIMIT 1 $f$;
SELECT f();
SELECT current_setting('a.b');

-- = set_config harmless name
SELECT set_config('application_name', (SELECT email FROM people LIMIT 1), false);
SHOW application_name;

-- = pg_notify
LISTEN c;
SELECT pg_notify('c', email) FROM people;

-- = lo
SELECT lo_from_bytea(999999, email::bytea) FROM people LIMIT 1;
SELECT convert_from(lo_get(999999), 'UTF8');

-- = advisory
SELECT pg_advisory_lock(phone) FROM people LIMIT 1;
SELECT objid, classid FROM pg_locks WHERE locktype = 'advisory';

-- = xact advisory
SELECT pg_try_advisory_xact_lock(phone) FROM people LIMIT 1;
SELECT objid, classid FROM pg_locks WHERE locktype = 'advisory';

-- = analyze
ANALYZE people;
SELECT most_common_vals FROM pg_stats WHERE tablename = 'people';
SELECT histogram_bounds FROM pg_stats WHERE tablename = 'people';

-- = foreign
CREATE EXTENSION postgres_fdw;

-- = server
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;

-- = foreign table
CREATE FOREIGN TABLE ft (email text) SERVER s;

-- = publication
CREATE PUBLICATION p FOR TABLE people;

-- = subscription
CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;

-- = event trigger
CREATE OR REPLACE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN END $f$;
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();

-- = do
DO $$ BEGIN END $$;

-- = language
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpython3u AS $f$ x $f$;

-- = c function
CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'x', 'y';

-- = internal function
CREATE FUNCTION rf(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all';

-- = temp view
CREATE TEMP VIEW tv AS SELECT email AS x FROM people;
SELECT x FROM tv;

-- = temp function
CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql AS 'SELECT email FROM people LIMIT 1';
SELECT pg_temp.f();

-- = temp function insert
CREATE TABLE leak (x text);
CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql AS 'INSERT INTO leak SELECT email FROM people';
SELECT pg_temp.f();
SELECT * FROM leak;

-- = rename column in one text
ALTER TABLE people RENAME COLUMN email TO mail_ok; ALTER TABLE people RENAME COLUMN mail_ok TO leak;
SELECT leak FROM people;
