-- What subscribers are told over HTTP.

CREATE TABLE webhook_delivery (
    id         bigint PRIMARY KEY,
    event      bigint      NOT NULL,
    url        text        NOT NULL,
    body       text        NOT NULL,
    tries      integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    next_at    timestamptz NOT NULL,
    taken_at   timestamptz,
    dead_at    timestamptz,
    error      text,
    CONSTRAINT webhook_delivery_once UNIQUE (event, url)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE taken_at IS NULL AND dead_at IS NULL;
CREATE INDEX webhook_delivery_dead ON webhook_delivery (id) WHERE dead_at IS NOT NULL;
CREATE INDEX webhook_delivery_taken ON webhook_delivery (taken_at) WHERE taken_at IS NOT NULL;
COMMENT ON TABLE webhook_delivery IS 'One event on its way to one subscriber; written in the transaction of the event, sent until it is taken or dead.';
COMMENT ON COLUMN webhook_delivery.next_at IS 'Before this instant nobody sends it: it waits for its next try, or a node is at it.';
COMMENT ON COLUMN webhook_delivery.dead_at IS 'When it was given up; it stays until somebody sends it again.';
