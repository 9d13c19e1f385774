-- Orders from the claim to the door, their payments, and the events that tell their buyers.

CREATE TABLE orders (
    id               bigint PRIMARY KEY,
    buyer            bigint      NOT NULL,
    sale             bigint      NOT NULL,
    turn             smallint    NOT NULL CHECK (turn BETWEEN 1 AND 1000),
    key              text        NOT NULL,
    sku              bigint      NOT NULL,
    name_zh          text        NOT NULL,
    name_en          text        NOT NULL,
    quantity         integer     NOT NULL CHECK (quantity > 0),
    unit_price_minor bigint      NOT NULL CHECK (unit_price_minor > 0),
    currency         text        NOT NULL,
    stage            text        NOT NULL CHECK (stage IN
        ('reserved', 'paid', 'delivering', 'delivered', 'cancelled', 'expired', 'refunded')),
    created_at       timestamptz NOT NULL,
    pay_before       timestamptz NOT NULL,
    paid_at          timestamptz,
    delivery         bigint,
    CHECK ((stage IN ('paid', 'delivering', 'delivered', 'refunded')) = (paid_at IS NOT NULL)),
    CONSTRAINT orders_one_per_key UNIQUE (buyer, sale, key),
    CONSTRAINT orders_one_per_turn UNIQUE (buyer, sale, turn)
);
CREATE INDEX orders_unpaid ON orders (pay_before) WHERE stage = 'reserved';
COMMENT ON TABLE orders IS 'One purchase. Flash sales insert into it, many in one statement, which is why it refers to no other table: a foreign key would cost every insert a look-up, and sales and SKUs are never deleted.';
COMMENT ON COLUMN orders.turn IS 'This is the buyer''s n-th order in this sale, whatever became of the others.';
COMMENT ON CONSTRAINT orders_one_per_key ON orders IS 'One key, one order: a claim that is repeated, on any node, finds the first.';
COMMENT ON CONSTRAINT orders_one_per_turn ON orders IS 'Of two claims of one buyer that were decided without knowledge of each other only one gets in; so the buyer''s limit holds across nodes.';
COMMENT ON COLUMN orders.unit_price_minor IS 'In fen, as the sale had it; never from the client.';
COMMENT ON COLUMN orders.pay_before IS 'From this instant on the order may expire, and a payment is refunded.';

CREATE TABLE payment (
    id           bigint PRIMARY KEY,
    order_id     bigint      NOT NULL REFERENCES orders,
    buyer        bigint      NOT NULL,
    method       text        NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    currency     text        NOT NULL,
    stage        text        NOT NULL CHECK (stage IN ('started', 'approved', 'declined', 'refunding', 'refunded')),
    latitude     double precision,
    longitude    double precision,
    address      text,
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    retry_at     timestamptz NOT NULL,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE UNIQUE INDEX payment_one_started ON payment (order_id) WHERE stage = 'started';
CREATE UNIQUE INDEX payment_one_approved ON payment (order_id) WHERE stage = 'approved';
CREATE INDEX payment_refunding ON payment (retry_at) WHERE stage = 'refunding';
COMMENT ON TABLE payment IS 'One attempt to pay an order, and what became of it. The provider knows it by its id, which makes every call to the provider repeatable.';
COMMENT ON COLUMN payment.latitude IS 'Where the goods are to be brought, as the buyer said when paying.';
COMMENT ON COLUMN payment.retry_at IS 'When a refund that is still under way is asked for again.';
COMMENT ON INDEX payment_one_approved IS 'An order is paid once; a second approval is refunded.';

CREATE TABLE order_event (
    id           bigint PRIMARY KEY,
    order_id     bigint      NOT NULL,
    buyer        bigint      NOT NULL,
    message      text        NOT NULL,
    created_at   timestamptz NOT NULL,
    retry_at     timestamptz NOT NULL,
    published_at timestamptz
);
CREATE INDEX order_event_unpublished ON order_event (retry_at) WHERE published_at IS NULL;
COMMENT ON TABLE order_event IS 'Outbox: written in the transaction of the change that it tells of, published to user:{buyer} after the commit, by whichever node, at least once.';
COMMENT ON COLUMN order_event.retry_at IS 'Before this instant the node that wrote it has the first try; after it any node may.';
