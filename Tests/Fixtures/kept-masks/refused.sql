-- Ways by which masked values would come to where they are not masked: each shows one when it is run straight.
-- A case is a line with its name, and then a statement on each line, one run behind the other in a transaction that is rolled back.

-- = rename column
ALTER TABLE people RENAME COLUMN email TO x;
SELECT x FROM people;

-- = rename table
ALTER TABLE people RENAME TO leak;
SELECT email FROM leak;

-- = rename schema
ALTER SCHEMA other RENAME TO leak;
SELECT email FROM leak.people;

-- = set schema
CREATE SCHEMA leak;
ALTER TABLE people SET SCHEMA leak;
SELECT email FROM leak.people;

-- = rename view column
ALTER VIEW tagged RENAME COLUMN mail TO y;
SELECT y FROM tagged;

-- = rename matview column
ALTER MATERIALIZED VIEW tagstored RENAME COLUMN mail TO y;
SELECT y FROM tagstored;

-- = rename matview
ALTER MATERIALIZED VIEW tagstored RENAME TO y;
SELECT mail FROM y;

-- = rename attribute
ALTER TYPE person RENAME ATTRIBUTE email TO y CASCADE;
SELECT y FROM typed;

-- = rename parent column
ALTER TABLE parent RENAME COLUMN email TO y;
SELECT y FROM child;

-- = rename parent
ALTER TABLE parent RENAME TO y;
SELECT email FROM child;

-- = no inherit
ALTER TABLE child NO INHERIT parent;
SELECT email FROM child;

-- = drop parent column
ALTER TABLE parent DROP COLUMN email;
SELECT email FROM localchild;

-- = drop only parent column
ALTER TABLE ONLY parent DROP COLUMN email;
SELECT email FROM child;

-- = detach
ALTER TABLE parted DETACH PARTITION part1;
SELECT email FROM part1;

-- = type using
ALTER TABLE people ALTER COLUMN note TYPE text USING email;
SELECT note FROM people;

-- = add generated
ALTER TABLE people ADD COLUMN g text GENERATED ALWAYS AS (email) STORED;
ALTER TABLE people ALTER COLUMN g DROP EXPRESSION;
SELECT g FROM people;

-- = drop expression
ALTER TABLE gen ALTER COLUMN low DROP EXPRESSION;
SELECT low FROM gen;

-- = default
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
CREATE TABLE leak (x text);
ALTER TABLE leak ALTER x SET DEFAULT f();
INSERT INTO leak DEFAULT VALUES;
SELECT * FROM leak;

-- = default of new column
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
ALTER TABLE notes ADD COLUMN y text DEFAULT f();
SELECT y FROM notes;

-- = default of new table
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
CREATE TABLE leak (id int, x text DEFAULT f());
INSERT INTO leak(id) VALUES (1);
SELECT * FROM leak;

-- = default of domain
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
CREATE DOMAIN d AS text DEFAULT f();
CREATE TABLE leak (id int, x d);
INSERT INTO leak(id) VALUES (1);
SELECT * FROM leak;

-- = default replaced
CREATE OR REPLACE FUNCTION label() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO labelled VALUES (1);
SELECT x FROM labelled;

-- = default own replaced
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT 'x' $f$;
ALTER TABLE leak ALTER x SET DEFAULT f();
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO leak DEFAULT VALUES;
SELECT * FROM leak;

-- = default via function
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT 'x' $f$;
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN g(); END $f$;
ALTER TABLE leak ALTER x SET DEFAULT f();
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO leak DEFAULT VALUES;
SELECT * FROM leak;

-- = check
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
ALTER TABLE people ADD CHECK (f(email));
SELECT * FROM leak;

-- = check later
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RETURN true; END $f$;
ALTER TABLE people ADD CHECK (f(email));
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = domain check
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE DOMAIN d AS text CHECK (f(VALUE));
SELECT email::d FROM people;
SELECT * FROM leak;

-- = domain column
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE DOMAIN d AS text CHECK (f(VALUE));
ALTER TABLE other.people ALTER email TYPE d;
SELECT * FROM leak;

