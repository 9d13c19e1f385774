-- Codes of orders that lie ready are sealed as addresses are; subscribers of webhooks are served one by
-- one.

ALTER TABLE pickup ALTER COLUMN code DROP NOT NULL,
    ADD COLUMN id bigint GENERATED ALWAYS AS (order_id) STORED,
    ADD COLUMN sealed_code bytea,
    ADD COLUMN sealed_code_key text,
    ADD CHECK ((sealed_code IS NULL) = (sealed_code_key IS NULL));
COMMENT ON COLUMN pickup.id IS 'What a sealed code is bound to; the order.';
COMMENT ON COLUMN pickup.code IS 'As it was kept before codes were sealed; the first node that knows of seals seals it.';
COMMENT ON COLUMN pickup.sealed_code IS 'What the buyer shows, sealed for the order. Only he reads it; it is gone with the hand-over.';
COMMENT ON COLUMN pickup.sealed_code_key IS 'The id of the key that it is sealed under.';

CREATE INDEX webhook_delivery_of ON webhook_delivery (url, next_at) WHERE taken_at IS NULL AND dead_at IS NULL;
DROP INDEX webhook_delivery_due;
