-- Live sessions, what is said in them, and how often they are liked.

CREATE TABLE room (
    id                bigint PRIMARY KEY,
    host_id           bigint      NOT NULL,
    host_name         text        NOT NULL,
    title             text        NOT NULL,
    stage             text        NOT NULL DEFAULT 'scheduled' CHECK (stage IN ('scheduled', 'live', 'ended')),
    starts_at         timestamptz NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz,
    pinned_product_id bigint,
    CONSTRAINT room_stage_has_its_times CHECK (
        (started_at IS NOT NULL) = (stage IN ('live', 'ended')) AND (ended_at IS NOT NULL) = (stage = 'ended'))
);
CREATE INDEX room_by_stage ON room (stage, id DESC);
COMMENT ON TABLE room IS 'A session: scheduled, then live, then ended; changed only by compare-and-set on the stage.';
COMMENT ON COLUMN room.host_name IS 'The host''s display name when the session was scheduled.';
COMMENT ON CONSTRAINT room_stage_has_its_times ON room IS 'A stage and the instants at which it was reached never disagree.';

CREATE TABLE room_comment (
    id             bigint PRIMARY KEY,
    room_id        bigint      NOT NULL REFERENCES room (id),
    user_id        bigint      NOT NULL,
    user_name      text        NOT NULL,
    body           text        NOT NULL,
    by_host        boolean     NOT NULL,
    key            text        NOT NULL,
    at             timestamptz NOT NULL,
    channel_offset bigint      NOT NULL,
    CONSTRAINT room_comment_said_once UNIQUE (room_id, user_id, key)
);
CREATE INDEX room_comment_newest ON room_comment (room_id, id DESC);
COMMENT ON TABLE room_comment IS 'What was said, written behind its publication in batches; after a node''s death others write it from the channel''s history, so every insert passes over what is there.';
COMMENT ON CONSTRAINT room_comment_said_once ON room_comment IS 'A comment that its author''s client repeats, through whichever node, is one comment.';
COMMENT ON COLUMN room_comment.channel_offset IS 'Where it stands in the log of its room''s channel.';

CREATE TABLE room_likes (
    room_id bigint NOT NULL REFERENCES room (id),
    node    text   NOT NULL,
    total   bigint NOT NULL CHECK (total >= 0),
    PRIMARY KEY (room_id, node)
);
COMMENT ON TABLE room_likes IS 'Likes of a room that one start of a node has counted; the room''s likes are the sum.';
COMMENT ON COLUMN room_likes.total IS 'Absolute, not an increment: a write whose answer was lost can be repeated.';