-- = cast
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a people) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a.email); RETURN 'x'; END $f$;
CREATE CAST (people AS text) WITH FUNCTION f(people);
SELECT p::text FROM people p;
SELECT * FROM leak;

-- = implicit cast
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a people) RETURNS bigint LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a.email); RETURN 1; END $f$;
CREATE CAST (people AS bigint) WITH FUNCTION f(people) AS IMPLICIT;
SELECT abs(p) FROM people p;
SELECT * FROM leak;

-- = operator
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text, b int) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE OPERATOR ~~~~ (FUNCTION = f, LEFTARG = text, RIGHTARG = int);
SELECT email ~~~~ 1 FROM people;
SELECT * FROM leak;

-- = aggregate
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text, b text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (b); RETURN a; END $f$;
CREATE AGGREGATE agg (text) (SFUNC = f, STYPE = text);
SELECT agg(email) FROM people;
SELECT * FROM leak;

-- = trigger insert
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger old
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (OLD.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger whole row
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW::text); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger row json
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT row_to_json(NEW); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger into notes by select
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT email FROM people; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger by variable
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN v := NEW.email; INSERT INTO leak VALUES (v); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger by record
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN r := NEW; INSERT INTO leak VALUES (r.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger sets other column
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.note := NEW.email; RETURN NEW; END $f$;
CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT note FROM people;

-- = trigger select into new
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN SELECT email INTO NEW.note FROM people WHERE id = 1; RETURN NEW; END $f$;
CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO notes VALUES (9);
SELECT note FROM notes;

-- = trigger swaps row
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW := ROW(NEW.id, NULL, NEW.email, NULL, NULL)::people; RETURN NEW; END $f$;
CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT note FROM people;

-- = trigger returns row
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN ROW(NEW.id, NULL, NEW.email, NULL, NULL)::people; END $f$;
CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT note FROM people;

-- = trigger config
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM set_config('a.b', NEW.email, false); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT current_setting('a.b');

-- = trigger execute
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'INSERT INTO leak VALUES ($1)' USING NEW.email; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger execute format
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN EXECUTE format('INSERT INTO leak VALUES (%L)', NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger calls
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) $f$;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM g(NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger calls row
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a people) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a.email) $f$;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM g(NEW); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger late
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger existing replaced
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger helper replaced
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION helper(text) RETURNS text LANGUAGE sql AS $f$ INSERT INTO leak VALUES ($1); SELECT 'x' $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger helper overloaded
CREATE TABLE leak (x text);
ALTER FUNCTION helper(text) RENAME TO h2;
CREATE OR REPLACE FUNCTION helper(text) RETURNS text LANGUAGE sql AS $f$ INSERT INTO leak VALUES ($1); SELECT 'x' $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger helper renamed into
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION h3(text) RETURNS text LANGUAGE sql AS $f$ INSERT INTO leak VALUES ($1); SELECT 'x' $f$;
ALTER FUNCTION helper(text) RENAME TO h2;
ALTER FUNCTION h3(text) RENAME TO helper;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger helper set schema
CREATE TABLE leak (x text);
CREATE SCHEMA s2;
CREATE FUNCTION s2.helper(text) RETURNS text LANGUAGE sql AS 'INSERT INTO leak VALUES ($1); SELECT ''x''';
DROP FUNCTION helper(text);
ALTER FUNCTION s2.helper(text) SET SCHEMA public;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger late bound missing
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM nope(NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE OR REPLACE FUNCTION nope(text) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES ($1) $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger transition table
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT email FROM n; RETURN NULL; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger shadowed by temp
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit VALUES (NEW.id, NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE TEMP TABLE audit (id int, email text);
UPDATE people SET note = 'y' WHERE id = 1;
SELECT email FROM pg_temp.audit;

-- = trigger when
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW WHEN (g(NEW.email)) EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger on other table
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT email FROM people; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO notes VALUES (5);
SELECT * FROM leak;

-- = trigger enabled
ALTER TABLE people DISABLE TRIGGER touch;
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
ALTER TABLE people ENABLE TRIGGER touch;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger on child
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON child FOR EACH ROW EXECUTE FUNCTION f();
UPDATE parent SET id = 5;
SELECT * FROM leak;

-- = trigger on partition moved
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
CREATE TABLE np (id int, email text) PARTITION BY RANGE (id);
CREATE TRIGGER t AFTER UPDATE ON np FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE parted DETACH PARTITION part1;
ALTER TABLE np ATTACH PARTITION part1 DEFAULT;
UPDATE np SET id = 5;
SELECT * FROM leak;

-- = trigger attached by partition
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
CREATE TABLE np (id int, email text, note text, seen timestamptz, phone bigint) PARTITION BY LIST (id);
CREATE TRIGGER t AFTER UPDATE ON np FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE np ATTACH PARTITION people DEFAULT;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = trigger on view
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, email FROM people;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (OLD.email); RETURN NEW; END $f$;
CREATE TRIGGER t INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION f();
UPDATE v SET id = 5;
SELECT * FROM leak;

-- = rule
CREATE TABLE leak (x text);
CREATE RULE r AS ON UPDATE TO people DO ALSO INSERT INTO leak VALUES (NEW.email);
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = rule by function
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) $f$;
CREATE RULE r AS ON UPDATE TO people DO ALSO SELECT g(NEW.email);
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = rule by function late
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS int LANGUAGE sql AS $f$ SELECT 1 $f$;
CREATE RULE r AS ON UPDATE TO people DO ALSO SELECT g(NEW.email);
CREATE OR REPLACE FUNCTION g(a text) RETURNS int LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) RETURNING 1 $f$;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = rule on view
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, email FROM people;
CREATE RULE r AS ON UPDATE TO v DO INSTEAD INSERT INTO leak VALUES (OLD.email);
UPDATE v SET id = 4;
SELECT * FROM leak;

