-- The control plane's own state. Conventions, for later steps too:
--   * ids are uuid (version 7), made by the control plane; times are timestamptz, given by it;
--   * `revision` grows by one with each change of a row and is what its ETag is made of;
--   * what agents are told about bumps `configuration_revision` in the same transaction;
--   * every mutation appends to `audit_events` in the same transaction;
--   * constraints have names, invariants live here, secrets are stored encrypted or hashed only.

-- Installation -------------------------------------------------------------------------------------------------------

CREATE TABLE installation (
    is_only          boolean PRIMARY KEY DEFAULT true,
    master_key_check bytea NOT NULL,
    created_at       timestamptz NOT NULL,
    CONSTRAINT installation_has_one_row CHECK (is_only)
);
COMMENT ON TABLE installation IS 'One row, made at the first start.';
COMMENT ON COLUMN installation.master_key_check IS
    'A known text encrypted under the master key: tells a wrong key before anything is written with it.';

CREATE TABLE configuration_revision (
    is_only boolean PRIMARY KEY DEFAULT true,
    value   bigint NOT NULL,
    CONSTRAINT configuration_revision_has_one_row CHECK (is_only)
);
INSERT INTO configuration_revision (value) VALUES (1);
COMMENT ON TABLE configuration_revision IS
    'Grows with every change that agents are told about. Its row lock orders those changes: a revision that is visible implies all before it.';

CREATE TABLE signing_keys (
    id          uuid PRIMARY KEY,
    public_key  bytea NOT NULL,
    private_key bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    retired_at  timestamptz,
    CONSTRAINT signing_keys_public_key_is_ed25519 CHECK (octet_length(public_key) = 32)
);
COMMENT ON TABLE signing_keys IS 'Ed25519 keys that sign access tokens. The newest that is not retired signs; all that are not retired verify.';
COMMENT ON COLUMN signing_keys.private_key IS 'Encrypted under the master key; the id is authenticated with it.';

-- Principals ---------------------------------------------------------------------------------------------------------

CREATE TABLE principals (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL,
    source     text NOT NULL,
    groups     text[] NOT NULL,
    disabled   boolean NOT NULL DEFAULT false,
    revision   bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT principals_name_is_unique UNIQUE (name),
    CONSTRAINT principals_kind_is_known CHECK (kind IN ('human', 'ai_agent', 'workload')),
    CONSTRAINT principals_source_is_known CHECK (source IN ('service_account'))
);
COMMENT ON TABLE principals IS 'Who may ask. Service accounts are ours; other sources come from identity providers.';

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    principal_id uuid NOT NULL,
    secret_hash  bytea NOT NULL,
    description  text,
    revision     bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_keys_principal_exists FOREIGN KEY (principal_id) REFERENCES principals ON DELETE CASCADE,
    CONSTRAINT api_keys_secret_hash_is_sha256 CHECK (octet_length(secret_hash) = 32)
);
CREATE INDEX api_keys_by_principal ON api_keys (principal_id, id);
COMMENT ON COLUMN api_keys.secret_hash IS 'SHA-256 of the whole key text, which holds 256 random bits.';

-- Resources ----------------------------------------------------------------------------------------------------------

CREATE TABLE resources (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL,
    protocol            text NOT NULL,
    labels              jsonb NOT NULL,
    endpoint            jsonb NOT NULL,
    agent               text NOT NULL,
    settings            jsonb NOT NULL,
    credential_mode     text NOT NULL,
    credential_username text NOT NULL,
    password_source     text,
    password_name       text,
    password_ciphertext bytea,
    revision            bigint NOT NULL DEFAULT 1,
    columns_revision    bigint NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT resources_name_is_unique UNIQUE (name),
    CONSTRAINT resources_name_is_valid CHECK (name ~ '^[a-z0-9-]{1,63}$'),
    CONSTRAINT resources_password_is_whole CHECK (
        CASE password_source
            WHEN 'stored' THEN password_ciphertext IS NOT NULL AND password_name IS NULL
            WHEN 'env' THEN password_name IS NOT NULL AND password_ciphertext IS NULL
            WHEN 'file' THEN password_name IS NOT NULL AND password_ciphertext IS NULL
            ELSE password_source IS NULL AND password_name IS NULL AND password_ciphertext IS NULL
        END)
);
CREATE INDEX resources_by_agent ON resources (agent);
COMMENT ON COLUMN resources.agent IS 'The name of the agent that serves it, which may enrol later.';
COMMENT ON COLUMN resources.password_ciphertext IS 'Encrypted under the master key; the id of the resource is authenticated with it.';

