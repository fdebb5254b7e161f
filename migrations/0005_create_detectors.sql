-- Detectors that admins make, besides those that are built in.

CREATE TABLE detectors (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    spec       jsonb NOT NULL,
    revision   bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT detectors_name_is_unique UNIQUE (name),
    CONSTRAINT detectors_name_is_valid CHECK (name ~ '^[a-z0-9_]{1,63}$')
);
COMMENT ON COLUMN detectors.spec IS 'Pattern, check and context words. All patterns compile together, checked when one is saved.';