-- = rule then renamed view
CREATE TABLE leak (x text);
CREATE RULE r AS ON UPDATE TO shown DO INSTEAD INSERT INTO leak VALUES (OLD.x);
UPDATE shown SET id = 4;
SELECT * FROM leak;

-- = rule view late
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, note AS x FROM people;
CREATE RULE r AS ON UPDATE TO v DO INSTEAD INSERT INTO leak VALUES (OLD.x);
CREATE OR REPLACE VIEW v AS SELECT id, email AS x FROM people;
UPDATE v SET id = 4;
SELECT * FROM leak;

-- = rule source view late
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, note AS x FROM people;
CREATE RULE r AS ON UPDATE TO notes DO ALSO INSERT INTO leak SELECT x FROM v;
CREATE OR REPLACE VIEW v AS SELECT id, email AS x FROM people;
UPDATE notes SET id = 4;
SELECT * FROM leak;

-- = trigger view late
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, note AS x FROM people;
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT x FROM v; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION f();
CREATE OR REPLACE VIEW v AS SELECT id, email AS x FROM people;
UPDATE notes SET id = 4;
SELECT * FROM leak;

-- = policy
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE POLICY p ON people USING (f(email));
ALTER TABLE people FORCE ROW LEVEL SECURITY;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
SELECT id FROM people;
SELECT * FROM leak;

-- = policy late
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RETURN true; END $f$;
CREATE POLICY p ON people USING (f(email));
ALTER TABLE people FORCE ROW LEVEL SECURITY;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
SELECT id FROM people;
SELECT * FROM leak;

-- = sql function
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak SELECT email FROM people $f$;
SELECT f();
SELECT * FROM leak;

-- = sql function atomic
CREATE TABLE leak (x text);
CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO leak SELECT email FROM people; END;
SELECT f();
SELECT * FROM leak;

-- = sql function in from
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ INSERT INTO leak SELECT email FROM people RETURNING 1 $f$;
SELECT * FROM f();
SELECT * FROM leak;

