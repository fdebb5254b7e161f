-- Ordinary migrations and functions of one for whom columns are masked.
-- A case is a line with its name, and then a statement on each line, one run behind the other in a transaction that is rolled back.

-- = rename untagged
ALTER TABLE people RENAME COLUMN note TO remark;
SELECT remark FROM people;

-- = rename other table
ALTER TABLE notes RENAME TO memos;
SELECT * FROM memos;

-- = set schema other
CREATE SCHEMA s;
ALTER TABLE notes SET SCHEMA s;
SELECT * FROM s.notes;

-- = rename index
ALTER INDEX people_pkey RENAME TO people_key;

-- = rename constraint
ALTER TABLE people RENAME CONSTRAINT people_pkey TO pk;

-- = rename to tagged
ALTER TABLE people RENAME COLUMN email TO mail_ok;
SELECT mail_ok FROM people;

-- = add column
ALTER TABLE people ADD COLUMN a text DEFAULT 'x';
ALTER TABLE people ADD COLUMN b timestamptz DEFAULT now() NOT NULL;
SELECT a, b FROM people;

-- = add generated
ALTER TABLE people ADD COLUMN n2 text GENERATED ALWAYS AS (upper(note)) STORED;
SELECT n2 FROM people;

-- = index
CREATE INDEX ON people (email);
CREATE UNIQUE INDEX ON people (lower(email));
CREATE INDEX ON people (id) WHERE note IS NOT NULL;

-- = type
ALTER TABLE people ALTER COLUMN note TYPE varchar(100);
ALTER TABLE audit ALTER COLUMN email TYPE varchar(100);

-- = type using own
ALTER TABLE people ALTER COLUMN note TYPE varchar(100) USING trim(note);

-- = type using same
ALTER TABLE audit ALTER COLUMN email TYPE varchar(100) USING trim(email);
SELECT email FROM audit;

-- = check
ALTER TABLE people ADD CHECK (email <> '');
ALTER TABLE people ADD CHECK (length(note) < 1000);

-- = foreign key
ALTER TABLE notes ADD FOREIGN KEY (id) REFERENCES people (id);

-- = updated_at trigger
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.seen := now(); RETURN NEW; END $f$;
CREATE TRIGGER u BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;

-- = replace updated_at
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.seen = clock_timestamp(); RETURN NEW; END $f$;
UPDATE people SET note = 'y' WHERE id = 1;

-- = audit trigger of ids
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO notes VALUES (NEW.id, NEW.note); RETURN NEW; END $f$;
CREATE TRIGGER u AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;

