-- What agents recorded: sessions, their statements, and the records themselves.
--   * `stored_on` is the day, in UTC, on which the control plane took a row; statements and chunks are partitioned by it,
--     so that retention drops partitions, and so that no agent's clock decides where a row goes;
--   * times of what happened are the agent's;
--   * rows of agents, principals, resources and policies may be gone: nothing here refers to them by a foreign key.

CREATE TABLE sessions (
    id               uuid PRIMARY KEY,
    agent_id         uuid NOT NULL,
    agent_name       text NOT NULL,
    signing_key      bytea NOT NULL,
    lane             integer NOT NULL,
    segment          bigint NOT NULL,
    segment_offset   bigint NOT NULL,
    principal_id     uuid NOT NULL,
    principal_name   text NOT NULL,
    principal_kind   text NOT NULL,
    principal_groups jsonb NOT NULL,
    credential_id    text NOT NULL,
    claimed_user     text NOT NULL,
    application_name text NOT NULL,
    client_address   text NOT NULL,
    resource_id      uuid NOT NULL,
    resource_name    text NOT NULL,
    protocol         text NOT NULL,
    policy_revision  bigint NOT NULL,
    stored_on        date NOT NULL,
    started_at       timestamptz NOT NULL,
    ended_at         timestamptz,
    end_reason       text,
    status           text NOT NULL DEFAULT 'active',
    statements       bigint NOT NULL DEFAULT 0,
    next_sequence    bigint NOT NULL DEFAULT 0,
    head_hash        bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    signed_sequence  bigint,
    flaw             text,
    CONSTRAINT sessions_status_is_known CHECK (status IN ('active', 'closed', 'interrupted')),
    CONSTRAINT sessions_ended_unless_active CHECK ((status = 'active') = (ended_at IS NULL)),
    CONSTRAINT sessions_signing_key_is_ed25519 CHECK (octet_length(signing_key) = 32),
    CONSTRAINT sessions_head_is_sha256 CHECK (octet_length(head_hash) = 32)
);
CREATE INDEX sessions_by_principal ON sessions (principal_id, id);
CREATE INDEX sessions_by_resource ON sessions (resource_name, id);
CREATE INDEX sessions_active ON sessions (agent_id, lane) WHERE status = 'active';
COMMENT ON TABLE sessions IS 'One row for each recording: who, on what, and where its chain of records stands.';
COMMENT ON COLUMN sessions.signing_key IS 'The agent''s public key when the session was first seen: verifies its checkpoints.';
COMMENT ON COLUMN sessions.segment IS 'With lane and segment_offset, where its first record is in the agent''s spool.';
COMMENT ON COLUMN sessions.next_sequence IS 'Of the record that comes next; those before it are stored.';
COMMENT ON COLUMN sessions.head_hash IS 'SHA-256 of the last record that is stored.';
COMMENT ON COLUMN sessions.signed_sequence IS 'Of the last checkpoint whose signature is right.';
COMMENT ON COLUMN sessions.flaw IS 'The first thing that did not verify when the records came in; NULL when all did.';

CREATE TABLE statements (
    session_id    uuid NOT NULL,
    number        bigint NOT NULL,
    stored_on     date NOT NULL,
    principal_id  uuid NOT NULL,
    resource_id   uuid NOT NULL,
    form          text NOT NULL,
    text          text NOT NULL,
    text_bytes    bigint NOT NULL,
    fingerprint   bigint NOT NULL,
    parameters    jsonb NOT NULL,
    actions       smallint NOT NULL,
    decision      text NOT NULL,
    facts         jsonb NOT NULL,
    approval      jsonb,
    started_at    timestamptz NOT NULL,
    finished_at   timestamptz,
    duration_us   bigint,
    rows          bigint,
    bytes         bigint,
    command_tag   text,
    error_code    text,
    error_message text,
    CONSTRAINT statements_pkey PRIMARY KEY (session_id, number, stored_on),
    CONSTRAINT statements_decision_is_known CHECK (decision IN ('allow', 'deny', 'hold'))
) PARTITION BY RANGE (stored_on);
CREATE INDEX statements_by_principal ON statements (principal_id, started_at);
CREATE INDEX statements_by_resource ON statements (resource_id, started_at);
COMMENT ON TABLE statements IS 'What recordings say of each statement, for reading and searching; the records are the proof.';
COMMENT ON COLUMN statements.text_bytes IS 'Of the whole text, of which a very long one is kept in part.';
COMMENT ON COLUMN statements.parameters IS 'As text, null for NULL; masked where the policy masks them.';
COMMENT ON COLUMN statements.facts IS 'Conditions, tables, reached tables, columns, rules, masks.';

CREATE TABLE recording_chunks (
    session_id     uuid NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence  bigint NOT NULL,
    stored_on      date NOT NULL,
    is_compressed  boolean NOT NULL,
    content        bytea NOT NULL,
    CONSTRAINT recording_chunks_pkey PRIMARY KEY (session_id, first_sequence, stored_on),
    CONSTRAINT recording_chunks_are_in_order CHECK (first_sequence <= last_sequence)
) PARTITION BY RANGE (stored_on);
COMMENT ON TABLE recording_chunks IS
    'The records themselves, byte for byte as the agent wrote them: a record stream, as one zstd frame when it is compressed.';

CREATE TABLE rejected_records (
    id          uuid PRIMARY KEY,
    agent_id    uuid NOT NULL,
    session_id  uuid NOT NULL,
    sequence    bigint NOT NULL,
    received_at timestamptz NOT NULL,
    reason      text NOT NULL,
    content     bytea NOT NULL
);
CREATE INDEX rejected_records_by_session ON rejected_records (session_id);
COMMENT ON TABLE rejected_records IS 'Records that an agent sent and that belong to no recording of it: kept as evidence.';

CREATE FUNCTION ensure_recording_partitions(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    partition text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['statements', 'recording_chunks'] LOOP
        partition := parent || to_char(day, '"_"YYYYMMDD');
        IF to_regclass(partition) IS NULL THEN
            -- The lock that attaching takes anyway: whoever waits for it sees what the one before has made.
            EXECUTE format('LOCK TABLE ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
            IF to_regclass(partition) IS NULL THEN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
                IF parent = 'recording_chunks' THEN
                    EXECUTE format('ALTER TABLE %I ALTER COLUMN content SET STORAGE EXTERNAL', partition);
                END IF;
                EXECUTE format(
                    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                    parent, partition, day, day + 1);
            END IF;
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION ensure_recording_partitions IS
    'Makes the partitions of a day. Attaching, unlike creating in place, does not wait for readers and writers of other days.';
