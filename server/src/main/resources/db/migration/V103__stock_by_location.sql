-- Where each unit is: stock by SKU and location.

CREATE TABLE location (
    id         bigint PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('warehouse', 'counter', 'shelf')),
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    latitude   double precision,
    longitude  double precision,
    created_at timestamptz NOT NULL,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
COMMENT ON TABLE location IS 'A place of the shop in which units are: a warehouse that orders are brought from, a counter where buyers fetch them, a shelf. Never deleted.';
COMMENT ON COLUMN location.id IS '1 is the main warehouse, which everything was in before there were locations; a shelf''s location has the shelf''s id.';
INSERT INTO location (id, kind, name_zh, name_en, created_at) VALUES (1, 'warehouse', '总仓', 'Main warehouse', now());
INSERT INTO location (id, kind, name_zh, name_en, latitude, longitude, created_at)
SELECT id, 'shelf', name_zh, name_en, latitude, longitude, created_at FROM shelf;

CREATE TABLE stock_level (
    sku       bigint  NOT NULL REFERENCES sku,
    location  bigint  NOT NULL REFERENCES location,
    available integer NOT NULL,
    PRIMARY KEY (sku, location),
    CONSTRAINT stock_level_never_negative CHECK (available >= 0)
) WITH (fillfactor = 70);
CREATE INDEX stock_level_of_location ON stock_level (location, sku);
COMMENT ON TABLE stock_level IS 'Units of a SKU in a location that nobody has a claim on. Who changes it holds the SKU''s row, and of several SKUs those of lower id first.';
COMMENT ON COLUMN stock_level.available IS 'Always the sum of the movements of the SKU in the location.';
COMMENT ON COLUMN sku.available IS 'Units that nobody has a claim on, in all locations: always the sum of the levels and of the movements, never negative.';
INSERT INTO stock_level (sku, location, available) SELECT id, 1, available FROM sku;

ALTER TABLE stock_movement
    ADD COLUMN location    bigint NOT NULL DEFAULT 1 REFERENCES location,
    ADD COLUMN counterpart bigint,
    ADD COLUMN key         text,
    DROP CONSTRAINT stock_movement_reason_check,
    ADD CONSTRAINT stock_movement_reason_check CHECK (reason IN
        ('receipt', 'sale_reserved', 'sale_returned', 'order_reserved', 'order_returned', 'correction', 'transfer',
         'shelf', 'return')),
    ADD CONSTRAINT stock_movement_transfers_have_two_sides CHECK ((reason = 'transfer') = (counterpart IS NOT NULL)),
    ADD CONSTRAINT stock_movement_names_its_cause CHECK (reference ~ '^(sale|order|user|shelf):.+$');
ALTER TABLE stock_movement ALTER COLUMN location DROP DEFAULT;
CREATE INDEX stock_movement_of_location ON stock_movement (location, id DESC);
CREATE UNIQUE INDEX stock_movement_once_per_key ON stock_movement (reference, key) WHERE key IS NOT NULL;
COMMENT ON TABLE stock_movement IS 'Every change of stock_level, never changed itself; written in the same statement as the change.';
COMMENT ON COLUMN stock_movement.balance IS 'What was available in the location afterwards.';
COMMENT ON COLUMN stock_movement.counterpart IS 'The other side of a transfer, which names this one.';
COMMENT ON COLUMN stock_movement.key IS 'Made by the client of the person who moved it, so that a movement that is asked for again happens once.';
COMMENT ON COLUMN stock_movement.reference IS 'What or who caused it: sale:{id} (sale_act says who), order:{id}, user:{id}, shelf:{id}.';

CREATE FUNCTION stock_movement_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'movements of stock are only ever added' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stock_movement_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
    FOR EACH STATEMENT EXECUTE FUNCTION stock_movement_refuse();

CREATE FUNCTION stock_movement_check_counterpart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM stock_movement o WHERE o.id = NEW.counterpart AND o.counterpart = NEW.id
                      AND o.sku = NEW.sku AND o.quantity = -NEW.quantity AND o.location <> NEW.location) THEN
        RAISE EXCEPTION 'movement % has no other side', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stock_movement_has_counterpart AFTER INSERT ON stock_movement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.counterpart IS NOT NULL)
    EXECUTE FUNCTION stock_movement_check_counterpart();

ALTER TABLE sale ADD COLUMN location bigint NOT NULL DEFAULT 1 REFERENCES location;
ALTER TABLE sale ALTER COLUMN location DROP DEFAULT;
COMMENT ON COLUMN sale.location IS 'Where its units come from, and where they go back to.';
