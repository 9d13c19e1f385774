-- The constraint of a buyer's turns with its sale first: orders of a running sale are close together in it.

ALTER TABLE orders DROP CONSTRAINT orders_one_per_turn,
    ADD CONSTRAINT orders_one_per_turn UNIQUE USING INDEX orders_one_per_turn_of_sale;
COMMENT ON CONSTRAINT orders_one_per_turn ON orders IS 'Of two claims of one buyer that were decided without knowledge of each other only one gets in; so the buyer''s limit holds across nodes. The index leads from a sale to its buyers.';