CREATE TABLE resource_columns (
    resource_id uuid NOT NULL,
    column_name text NOT NULL,
    tags        text[] NOT NULL,
    CONSTRAINT resource_columns_pkey PRIMARY KEY (resource_id, column_name),
    CONSTRAINT resource_columns_resource_exists FOREIGN KEY (resource_id) REFERENCES resources ON DELETE CASCADE,
    CONSTRAINT resource_columns_have_tags CHECK (cardinality(tags) > 0)
);
COMMENT ON TABLE resource_columns IS 'What is sensitive in a resource: tags of columns, schema.table.column.';

-- Policies -----------------------------------------------------------------------------------------------------------

CREATE TABLE policies (
    id              uuid PRIMARY KEY,
    name            text NOT NULL,
    enabled         boolean NOT NULL,
    spec            jsonb NOT NULL,
    reviewer_groups text[] NOT NULL,
    revision        bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT policies_name_is_unique UNIQUE (name),
    CONSTRAINT policies_name_is_valid CHECK (name ~ '^[a-z0-9-]{1,63}$')
);
COMMENT ON COLUMN policies.reviewer_groups IS 'All groups that its rules name as reviewers: whose members have the role reviewer.';

CREATE TABLE policy_versions (
    policy_id       uuid NOT NULL,
    revision        bigint NOT NULL,
    spec            jsonb NOT NULL,
    changed_by_id   uuid NOT NULL,
    changed_by_name text NOT NULL,
    changed_by_kind text NOT NULL,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT policy_versions_pkey PRIMARY KEY (policy_id, revision)
);
COMMENT ON TABLE policy_versions IS 'Every version of every policy, kept when the policy is gone: decisions refer to them.';

-- Agents -------------------------------------------------------------------------------------------------------------

CREATE TABLE agents (
    id                 uuid PRIMARY KEY,
    name               text NOT NULL,
    version            text NOT NULL,
    signing_public_key bytea NOT NULL,
    sealing_public_key bytea NOT NULL,
    principal_key      bytea NOT NULL,
    advertised         jsonb,
    health             jsonb NOT NULL DEFAULT '[]',
    sessions           bigint,
    spool_bytes        bigint,
    started_at         timestamptz,
    enrolled_at        timestamptz NOT NULL,
    last_seen_at       timestamptz,
    revision           bigint NOT NULL DEFAULT 1,
    CONSTRAINT agents_name_is_unique UNIQUE (name),
    CONSTRAINT agents_signing_key_is_ed25519 CHECK (octet_length(signing_public_key) = 32),
    CONSTRAINT agents_sealing_key_is_x25519 CHECK (octet_length(sealing_public_key) = 32)
);
COMMENT ON COLUMN agents.principal_key IS 'Key of the keyed hashes that this agent gets, encrypted under the master key.';
COMMENT ON COLUMN agents.revision IS 'Grows with each enrolment; heartbeats leave it alone.';

CREATE TABLE join_tokens (
    id              uuid PRIMARY KEY,
    agent           text NOT NULL,
    secret_hash     bytea NOT NULL,
    created_by_id   uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    used_at         timestamptz,
    CONSTRAINT join_tokens_secret_is_unique UNIQUE (secret_hash),
    CONSTRAINT join_tokens_secret_hash_is_sha256 CHECK (octet_length(secret_hash) = 32)
);

CREATE TABLE agent_streams (
    id         uuid PRIMARY KEY,
    agent_id   uuid NOT NULL,
    alive_at   timestamptz NOT NULL,
    CONSTRAINT agent_streams_agent_exists FOREIGN KEY (agent_id) REFERENCES agents ON DELETE CASCADE
);
CREATE INDEX agent_streams_by_agent ON agent_streams (agent_id, alive_at);
COMMENT ON TABLE agent_streams IS 'Configuration streams that some replica holds open: tells at once whether an agent can be asked.';

CREATE TABLE agent_requests (
    id           uuid PRIMARY KEY,
    agent_id     uuid NOT NULL,
    question     jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    answer       jsonb,
    answered_at  timestamptz,
    CONSTRAINT agent_requests_agent_exists FOREIGN KEY (agent_id) REFERENCES agents ON DELETE CASCADE
);
CREATE INDEX agent_requests_undelivered ON agent_requests (agent_id) WHERE delivered_at IS NULL;
COMMENT ON TABLE agent_requests IS 'Questions to agents, on their way from any replica to the one that holds the stream, and back.';

-- Approvals ----------------------------------------------------------------------------------------------------------

