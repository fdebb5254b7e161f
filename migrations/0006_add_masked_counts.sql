ALTER TABLE statements ADD COLUMN masked jsonb;
COMMENT ON COLUMN statements.masked IS 'How many cells of which columns of its results were masked, and by which rules; never what they held. NULL for none.';