-- = plpgsql insert select
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT email FROM people; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql variable
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql assign
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN v := (SELECT email FROM people LIMIT 1); INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql default
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text := (SELECT email FROM people LIMIT 1); BEGIN INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql for
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN FOR r IN SELECT * FROM people LOOP INSERT INTO leak VALUES (r.email); END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql foreach
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN FOREACH v IN ARRAY (SELECT array_agg(email) FROM people) LOOP INSERT INTO leak VALUES (v); END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql returning into
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN UPDATE people SET note = 'z' WHERE id = 1 RETURNING email INTO v; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql sqlerrm
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN PERFORM email::int FROM people; EXCEPTION WHEN others THEN INSERT INTO leak VALUES (SQLERRM); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql stacked
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN PERFORM email::int FROM people; EXCEPTION WHEN others THEN GET STACKED DIAGNOSTICS v = MESSAGE_TEXT; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql two functions
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN (SELECT email FROM people LIMIT 1); END $f$;
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN v := g(); INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql out
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(OUT o text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN SELECT email INTO o FROM people LIMIT 1; END $f$;
INSERT INTO leak SELECT g();
SELECT * FROM leak;

-- = plpgsql rowtype
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE r people%ROWTYPE; BEGIN SELECT * INTO r FROM people LIMIT 1; INSERT INTO leak VALUES (r.email); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql execute
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'INSERT INTO leak SELECT email FROM people'; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql execute into
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN EXECUTE 'SELECT email FROM people LIMIT 1' INTO v; INSERT INTO leak VALUES (v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql execute using
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; EXECUTE 'INSERT INTO leak VALUES ($1)' USING v; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql update
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; UPDATE notes SET note = v; END $f$;
SELECT f();
SELECT note FROM notes;

-- = plpgsql setval
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v bigint; BEGIN SELECT phone INTO v FROM people LIMIT 1; PERFORM setval('counter', v); END $f$;
SELECT f();
SELECT last_value FROM counter;

-- = plpgsql create table as
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN CREATE TABLE leak AS SELECT email FROM people; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql rename
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ALTER TABLE people RENAME TO leak; END $f$;
SELECT f();
SELECT email FROM leak;

-- = plpgsql calls writer
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) $f$;
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; PERFORM g(v); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql return query
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY SELECT email FROM people; END $f$;
INSERT INTO leak SELECT f();
SELECT * FROM leak;

-- = plpgsql return next
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql AS $f$ DECLARE r text; BEGIN FOR r IN SELECT email FROM people LOOP RETURN NEXT r; END LOOP; END $f$;
INSERT INTO leak SELECT f();
SELECT * FROM leak;

-- = sql rename
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ ALTER TABLE people RENAME TO leak $f$;
SELECT f();
SELECT email FROM leak;

-- = procedure
CREATE TABLE leak (x text);
CREATE PROCEDURE pr() LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; INSERT INTO leak VALUES (v); END $f$;
CALL pr();
SELECT * FROM leak;

-- = function arg
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) $f$;
SELECT f(email) FROM people;
SELECT * FROM leak;

-- = function default arg
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
CREATE OR REPLACE FUNCTION f(a text DEFAULT g()) RETURNS void LANGUAGE sql AS $f$ INSERT INTO leak VALUES (a) $f$;
SELECT f();
SELECT * FROM leak;

-- = function in insert
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO leak SELECT f();
SELECT * FROM leak;

-- = function in update
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
UPDATE notes SET note = f();
SELECT note FROM notes;

-- = function plpgsql in insert
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN SELECT email INTO v FROM people LIMIT 1; RETURN v; END $f$;
INSERT INTO leak VALUES (f());
SELECT * FROM leak;

-- = function row in insert
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS people LANGUAGE sql AS $f$ SELECT p FROM people p LIMIT 1 $f$;
INSERT INTO leak SELECT (f()).email;
SELECT * FROM leak;

-- = function table in insert
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS TABLE(a text, b text) LANGUAGE sql AS $f$ SELECT email, note FROM people $f$;
INSERT INTO leak SELECT a FROM f();
SELECT * FROM leak;

-- = shadow temp
CREATE TEMP TABLE audit (id int, email text);
SELECT to_audit();
SELECT email FROM pg_temp.audit;

-- = shadow temp unqualified
CREATE TEMP TABLE audit (id int, email text);
SELECT to_audit();
SELECT email FROM audit;

-- = shadow user schema
CREATE SCHEMA AUTHORIZATION CURRENT_USER;
CREATE TABLE "$user".audit (id int, email text);
SELECT to_audit();
SELECT email FROM audit;

