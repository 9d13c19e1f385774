-- Who follows whom, who is a member of the shop, and sales for them.

CREATE TABLE follow (
    host     bigint      NOT NULL,
    follower bigint      NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (host, follower)
);
COMMENT ON TABLE follow IS 'Somebody follows a host. It is gone when it ends; one that begins anew has a new since.';

CREATE TABLE follow_count (
    host      bigint PRIMARY KEY,
    followers bigint NOT NULL CHECK (followers >= 0)
) WITH (fillfactor = 40);
COMMENT ON TABLE follow_count IS 'How many rows of follow a host has; changed in the statements that change those, so that nobody has to count.';

CREATE TABLE member (
    account    bigint      PRIMARY KEY,
    tier       smallint    NOT NULL CHECK (tier BETWEEN 1 AND 9),
    since      timestamptz NOT NULL,
    granted_by bigint      NOT NULL,
    granted_at timestamptz NOT NULL
);
COMMENT ON TABLE member IS 'Members of the shop, as staff have granted it.';
COMMENT ON COLUMN member.since IS 'When the membership began; another tier leaves it as it is.';

ALTER TABLE sale DROP CONSTRAINT sale_audience_check,
    ADD CONSTRAINT sale_audience_check CHECK (audience IN ('all', 'list', 'members', 'followers')),
    ADD COLUMN late_followers boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN sale.audience IS 'Who may claim: everybody, those in sale_guest, members of the shop, or followers of the host.';
COMMENT ON COLUMN sale.late_followers IS 'Whether who has followed only since the sale opened is a follower too.';
