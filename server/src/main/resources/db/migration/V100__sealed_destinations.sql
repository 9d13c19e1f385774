-- Where goods go, sealed: places, addresses and phone numbers are read only by those who have the key.

ALTER TABLE payment ADD COLUMN destination bytea, ADD COLUMN destination_key text,
    ADD CONSTRAINT payment_destination_names_its_key CHECK ((destination IS NULL) = (destination_key IS NULL));
CREATE INDEX payment_destination_key ON payment (destination_key);
COMMENT ON COLUMN payment.destination IS 'Where the goods are to be brought, as the buyer said when paying, sealed for the order''s id (database.seal-keys).';
COMMENT ON COLUMN payment.latitude IS 'Empty; was the destination before it was sealed. So were longitude and address.';

ALTER TABLE delivery ADD COLUMN destination bytea, ADD COLUMN destination_key text,
    ALTER COLUMN dropoff_latitude DROP NOT NULL, ALTER COLUMN dropoff_longitude DROP NOT NULL,
    ADD CONSTRAINT delivery_destination_names_its_key CHECK ((destination IS NULL) = (destination_key IS NULL)),
    ADD CONSTRAINT delivery_goes_somewhere CHECK
        ((destination IS NULL) = (dropoff_latitude IS NOT NULL) AND (destination IS NULL) = (dropoff_longitude IS NOT NULL));
CREATE INDEX delivery_destination_key ON delivery (destination_key);
COMMENT ON COLUMN delivery.destination IS 'Where an order is brought, and how to reach its buyer, sealed for the delivery''s id (database.seal-keys).';
COMMENT ON COLUMN delivery.dropoff_latitude IS 'Of the shelf that is filled; where an order goes is sealed.';

ALTER TABLE dispatch_event ADD COLUMN sealed bytea;
COMMENT ON COLUMN dispatch_event.sealed IS 'For the courier''s own channel, sealed for the event''s id, as it says where goods go; null where only the picture changed.';
COMMENT ON COLUMN dispatch_event.message IS 'As sealed is, of events from before it was.';