-- = setval
SELECT setval('counter', phone) FROM people LIMIT 1;
SELECT last_value FROM counter;
SELECT nextval('counter');

-- = prepare insert
CREATE TABLE leak (x text);
PREPARE p AS INSERT INTO leak SELECT email FROM people;
EXECUTE p;
SELECT * FROM leak;

-- = execute into
PREPARE p AS SELECT email FROM people;
CREATE TABLE leak AS EXECUTE p;
SELECT * FROM leak;

-- = execute function
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
PREPARE p(text) AS INSERT INTO leak VALUES ($1);
EXECUTE p(f());
SELECT * FROM leak;

-- = merge
MERGE INTO notes n USING people p ON n.id = p.id WHEN MATCHED THEN UPDATE SET note = p.email;
SELECT note FROM notes;

-- = merge insert
MERGE INTO notes n USING people p ON false WHEN NOT MATCHED THEN INSERT VALUES (p.id, p.email);
SELECT note FROM notes;

-- = update from
UPDATE notes SET note = p.email FROM people p;
SELECT note FROM notes;

-- = update multi
UPDATE notes SET (id, note) = (SELECT id, email FROM people LIMIT 1);
SELECT note FROM notes;

-- = update row
UPDATE notes SET (id, note) = ROW(1, (SELECT email FROM people LIMIT 1));
SELECT note FROM notes;

-- = on conflict excluded
INSERT INTO people(id, email) VALUES (1, 'own') ON CONFLICT (id) DO UPDATE SET note = people.email;
SELECT note FROM people;

-- = with insert returning
WITH x AS (UPDATE people SET note = 'q' RETURNING email) INSERT INTO notes SELECT 1, email FROM x;
SELECT note FROM notes;

-- = whole row
CREATE TABLE leak (p people);
INSERT INTO leak SELECT p FROM people p;
SELECT (p).email FROM leak;

-- = whole row json
CREATE TABLE leak (x text);
INSERT INTO leak SELECT row_to_json(p) FROM people p;
SELECT * FROM leak;

-- = whole row text
CREATE TABLE leak (x text);
INSERT INTO leak SELECT p::text FROM people p;
SELECT * FROM leak;

-- = row star
CREATE TABLE leak (a int, b text, c text, d timestamptz, e bigint);
INSERT INTO leak SELECT (p).* FROM people p;
SELECT * FROM leak;

-- = table
CREATE TABLE leak (a int, b text, c text, d timestamptz, e bigint);
INSERT INTO leak TABLE people;
SELECT * FROM leak;

-- = array
CREATE TABLE leak (a text[]);
INSERT INTO leak SELECT array_agg(email) FROM people;
SELECT * FROM leak;

-- = array element
CREATE TABLE leak (a text[]);
INSERT INTO leak VALUES ('{}');
UPDATE leak SET a[1] = (SELECT email FROM people LIMIT 1);
SELECT * FROM leak;

-- = field
CREATE TABLE leak (a person);
INSERT INTO leak VALUES (ROW(1, ''));
UPDATE leak SET a.email = (SELECT email FROM people LIMIT 1);
SELECT * FROM leak;

-- = matview
CREATE MATERIALIZED VIEW m AS SELECT email AS x FROM people;
SELECT x FROM m;

-- = matview no data
CREATE MATERIALIZED VIEW m AS SELECT email AS x FROM people WITH NO DATA;
REFRESH MATERIALIZED VIEW m;
SELECT x FROM m;

-- = matview view replaced
CREATE OR REPLACE VIEW shown AS SELECT id, note AS x FROM people;
SELECT x FROM stored;

-- = matview function replaced
CREATE OR REPLACE FUNCTION mail_of(int) RETURNS text LANGUAGE sql AS $f$ SELECT ''::text $f$;
SELECT x FROM by_function;

-- = matview then view filled
CREATE VIEW v AS SELECT note AS x FROM people;
CREATE MATERIALIZED VIEW m AS SELECT x FROM v;
CREATE OR REPLACE VIEW v AS SELECT email AS x FROM people;
REFRESH MATERIALIZED VIEW m;
CREATE OR REPLACE VIEW v AS SELECT note AS x FROM people;
SELECT x FROM m;

