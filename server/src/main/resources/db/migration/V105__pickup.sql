-- Orders that their buyers fetch: ready at the counter, handed over against a code.

ALTER TABLE orders DROP CONSTRAINT orders_stage_check, DROP CONSTRAINT orders_paid_at_check;
ALTER TABLE orders ADD CONSTRAINT orders_stage_check CHECK (stage IN
    ('reserved', 'awaiting_payment', 'paid', 'ready', 'delivering', 'delivered', 'closed', 'cancelled', 'expired',
     'refunding', 'refunded'));
ALTER TABLE orders ADD CONSTRAINT orders_paid_at_check CHECK
    ((stage IN ('paid', 'ready', 'delivering', 'delivered', 'closed', 'refunding', 'refunded')) = (paid_at IS NOT NULL));
CREATE INDEX orders_to_fetch ON orders (location, id) WHERE fulfilment = 'pickup' AND stage IN ('paid', 'ready');
COMMENT ON INDEX orders_to_fetch IS 'What a counter has to do.';

CREATE TABLE pickup (
    order_id  bigint PRIMARY KEY REFERENCES orders,
    code      text        NOT NULL CHECK (code ~ '^[0-9]{6}$'),
    attempts  integer     NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
    ready_at  timestamptz NOT NULL,
    ready_by  bigint      NOT NULL,
    handed_at timestamptz,
    handed_by bigint,
    CHECK ((handed_at IS NULL) = (handed_by IS NULL))
);
COMMENT ON TABLE pickup IS 'Orders that lie ready at a counter, and who handed them over.';
COMMENT ON COLUMN pickup.code IS 'What the buyer shows. Only he reads it.';
COMMENT ON COLUMN pickup.attempts IS 'Codes that were tried since the code was made; at the bound it opens nothing any more, and staff have a new one made.';
