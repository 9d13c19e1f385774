-- What is for sale: products, their SKUs, and a movement for every change of stock.

CREATE TABLE product (
    id             bigint PRIMARY KEY,
    host           bigint NOT NULL,
    name_zh        text NOT NULL,
    name_en        text NOT NULL,
    description_zh text,
    description_en text,
    image          text,
    created_at     timestamptz NOT NULL,
    CHECK ((description_zh IS NULL) = (description_en IS NULL))
);
COMMENT ON TABLE product IS 'What a host offers; what is sold of it is a SKU.';
COMMENT ON COLUMN product.host IS 'The user who may change it and sell it.';
COMMENT ON COLUMN product.image IS 'An https address or an absolute path on this server.';

CREATE TABLE sku (
    id          bigint PRIMARY KEY,
    product     bigint  NOT NULL REFERENCES product,
    position    integer NOT NULL,
    code        text    NOT NULL,
    name_zh     text    NOT NULL,
    name_en     text    NOT NULL,
    price_minor bigint  NOT NULL CHECK (price_minor > 0),
    available   integer NOT NULL DEFAULT 0 CHECK (available >= 0),
    UNIQUE (product, position),
    UNIQUE (product, code)
);
COMMENT ON TABLE sku IS 'What can be counted, priced and sold: one variant of a product.';
COMMENT ON COLUMN sku.price_minor IS 'The ordinary price of one unit, in fen.';
COMMENT ON COLUMN sku.available IS 'Units that nobody has a claim on: always the sum of the movements, never negative.';

CREATE TABLE stock_movement (
    id        bigint PRIMARY KEY,
    sku       bigint  NOT NULL REFERENCES sku,
    quantity  integer NOT NULL CHECK (quantity <> 0),
    balance   integer NOT NULL CHECK (balance >= 0),
    reason    text    NOT NULL CHECK (reason IN ('receipt', 'sale_reserved', 'sale_returned', 'order_returned', 'correction')),
    reference text    NOT NULL,
    note      text,
    at        timestamptz NOT NULL
);
CREATE INDEX stock_movement_of_sku ON stock_movement (sku, id DESC);
COMMENT ON TABLE stock_movement IS 'Every change of sku.available, never changed itself; written in the same statement as the change.';
COMMENT ON COLUMN stock_movement.quantity IS 'Positive into the stock, negative out of it.';
COMMENT ON COLUMN stock_movement.balance IS 'What was available afterwards.';
COMMENT ON COLUMN stock_movement.reference IS 'What or who caused it: sale:{id}, order:{id}, user:{id}.';