-- = matview function filled
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT ''::text $f$;
CREATE MATERIALIZED VIEW m AS SELECT f() AS x;
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
REFRESH MATERIALIZED VIEW m;
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT ''::text $f$;
SELECT x FROM m;

-- = generated function filled
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT ''::text $f$;
CREATE TABLE leak (id int, x text GENERATED ALWAYS AS (f(id)) STORED);
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT email FROM people WHERE id = $1 $f$;
INSERT INTO leak VALUES (1);
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT ''::text $f$;
SELECT x FROM leak;

-- = index
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
CREATE OR REPLACE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
CREATE INDEX ON people (f(email));
SELECT * FROM leak;

-- = index predicate
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
CREATE INDEX ON people (id) WHERE f(email);
SELECT * FROM leak;

-- = exclude
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
CREATE OR REPLACE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
ALTER TABLE people ADD EXCLUDE (f(email) WITH =);
SELECT * FROM leak;

-- = partition key
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
CREATE OR REPLACE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
CREATE TABLE np (id int, email text, note text, seen timestamptz, phone bigint) PARTITION BY LIST (f(email));
CREATE TABLE np1 PARTITION OF np FOR VALUES IN ('a');
ALTER TABLE np ATTACH PARTITION people DEFAULT;
SELECT * FROM leak;

-- = xml into
CREATE TABLE leak (x text);
INSERT INTO leak SELECT query_to_xml('SELECT email FROM people', true, false, '');
SELECT * FROM leak;

-- = exchange names
ALTER TABLE other.people RENAME TO p2;
SELECT email FROM other.p2;

-- = insert into view
CREATE VIEW v AS SELECT id, note FROM notes;
INSERT INTO v SELECT id, email FROM people;
SELECT note FROM notes;

-- = update via view
CREATE VIEW v AS SELECT id, note AS email FROM notes;
UPDATE v SET email = p.email FROM people p;
SELECT note FROM notes;

-- = view column default
CREATE VIEW v AS SELECT id, note FROM notes;
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
ALTER VIEW v ALTER note SET DEFAULT f();
INSERT INTO v(id) VALUES (7);
SELECT note FROM notes;

-- = type replaced
CREATE TYPE ty AS RANGE (SUBTYPE = text);
CREATE TABLE leak (a ty);
INSERT INTO leak SELECT ty(email, NULL) FROM people;
SELECT * FROM leak;

-- = index later moved
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN a; END $f$;
CREATE OR REPLACE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
CREATE INDEX ON people (f(email));
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
UPDATE people SET id = id + 10;
SELECT * FROM leak;

-- = rule instead select
CREATE RULE r AS ON UPDATE TO notes DO INSTEAD SELECT email FROM people;
UPDATE notes SET id = 3;

-- = rule also select
CREATE RULE r AS ON UPDATE TO people DO ALSO SELECT NEW.email;
UPDATE people SET note = 'y' WHERE id = 1;

-- = rule returning
CREATE VIEW v AS SELECT id, note FROM notes;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO notes VALUES (NEW.id) RETURNING id, (SELECT email FROM people LIMIT 1);
INSERT INTO v VALUES (1, 'x') RETURNING note;

-- = tsvector trigger set
ALTER TABLE people ADD COLUMN v tsvector;
CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(v, 'pg_catalog.simple', email);
UPDATE people SET email = email;
SELECT array_to_string(tsvector_to_array(v), ',') FROM people;

-- = temp view in function
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT note FROM notes LIMIT 1 $f$;
CREATE TEMP VIEW notes AS SELECT id, email AS note FROM people;
SELECT f();

-- = temp view in view of function
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT note FROM notes LIMIT 1 $f$;
CREATE VIEW v AS SELECT f() AS x;
CREATE TEMP VIEW notes AS SELECT id, email AS note FROM people;
SELECT x FROM v;

-- = view in place of table
DROP TABLE audit;
CREATE VIEW audit AS SELECT id, note AS email FROM notes;
INSERT INTO audit SELECT id, email FROM people;
SELECT note FROM notes;

-- = rename via index syntax
ALTER INDEX people RENAME TO leak;
SELECT email FROM leak;