CREATE TABLE approvals (
    id             uuid PRIMARY KEY,
    status         text NOT NULL,
    principal_id   uuid NOT NULL,
    principal_name text NOT NULL,
    principal_kind text NOT NULL,
    resource_id    uuid NOT NULL,
    agent_id       uuid NOT NULL,
    binding_digest bytea NOT NULL,
    subject        jsonb NOT NULL,
    policy         text NOT NULL,
    rule           integer NOT NULL,
    reviewers      text[] NOT NULL,
    required       integer NOT NULL,
    mode           text NOT NULL,
    reuse          jsonb NOT NULL,
    holders        integer NOT NULL,
    revision       bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    decided_at     timestamptz,
    usable_until   timestamptz,
    redeemed_at    timestamptz,
    CONSTRAINT approvals_status_is_known CHECK (status IN ('pending', 'approved', 'denied', 'expired', 'cancelled')),
    CONSTRAINT approvals_mode_is_known CHECK (mode IN ('hold', 'ticket')),
    CONSTRAINT approvals_binding_is_sha256 CHECK (octet_length(binding_digest) = 32),
    CONSTRAINT approvals_have_reviewers CHECK (cardinality(reviewers) > 0 AND required > 0),
    CONSTRAINT approvals_decided_when_decided CHECK ((status IN ('approved', 'denied')) = (decided_at IS NOT NULL)),
    CONSTRAINT approvals_usable_when_approved CHECK ((status = 'approved') = (usable_until IS NOT NULL)),
    CONSTRAINT approvals_redeemed_when_approved CHECK (redeemed_at IS NULL OR status = 'approved')
);
CREATE INDEX approvals_by_binding ON approvals (principal_id, resource_id, binding_digest);
CREATE INDEX approvals_pending ON approvals (expires_at) WHERE status = 'pending';
CREATE INDEX approvals_by_status ON approvals (status, id);
COMMENT ON COLUMN approvals.binding_digest IS 'SHA-256 over text, parameters, resolved objects, search_path and policy revision.';
COMMENT ON COLUMN approvals.holders IS 'Holds that wait on it: the last one that is cancelled cancels it.';

CREATE TABLE approval_reviews (
    approval_id   uuid NOT NULL,
    reviewer_id   uuid NOT NULL,
    reviewer_name text NOT NULL,
    reviewer_kind text NOT NULL,
    decision      text NOT NULL,
    comment       text,
    decided_at    timestamptz NOT NULL,
    CONSTRAINT approval_reviews_once_per_reviewer PRIMARY KEY (approval_id, reviewer_id),
    CONSTRAINT approval_reviews_approval_exists FOREIGN KEY (approval_id) REFERENCES approvals ON DELETE CASCADE,
    CONSTRAINT approval_reviews_decision_is_known CHECK (decision IN ('approve', 'deny'))
);

CREATE TABLE receipts (
    id           uuid PRIMARY KEY,
    approval_ids uuid[] NOT NULL,
    agent_id     uuid NOT NULL,
    created_at   timestamptz NOT NULL
);
COMMENT ON TABLE receipts IS 'Single-use rights that were handed out: each lets one statement run, once.';

-- Requests and audit -------------------------------------------------------------------------------------------------

CREATE TABLE idempotency_keys (
    principal_id uuid NOT NULL,
    operation    text NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    status       integer,
    response     bytea,
    created_at   timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal_id, operation, key),
    CONSTRAINT idempotency_keys_request_hash_is_sha256 CHECK (octet_length(request_hash) = 32)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
COMMENT ON COLUMN idempotency_keys.response IS 'Headers and body of the first answer, encrypted under the master key: it may show a secret.';

CREATE TABLE audit_head (
    is_only  boolean PRIMARY KEY DEFAULT true,
    sequence bigint NOT NULL,
    hash     bytea NOT NULL,
    CONSTRAINT audit_head_has_one_row CHECK (is_only)
);
INSERT INTO audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit_events (
    sequence      bigint PRIMARY KEY,
    id            uuid NOT NULL,
    at            timestamptz NOT NULL,
    action        text NOT NULL,
    actor_id      text NOT NULL,
    subject_id    text,
    payload       text NOT NULL,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL,
    CONSTRAINT audit_events_id_is_unique UNIQUE (id)
);
CREATE INDEX audit_events_by_action ON audit_events (action, sequence);
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, sequence);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, sequence);
COMMENT ON TABLE audit_events IS
    'Append-only. hash = SHA-256(previous_hash || sequence as 8 bytes, most significant first || payload as UTF-8).';
COMMENT ON COLUMN audit_events.payload IS 'The event as JSON, byte for byte what was hashed.';

CREATE FUNCTION audit_events_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    NEW.sequence := head.sequence + 1;
    NEW.previous_hash := head.hash;
    NEW.hash := sha256(head.hash || int8send(NEW.sequence) || convert_to(NEW.payload, 'UTF8'));
    UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_events_append BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_append();

CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
