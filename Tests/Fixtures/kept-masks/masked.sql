-- What is allowed, and shows masked values.
-- A case is a line with its name, and then a statement on each line, one run behind the other in a transaction that is rolled back.

-- = inherit
CREATE TABLE np (id int, email text);
ALTER TABLE people INHERIT np;
SELECT email FROM np;

-- = attach
CREATE TABLE np (id int, email text, note text, seen timestamptz, phone bigint) PARTITION BY LIST (id);
ALTER TABLE people DROP CONSTRAINT people_pkey;
ALTER TABLE people ALTER id DROP NOT NULL;
ALTER TABLE np ATTACH PARTITION people DEFAULT;
SELECT email FROM np;

-- = like
CREATE TABLE l (LIKE people INCLUDING ALL);
SELECT * FROM l;

-- = trigger raises
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE '%', NEW.email; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = procedure inout
CREATE TABLE leak (x text);
CREATE PROCEDURE pr(INOUT v text) LANGUAGE plpgsql AS $f$ BEGIN SELECT email INTO v FROM people LIMIT 1; END $f$;
CALL pr('x');

-- = cursor
DECLARE c CURSOR FOR SELECT email FROM people;
FETCH ALL FROM c;

-- = update returning
UPDATE people SET note = 'q' RETURNING email;

-- = view
CREATE VIEW v AS SELECT email AS x FROM people;
SELECT x FROM v;

-- = view later
CREATE VIEW v AS SELECT note AS x FROM people;
CREATE OR REPLACE VIEW v AS SELECT email AS x FROM people;
SELECT x FROM v;

-- = view of function
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
CREATE VIEW v AS SELECT f() AS x;
SELECT x FROM v;

-- = recursive view
CREATE RECURSIVE VIEW v (x) AS SELECT email FROM people;
SELECT x FROM v;

-- = copy table
COPY people TO STDOUT;

-- = copy query
COPY (SELECT email FROM people) TO STDOUT;

-- = copy returning
COPY (UPDATE people SET note = 'r' RETURNING email) TO STDOUT;

-- = explain filter
EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM people WHERE email = (SELECT email FROM people WHERE id = 1);
EXPLAIN (VERBOSE) SELECT mail_of(1);

-- = tablesample
SELECT email FROM people TABLESAMPLE BERNOULLI (100);

-- = xml
SELECT query_to_xml('SELECT email FROM people', true, false, '');

-- = partition rename
ALTER TABLE part1 RENAME TO p9;
SELECT email FROM p9;

-- = plpgsql return variable
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN v := (SELECT email FROM people LIMIT 1); RETURN v; END $f$;
SELECT f();

-- = create schema elements
CREATE SCHEMA s CREATE VIEW v AS SELECT email FROM public.people CREATE TABLE t (x text);
SELECT email FROM s.v;

-- = rows of an admin's rule
UPDATE ruled SET id = 2;
INSERT INTO entered VALUES (1, 'x') RETURNING id, x;

-- = generated column of an admin's
SELECT id, x FROM worked_out;