-- = execute shows argument
CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
PREPARE p(text) AS SELECT $1;
EXECUTE p(f());

-- = rename twice
ALTER TABLE people RENAME COLUMN email TO mail_ok;
ALTER TABLE people RENAME COLUMN mail_ok TO leak;
SELECT leak FROM people;

-- = rule from stale
CREATE TABLE leak (x text);
CREATE VIEW v AS SELECT id, note AS x FROM people;
CREATE OR REPLACE VIEW v AS SELECT id, email AS x FROM people;
CREATE RULE r AS ON UPDATE TO notes DO ALSO INSERT INTO leak SELECT x FROM v;
UPDATE notes SET id = 4;
SELECT * FROM leak;

-- = shadow trigger table
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit VALUES (NEW.id, NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE SCHEMA AUTHORIZATION CURRENT_USER;
CREATE TABLE "$user".audit (id int, email text);
UPDATE people SET note = 'y' WHERE id = 1;
SELECT email FROM audit;

-- = plpgsql nested blocks
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ <<a>> DECLARE v text; BEGIN SELECT email INTO a.v FROM people LIMIT 1; DECLARE w text; BEGIN w := a.v; INSERT INTO leak VALUES (w); END; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql chain
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE a text; b text; c text; d text; e text; g text; h text; i text; k text; BEGIN FOR n IN 1..20 LOOP IF k IS NOT NULL THEN INSERT INTO leak VALUES (k); END IF; k := i; i := h; h := g; g := e; e := d; d := c; c := b; b := a; SELECT email INTO a FROM people LIMIT 1; END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql array
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE a text[]; BEGIN a[1] := (SELECT email FROM people LIMIT 1); INSERT INTO leak VALUES (a[1]); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql inout arg
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN SELECT email INTO a FROM people LIMIT 1; INSERT INTO leak VALUES (a); END $f$;
SELECT f('x');
SELECT * FROM leak;

-- = plpgsql arg number
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN SELECT email INTO a FROM people LIMIT 1; INSERT INTO leak VALUES ($1); END $f$;
SELECT f('x');
SELECT * FROM leak;

-- = plpgsql dynamic for using
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT $1 AS x' USING (SELECT email FROM people LIMIT 1) LOOP INSERT INTO leak VALUES (r.x); END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql case
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v text; BEGIN v := CASE WHEN true THEN (SELECT email FROM people LIMIT 1) END; INSERT INTO leak VALUES (v || ''); END $f$;
SELECT f();
SELECT * FROM leak;

-- = plpgsql return query dynamic
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS SETOF text LANGUAGE plpgsql AS $f$ BEGIN RETURN QUERY EXECUTE 'SELECT $1' USING (SELECT email FROM people LIMIT 1); END $f$;
INSERT INTO leak SELECT f();
SELECT * FROM leak;

-- = plpgsql with for count
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE v bigint; BEGIN FOR v IN SELECT phone FROM people LOOP INSERT INTO leak VALUES (v::text); END LOOP; END $f$;
SELECT f();
SELECT * FROM leak;

-- = function atomic arg
CREATE TABLE leak (x text);
CREATE FUNCTION f(a text) RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO leak VALUES (a); END;
SELECT f(email) FROM people;
SELECT * FROM leak;

-- = alter domain
CREATE TABLE leak (x text);
CREATE OR REPLACE FUNCTION f(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
CREATE DOMAIN d AS text;
CREATE TABLE dd (x d);
INSERT INTO dd SELECT email FROM people;
SELECT * FROM dd;

-- = trigger that makes its like
CREATE TABLE leak (x text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN CREATE TRIGGER t2 AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO leak VALUES (NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = foreign key that hands values on
ALTER TABLE people ADD UNIQUE (email);
CREATE TABLE leak (x text REFERENCES people (email) ON UPDATE CASCADE);
UPDATE people SET email = 'own' WHERE id = 1;
INSERT INTO leak VALUES ('own');
UPDATE people p SET email = q.email || 'x' FROM people q WHERE q.id = 2 AND p.id = 1;
SELECT * FROM leak;

-- = foreign key that is added
ALTER TABLE people ADD UNIQUE (email);
CREATE TABLE leak (x text);
ALTER TABLE leak ADD FOREIGN KEY (x) REFERENCES people (email) ON UPDATE CASCADE;
UPDATE people SET email = 'own' WHERE id = 1;
INSERT INTO leak VALUES ('own');
UPDATE people p SET email = q.email || 'x' FROM people q WHERE q.id = 2 AND p.id = 1;
SELECT * FROM leak;

-- = foreign key to the primary key
ALTER TABLE people DROP CONSTRAINT people_pkey;
ALTER TABLE people ADD PRIMARY KEY (email);
CREATE TABLE leak (x text, FOREIGN KEY (x) REFERENCES people ON UPDATE CASCADE);
UPDATE people SET email = 'own' WHERE id = 1;
INSERT INTO leak VALUES ('own');
UPDATE people p SET email = q.email || 'x' FROM people q WHERE q.id = 2 AND p.id = 1;
SELECT * FROM leak;

-- = path of a trigger function
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit VALUES (NEW.id, NEW.email); RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE SCHEMA leaks;
CREATE TABLE leaks.audit (id int, email text);
ALTER FUNCTION f() SET search_path = leaks, public;
UPDATE people SET note = 'y' WHERE id = 1;
SELECT email FROM leaks.audit;

-- = domain of a trigger function
CREATE TABLE leak (x text);
CREATE DOMAIN mail AS text;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM NEW.email::mail; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE FUNCTION g(a text) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN true; END $f$;
ALTER DOMAIN mail ADD CHECK (g(VALUE));
UPDATE people SET note = 'y' WHERE id = 1;
SELECT * FROM leak;

-- = function of a view replaced
CREATE TABLE leak (x text);
CREATE FUNCTION g(a text) RETURNS text LANGUAGE sql AS $f$ SELECT a $f$;
CREATE VIEW v AS SELECT g(email) AS x FROM people;
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
SELECT count(x) FROM v;
SELECT * FROM leak;

-- = default of a domain replaced
CREATE DOMAIN d AS text DEFAULT label();
CREATE TABLE leak (id int, x d);
CREATE OR REPLACE FUNCTION label() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO leak (id) VALUES (1);
SELECT x FROM leak;

-- = trigger of a temporary table
CREATE TABLE leak (x text);
CREATE TEMP TABLE t (x text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak SELECT email FROM people; RETURN NEW; END $f$;
CREATE TRIGGER t AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO t VALUES ('a');
SELECT * FROM leak;

-- = rule of a temporary table
CREATE TABLE leak (x text);
CREATE TEMP TABLE t (x text);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO leak SELECT email FROM people;
INSERT INTO t VALUES ('a');
SELECT * FROM leak;

-- = default of a temporary table
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT 'x' $f$;
CREATE TEMP TABLE t (id int, x text DEFAULT g());
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO t (id) VALUES (1);
SELECT x FROM t;

-- = default that is set on a temporary table
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT 'x' $f$;
CREATE TEMP TABLE t (id int, x text);
ALTER TABLE t ALTER x SET DEFAULT g();
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO t (id) VALUES (1);
SELECT x FROM t;

-- = defaults that a temporary table takes over
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT 'x' $f$;
CREATE TABLE source (id int, x text DEFAULT g());
CREATE TEMP TABLE t (LIKE source INCLUDING DEFAULTS);
ALTER TABLE source ALTER x DROP DEFAULT;
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS $f$ SELECT email FROM people LIMIT 1 $f$;
INSERT INTO t (id) VALUES (1);
SELECT x FROM t;

-- = statistics later
CREATE TABLE leak (x text);
CREATE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN a; END $f$;
CREATE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN g(a); END $f$;
CREATE STATISTICS st ON (f(email)), (f(note)) FROM people;
CREATE OR REPLACE FUNCTION g(a text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO leak VALUES (a); RETURN a; END $f$;
ANALYZE people;
SELECT * FROM leak;

-- = generated column whose function is replaced
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT ''::text $f$;
CREATE TABLE leak (id int, x text GENERATED ALWAYS AS (f(id)) STORED);
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT email FROM people WHERE id = $1 $f$;
INSERT INTO leak VALUES (1);
SELECT x FROM leak;
