-- Who somebody is: accounts, their sessions, and devices.

CREATE TABLE account (
    id            bigint PRIMARY KEY,
    name          text   NOT NULL,
    display_name  text   NOT NULL,
    password_hash text   NOT NULL,
    roles         text[] NOT NULL,
    language      text   NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT account_name_taken UNIQUE (name),
    CONSTRAINT account_roles_known
        CHECK (roles <@ ARRAY ['viewer', 'host', 'courier', 'operator', 'staff', 'admin']),
    CONSTRAINT account_language_known CHECK (language IN ('zh', 'en'))
);
COMMENT ON TABLE account IS 'A person who can log in.';
COMMENT ON COLUMN account.name IS 'What is typed to log in, in its one form: NFKC, lower case.';
COMMENT ON COLUMN account.display_name IS 'What others see.';
COMMENT ON COLUMN account.password_hash IS 'Argon2id in its text form, with its own salt and cost.';
COMMENT ON COLUMN account.roles IS 'What the person may do; none at all is a suspended person.';
COMMENT ON CONSTRAINT account_roles_known ON account IS 'Guest and device are never a person''s roles.';

CREATE TABLE session (
    selector_hash bytea  PRIMARY KEY,
    secret_hash   bytea  NOT NULL,
    account       bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at    timestamptz NOT NULL,
    refreshed_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account, refreshed_at DESC);
CREATE INDEX session_expiry ON session (expires_at);
COMMENT ON TABLE session IS 'One log-in, kept alive by a refresh token that changes with every use. All tokens of one log-in are the family that ends together when a used one comes back.';
COMMENT ON COLUMN session.selector_hash IS 'SHA-256 of the part of the refresh token that stays.';
COMMENT ON COLUMN session.secret_hash IS 'SHA-256 of the part of the one refresh token that is good now.';

CREATE TABLE device (
    id          bigint PRIMARY KEY,
    secret_hash bytea  NOT NULL,
    created_at  timestamptz NOT NULL
);
COMMENT ON TABLE device IS 'A machine with credentials of its own. What it is belongs to the capability that made it.';
COMMENT ON COLUMN device.secret_hash IS 'SHA-256 of a secret of 256 random bits.';
