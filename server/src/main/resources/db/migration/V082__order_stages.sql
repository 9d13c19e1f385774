-- The whole life of an order: waiting for the provider, settled with the host, on the way back to the buyer.

ALTER TABLE orders DROP CONSTRAINT orders_stage_check, DROP CONSTRAINT orders_check;
ALTER TABLE orders ADD CONSTRAINT orders_stage_check CHECK (stage IN
    ('reserved', 'awaiting_payment', 'paid', 'delivering', 'delivered', 'closed', 'cancelled', 'expired', 'refunding',
     'refunded'));
ALTER TABLE orders ADD CONSTRAINT orders_paid_at_check CHECK
    ((stage IN ('paid', 'delivering', 'delivered', 'closed', 'refunding', 'refunded')) = (paid_at IS NOT NULL));
ALTER TABLE orders ADD COLUMN delivered_at timestamptz;
DROP INDEX orders_unpaid;
CREATE INDEX orders_unpaid ON orders (pay_before) WHERE stage IN ('reserved', 'awaiting_payment');
CREATE INDEX orders_to_close ON orders (delivered_at) WHERE stage = 'delivered';
COMMENT ON COLUMN orders.delivered_at IS 'From then on the buyer may complain for a while; afterwards the order is closed and its money is the host''s.';
