-- Shelves, what their devices report, and what follows from it.

CREATE TABLE shelf (
    id                      bigint PRIMARY KEY,
    device_id               bigint           NOT NULL UNIQUE,
    shard                   smallint         NOT NULL CHECK (shard >= 0),
    name_zh                 text             NOT NULL,
    name_en                 text             NOT NULL,
    shelf_group             text             NOT NULL,
    latitude                double precision NOT NULL,
    longitude               double precision NOT NULL,
    temperature_max_celsius double precision,
    created_at              timestamptz      NOT NULL
);
CREATE INDEX shelf_of_group ON shelf (shelf_group, id DESC);
CREATE INDEX shelf_of_shard ON shelf (shard);
COMMENT ON TABLE shelf IS 'An unmanned shelf; exactly one device reports for it.';
COMMENT ON COLUMN shelf.shard IS 'Which of the fixed number of shards its twin is computed in; one node owns a shard at a time.';
COMMENT ON COLUMN shelf.temperature_max_celsius IS 'Above this the temperature alert opens; null where the shelf is not cooled.';

CREATE TABLE shelf_slot (
    shelf_id   bigint   NOT NULL REFERENCES shelf (id),
    slot       smallint NOT NULL CHECK (slot BETWEEN 1 AND 64),
    sku_id     bigint   NOT NULL,
    name_zh    text     NOT NULL,
    name_en    text     NOT NULL,
    capacity   integer  NOT NULL CHECK (capacity > 0),
    unit_grams integer  NOT NULL CHECK (unit_grams > 0),
    low_stock  integer  NOT NULL CHECK (low_stock >= 0),
    PRIMARY KEY (shelf_id, slot),
    CONSTRAINT shelf_slot_can_be_filled CHECK (low_stock < capacity)
);
COMMENT ON TABLE shelf_slot IS 'A place on a shelf on a scale of its own, with one SKU in it.';
COMMENT ON COLUMN shelf_slot.name_zh IS 'The SKU''s name when the shelf was registered.';
COMMENT ON COLUMN shelf_slot.low_stock IS 'At this count or below the low-stock alert opens.';
COMMENT ON CONSTRAINT shelf_slot_can_be_filled ON shelf_slot IS 'A slot whose full count is already low would never leave its alert.';

CREATE TABLE telemetry (
    device_id  bigint           NOT NULL,
    boot       text             NOT NULL,
    sequence   bigint           NOT NULL CHECK (sequence > 0),
    shelf_id   bigint           NOT NULL,
    shard      smallint         NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('weight', 'stock', 'temperature', 'door')),
    slot       smallint,
    value      double precision NOT NULL,
    device_at  timestamptz      NOT NULL,
    arrived_at timestamptz      NOT NULL,
    written_by bigint           NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (device_id, boot, sequence)
);
CREATE INDEX telemetry_feed ON telemetry (shard, written_by);
CREATE INDEX telemetry_age ON telemetry USING brin (arrived_at);
COMMENT ON TABLE telemetry IS 'Every message of every device, once; the truth from which the twins are computed. One plain table: it is kept for weeks and trimmed a little at a time; where it is to be kept for longer, partition it by month of arrived_at. No foreign keys: only messages of shelves that were read from the table are written, and a shelf is never deleted.';
COMMENT ON COLUMN telemetry.boot IS 'Chosen by the device each time it starts; its sequence begins at 1 again.';
COMMENT ON COLUMN telemetry.device_at IS 'When it happened by the device''s clock; the rules run on this, or on arrived_at where that is earlier.';
COMMENT ON COLUMN telemetry.written_by IS 'The transaction that wrote it. The reader of a shard reads up to the oldest transaction still running, so nothing that commits late is passed over.';

CREATE TABLE shelf_twin (
    shelf_id         bigint PRIMARY KEY REFERENCES shelf (id),
    state            jsonb       NOT NULL,
    restock_asked_at timestamptz,
    epoch            bigint      NOT NULL
);
COMMENT ON TABLE shelf_twin IS 'What a shelf was last known to be like, written behind by the owner of its shard.';
COMMENT ON COLUMN shelf_twin.epoch IS 'The epoch of the lease under which it was written.';

CREATE TABLE shelf_shard (
    shard  smallint PRIMARY KEY,
    cursor bigint NOT NULL
);
COMMENT ON TABLE shelf_shard IS 'How far the telemetry of a shard has gone into the twins and alerts that are written.';
COMMENT ON COLUMN shelf_shard.cursor IS 'Everything with written_by below it is in; changed only in one transaction with twins and alerts, under the lease.';

CREATE TABLE shelf_alert (
    id        bigint PRIMARY KEY,
    shelf_id  bigint           NOT NULL REFERENCES shelf (id),
    kind      text             NOT NULL CHECK (kind IN ('low_stock', 'temperature', 'offline')),
    slot      smallint         NOT NULL DEFAULT 0,
    value     double precision NOT NULL,
    opened_at timestamptz      NOT NULL,
    closed_at timestamptz,
    CONSTRAINT shelf_alert_slot_where_there_is_one CHECK ((slot > 0) = (kind = 'low_stock'))
);
CREATE UNIQUE INDEX shelf_alert_open_once ON shelf_alert (shelf_id, kind, slot) WHERE closed_at IS NULL;
CREATE INDEX shelf_alert_of_shelf ON shelf_alert (shelf_id, id DESC);
COMMENT ON TABLE shelf_alert IS 'What a person should look at, from when to when.';
COMMENT ON COLUMN shelf_alert.slot IS '0 where the alert is about the whole shelf.';
COMMENT ON INDEX shelf_alert_open_once IS 'The same alert is open once at a time.';