-- = audit trigger to tagged
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit VALUES (NEW.id, NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER u AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT email FROM audit;

-- = check trigger
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF NEW.email IS NULL THEN RAISE EXCEPTION 'no mail'; END IF; NEW.email := lower(NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER u BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;

-- = trigger elsewhere
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.note := upper(NEW.note); RETURN NEW; END $f$;
CREATE TRIGGER u BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO notes VALUES (3, 'x');
SELECT note FROM notes;

-- = rule of ids
CREATE RULE r AS ON UPDATE TO people DO ALSO INSERT INTO notes VALUES (NEW.id, NEW.note);
UPDATE people SET note = 'y' WHERE id = 1;

-- = rule elsewhere
CREATE RULE r AS ON DELETE TO notes DO INSTEAD NOTHING;

-- = function
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql AS $f$ SELECT note FROM people WHERE id = $1 $f$;
SELECT f(1);
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql AS $f$ SELECT upper(note) FROM people WHERE id = $1 $f$;
SELECT f(1);
DROP FUNCTION f(int);

-- = function that copies ids
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN FOR r IN SELECT id, note FROM people LOOP INSERT INTO notes VALUES (r.id, r.note); END LOOP; END $f$;
SELECT f();

-- = function to tagged
SELECT to_audit();
SELECT email FROM audit;

-- = function to tagged plpgsql
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit SELECT id, email FROM people; END $f$;
SELECT f();
SELECT email FROM audit;

-- = plpgsql variable to tagged
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people WHERE id = 1; INSERT INTO audit VALUES (1, v); END $f$;
SELECT f();

-- = plpgsql reads
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people WHERE id = 1; RETURN v; END $f$;
SELECT f();

-- = view
CREATE OR REPLACE VIEW shown AS SELECT id, email AS x, note FROM people;
SELECT * FROM shown;
DROP VIEW shown CASCADE;

-- = refresh
REFRESH MATERIALIZED VIEW stored;
SELECT * FROM stored;

-- = matview rename untagged
ALTER MATERIALIZED VIEW stored RENAME TO kept;
SELECT * FROM kept;

-- = view rename
ALTER VIEW shown RENAME TO seen_by;
SELECT * FROM seen_by;

-- = default
ALTER TABLE people ALTER note SET DEFAULT 'n';
ALTER TABLE people ALTER seen SET DEFAULT now();
ALTER TABLE labelled ALTER x SET DEFAULT label();

-- = table
CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now(), k uuid DEFAULT gen_random_uuid(), email text CHECK (email LIKE '%@%'));
INSERT INTO t (email) VALUES ('a@b');
SELECT * FROM t;

-- = drop
DROP TABLE people CASCADE;
CREATE TABLE people (id int, email text);
SELECT * FROM people;

-- = drop column
ALTER TABLE people DROP COLUMN email CASCADE;

-- = partition
CREATE TABLE part2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
INSERT INTO parted VALUES (11, 'own@example.com');
SELECT * FROM part2;
DROP TABLE part2;

-- = inherit
CREATE TABLE np (id int, email text);
ALTER TABLE people INHERIT np;
SELECT email FROM np;

-- = temp
CREATE TEMP TABLE t AS SELECT id, note FROM people;
SELECT * FROM t;
DROP TABLE t;

-- = grant
GRANT SELECT ON people TO PUBLIC;
COMMENT ON COLUMN people.email IS 'mail';

-- = policy
CREATE POLICY p ON people USING (id > 0 AND email <> '');
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
SELECT email FROM people;

-- = domain
CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%') DEFAULT 'a@b';
CREATE TABLE t (m mail);
ALTER TABLE audit ALTER email TYPE mail;
SELECT email FROM audit;

-- = truncate
TRUNCATE people;

-- = disable trigger
ALTER TABLE people DISABLE TRIGGER ALL;
ALTER TABLE people ENABLE TRIGGER ALL;

-- = rename type
ALTER TYPE person RENAME TO human;
ALTER FUNCTION helper(text) OWNER TO CURRENT_USER;

-- = same name in another schema
CREATE SCHEMA tenant;
CREATE TABLE tenant.audit (id int, email text);
DROP TABLE tenant.audit;

-- = replace function in use
CREATE OR REPLACE FUNCTION helper(text) RETURNS text LANGUAGE sql AS $f$ SELECT 'y'::text $f$;
UPDATE people SET note = 'y' WHERE id = 1;

-- = replace label
CREATE OR REPLACE FUNCTION label() RETURNS text LANGUAGE sql AS $f$ SELECT 'other' $f$;
INSERT INTO labelled VALUES (1);
SELECT x FROM labelled;

-- = operator
CREATE OR REPLACE FUNCTION f(a text, b int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT a || b::text $f$;
CREATE OPERATOR ~~~~ (FUNCTION = f, LEFTARG = text, RIGHTARG = int);
SELECT note ~~~~ 1 FROM people;

-- = function with default argument
CREATE OR REPLACE FUNCTION f(a text DEFAULT 'x') RETURNS text LANGUAGE sql AS $f$ SELECT a $f$;
SELECT f();

-- = drop function
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ SELECT 1 $f$;
DROP FUNCTION f();

-- = drop trigger
DROP TRIGGER touch ON people;
DROP FUNCTION touch();

-- = setting as default
ALTER TABLE people ADD COLUMN tenant text DEFAULT current_setting('app.tenant', true);

-- = procedure of ids
CREATE PROCEDURE pr() LANGUAGE plpgsql AS $f$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM people; INSERT INTO notes VALUES (n, 'x'); END $f$;
CALL pr();

-- = counts by email
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM people WHERE email LIKE '%x%'; UPDATE notes SET id = n; END $f$;
SELECT f();

-- = function that replaces itself and a view
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN CREATE OR REPLACE VIEW plain AS SELECT id, note FROM notes; CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; RETURN NEW; END $f$;
CREATE OR REPLACE VIEW plain AS SELECT id, note FROM notes;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$;

-- = foreign keys by number
CREATE TABLE orders (person int REFERENCES people ON UPDATE CASCADE ON DELETE CASCADE, other int REFERENCES people (id) ON UPDATE CASCADE);
ALTER TABLE notes ADD FOREIGN KEY (id) REFERENCES people ON UPDATE CASCADE;

-- = foreign key by address that hands nothing on
ALTER TABLE people ADD UNIQUE (email);
CREATE TABLE orders (mail text REFERENCES people (email));

-- = path of a function in use
ALTER FUNCTION helper(text) SET search_path = public, pg_temp;
ALTER FUNCTION touch() SET search_path = public;
UPDATE people SET note = 'y' WHERE id = 1;

-- = temporary table with defaults
CREATE TEMP TABLE t (number serial PRIMARY KEY, at timestamptz DEFAULT now(), LIKE audit INCLUDING ALL);
ALTER TABLE t ADD COLUMN y text DEFAULT 'y';
SELECT * FROM t;

-- = table in one pipeline of changes
CREATE TABLE made (id int);
ALTER TABLE made ADD COLUMN x text DEFAULT 'x';
ALTER TABLE made ALTER x SET DEFAULT upper('y');
ALTER TABLE made ALTER id TYPE bigint;
ALTER TABLE made RENAME COLUMN x TO y;
ALTER TABLE made RENAME TO kept;
SELECT y FROM kept;
