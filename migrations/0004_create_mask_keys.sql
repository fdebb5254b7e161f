-- Keys of the keyed masks, `hash` and `tokenize`: one line of versions for each resource.

CREATE TABLE mask_keys (
    resource_id uuid NOT NULL,
    version     integer NOT NULL,
    ciphertext  bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT mask_keys_pkey PRIMARY KEY (resource_id, version),
    CONSTRAINT mask_keys_resource_exists FOREIGN KEY (resource_id) REFERENCES resources ON DELETE CASCADE,
    CONSTRAINT mask_keys_version_is_positive CHECK (version > 0)
);
COMMENT ON TABLE mask_keys IS 'The highest version masks; all of them turn tokens back.';
COMMENT ON COLUMN mask_keys.ciphertext IS
    '256 random bits, encrypted under the master key; the resource and the version are authenticated with them.';
