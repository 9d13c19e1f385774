-- Ordinary purchases: carts, and orders of several lines that are of no flash sale.

CREATE TABLE cart (
    buyer      bigint PRIMARY KEY,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE cart IS 'Who has put something into a cart. Every change of cart_line, and every checkout, holds the row: a buyer''s acts have one order.';

CREATE TABLE cart_line (
    buyer    bigint      NOT NULL REFERENCES cart,
    sku      bigint      NOT NULL REFERENCES sku,
    quantity integer     NOT NULL CHECK (quantity > 0),
    added_at timestamptz NOT NULL,
    PRIMARY KEY (buyer, sku)
);
COMMENT ON TABLE cart_line IS 'What a buyer means to buy. It keeps no units; an order does.';

ALTER TABLE orders
    ALTER COLUMN sale DROP NOT NULL,
    ALTER COLUMN turn DROP NOT NULL,
    ALTER COLUMN sku DROP NOT NULL,
    ALTER COLUMN unit_price_minor DROP NOT NULL,
    ADD COLUMN total_minor bigint CHECK (total_minor > 0),
    ADD COLUMN location bigint,
    ADD COLUMN fulfilment text CHECK (fulfilment IN ('delivery', 'pickup')),
    ADD CONSTRAINT orders_of_a_sale_or_of_lines CHECK (CASE WHEN sale IS NOT NULL
        THEN turn IS NOT NULL AND sku IS NOT NULL AND unit_price_minor IS NOT NULL AND total_minor IS NULL
        ELSE turn IS NULL AND sku IS NULL AND unit_price_minor IS NULL AND total_minor IS NOT NULL
             AND location IS NOT NULL AND fulfilment IS NOT NULL END);
CREATE UNIQUE INDEX orders_one_per_checkout ON orders (buyer, key) WHERE sale IS NULL;
COMMENT ON TABLE orders IS 'One purchase: of a flash sale, which inserts many in one statement, or of the lines in order_line. It refers to no other table: a foreign key would cost every insert a look-up, and sales, SKUs and locations are never deleted.';
COMMENT ON COLUMN orders.sale IS 'Null where it is of no flash sale.';
COMMENT ON COLUMN orders.quantity IS 'Units, of all lines together.';
COMMENT ON COLUMN orders.total_minor IS 'Sum of the lines, in fen; null where sku, quantity and unit_price_minor say it.';
COMMENT ON COLUMN orders.location IS 'Where its units were taken out of, and where they go back to; null where the sale says it.';
COMMENT ON INDEX orders_one_per_checkout IS 'One key, one order: a checkout that is repeated, on any node, finds the first.';

CREATE TABLE order_line (
    order_id         bigint   NOT NULL REFERENCES orders,
    line             smallint NOT NULL CHECK (line BETWEEN 1 AND 30),
    sku              bigint   NOT NULL REFERENCES sku,
    name_zh          text     NOT NULL,
    name_en          text     NOT NULL,
    quantity         integer  NOT NULL CHECK (quantity > 0),
    unit_price_minor bigint   NOT NULL CHECK (unit_price_minor > 0),
    PRIMARY KEY (order_id, line),
    UNIQUE (order_id, sku)
);
COMMENT ON TABLE order_line IS 'What an order that is of no flash sale consists of, with the prices of its moment; never changed.';

ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_line_check,
    ADD CONSTRAINT ledger_posting_line_check CHECK (line BETWEEN 1 AND 100);
