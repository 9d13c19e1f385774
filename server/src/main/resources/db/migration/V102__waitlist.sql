-- Who waits for units of a sold-out sale.

ALTER TABLE sale_pool ADD COLUMN waiting integer NOT NULL DEFAULT 0 CHECK (waiting >= 0);
COMMENT ON COLUMN sale_pool.waiting IS 'Places of sale_waiter that have not ended; changed only with them, so that who holds the pool knows it.';

CREATE TABLE sale_waiter (
    place     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sale      bigint      NOT NULL REFERENCES sale,
    buyer     bigint      NOT NULL,
    key       text        NOT NULL,
    quantity  integer     NOT NULL CHECK (quantity > 0),
    joined_at timestamptz NOT NULL,
    ended_at  timestamptz,
    order_id  bigint,
    CHECK (order_id IS NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX sale_waiter_one_place ON sale_waiter (sale, buyer) WHERE ended_at IS NULL;
CREATE INDEX sale_waiter_in_order ON sale_waiter (sale, place) WHERE ended_at IS NULL;
COMMENT ON TABLE sale_waiter IS 'Places in the waiting lists of sales. Every change of it holds the sale''s pool, so places are given in the order of the joins, and no unit passes a waiter by.';
COMMENT ON COLUMN sale_waiter.key IS 'The key of the order that the place becomes.';
COMMENT ON COLUMN sale_waiter.order_id IS 'What the place has become; null where its buyer left, or had as many as allowed by then.';
COMMENT ON INDEX sale_waiter_one_place IS 'A buyer has one place in a sale at a time.';
