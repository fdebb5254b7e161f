-- Requests of principals, counted over all replicas.

CREATE UNLOGGED TABLE rate_windows (
    principal_id uuid NOT NULL,
    starts_at    timestamptz NOT NULL,
    used         bigint NOT NULL,
    CONSTRAINT rate_windows_pkey PRIMARY KEY (principal_id, starts_at),
    CONSTRAINT rate_windows_used_is_positive CHECK (used > 0)
);
COMMENT ON TABLE rate_windows IS
    'How many requests the replicas have taken from a window of a minute. Not logged: a crash of the server forgives the minute.';
