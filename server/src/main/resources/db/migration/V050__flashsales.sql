-- Flash sales: their terms, and where each of their units is.

CREATE TABLE sale (
    id                  bigint PRIMARY KEY,
    room                bigint,
    host                bigint      NOT NULL,
    sku                 bigint      NOT NULL REFERENCES sku,
    name_zh             text        NOT NULL,
    name_en             text        NOT NULL,
    price_minor         bigint      NOT NULL CHECK (price_minor > 0),
    quantity            integer     NOT NULL CHECK (quantity > 0),
    per_buyer_limit     integer     NOT NULL CHECK (per_buyer_limit > 0),
    reservation_seconds integer     NOT NULL CHECK (reservation_seconds > 0),
    created_at          timestamptz NOT NULL,
    opens_at            timestamptz NOT NULL,
    ends_at             timestamptz NOT NULL CHECK (ends_at > opens_at)
);
CREATE INDEX sale_of_room ON sale (room, id DESC);
COMMENT ON TABLE sale IS 'The terms of a flash sale. Its stage follows from them, the clock, and sale_pool.';
COMMENT ON COLUMN sale.price_minor IS 'Of one unit, in fen.';

CREATE TABLE sale_pool (
    sale       bigint PRIMARY KEY REFERENCES sale,
    free       integer NOT NULL CHECK (free >= 0),
    last_grant integer NOT NULL DEFAULT 0,
    unsold     integer NOT NULL DEFAULT 0,
    closed     boolean NOT NULL DEFAULT false,
    wanted_at  timestamptz,
    CHECK (NOT closed OR free = 0)
) WITH (fillfactor = 40);
CREATE INDEX sale_pool_running ON sale_pool (sale) WHERE NOT closed;
COMMENT ON TABLE sale_pool IS 'Units of a sale that no node has. While it runs: quantity = free + sum of (granted - sold) + units of its live orders, in every snapshot.';
COMMENT ON COLUMN sale_pool.last_grant IS 'What the latest grant took, so that one update can both decide it and tell it.';
COMMENT ON COLUMN sale_pool.unsold IS 'What was left when the sale was closed and went back to the SKU.';
COMMENT ON COLUMN sale_pool.closed IS 'Set once, with all its units taken out; from then on units that come back go to the SKU.';
COMMENT ON COLUMN sale_pool.wanted_at IS 'When a node last asked and found the pool empty while others still had units: those that are idle give theirs back.';

CREATE TABLE sale_segment (
    sale     bigint  NOT NULL REFERENCES sale,
    node     text    NOT NULL,
    epoch    bigint  NOT NULL CHECK (epoch > 0),
    granted  integer NOT NULL,
    sold     integer NOT NULL CHECK (sold >= 0),
    returned integer NOT NULL DEFAULT 0,
    PRIMARY KEY (sale, node),
    CHECK (sold <= granted)
) WITH (fillfactor = 40);
COMMENT ON TABLE sale_segment IS 'Units of a sale that one node, and no other, may sell.';
COMMENT ON COLUMN sale_segment.epoch IS 'Grows when the units are taken from the node without its doing; a batch that names an older epoch sells nothing.';
COMMENT ON COLUMN sale_segment.returned IS 'What the latest return gave back to the pool, so that one update can both decide it and tell it.';
