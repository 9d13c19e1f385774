-- Dispatch: zones, couriers and their latest positions, deliveries, offers, assignments, and the zones' event queue.

CREATE TABLE dispatch_zone (
    id        text             PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,40}$'),
    latitude  double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180)
);
COMMENT ON TABLE dispatch_zone IS 'A city. A place belongs to the zone whose centre is nearest; the centre is also the depot that goods leave from unless a delivery says otherwise.';
INSERT INTO dispatch_zone (id, latitude, longitude) VALUES ('shanghai', 31.2304, 121.4737);

CREATE TABLE courier (
    id       bigint      PRIMARY KEY,
    name     text        NOT NULL,
    zone_id  text        NOT NULL REFERENCES dispatch_zone,
    vehicle  text        NOT NULL CHECK (vehicle IN ('foot', 'bicycle', 'ebike', 'motorcycle', 'car')),
    on_shift boolean     NOT NULL,
    shift_at timestamptz NOT NULL
);
COMMENT ON TABLE courier IS 'Everybody who ever went on shift. Accepting an offer and ending a shift lock this row, so that the two never cross.';
COMMENT ON COLUMN courier.id IS 'The user''s id.';
COMMENT ON COLUMN courier.zone_id IS 'The zone of the place where the shift started; it stays until the next shift.';
COMMENT ON COLUMN courier.shift_at IS 'When the shift started or, off shift, when it ended.';
CREATE INDEX courier_on_shift ON courier (zone_id, id) WHERE on_shift;

CREATE TABLE courier_position (
    courier_id  bigint           PRIMARY KEY,
    latitude    double precision NOT NULL,
    longitude   double precision NOT NULL,
    at          timestamptz      NOT NULL,
    received_at timestamptz      NOT NULL,
    speed_meters_per_second double precision,
    heading_degrees         double precision
);
COMMENT ON TABLE courier_position IS 'The latest position of each courier, written behind the shared map in batches; never older than a few seconds.';
COMMENT ON COLUMN courier_position.at IS 'By the courier''s clock; an older one never overwrites a newer one.';
COMMENT ON COLUMN courier_position.received_at IS 'By the server''s clock; silence is measured from here.';

CREATE TABLE delivery (
    id                bigint           PRIMARY KEY,
    zone_id           text             NOT NULL REFERENCES dispatch_zone,
    order_id          bigint           UNIQUE,
    restock_shelf_id  bigint,
    buyer_id          bigint,
    pickup_latitude   double precision NOT NULL,
    pickup_longitude  double precision NOT NULL,
    dropoff_latitude  double precision NOT NULL,
    dropoff_longitude double precision NOT NULL,
    stage             text             NOT NULL
        CHECK (stage IN ('waiting', 'offered', 'assigned', 'picked_up', 'delivered', 'failed')),
    courier_id        bigint           REFERENCES courier,
    courier_name      text,
    assigned_at       timestamptz,
    created_at        timestamptz      NOT NULL,
    updated_at        timestamptz      NOT NULL,
    CONSTRAINT delivery_is_for_an_order_or_a_shelf CHECK ((order_id IS NULL) <> (restock_shelf_id IS NULL)),
    CONSTRAINT delivery_of_an_order_has_its_buyer CHECK ((order_id IS NULL) = (buyer_id IS NULL)),
    CONSTRAINT delivery_has_a_courier_from_assignment_on CHECK
        ((stage IN ('assigned', 'picked_up', 'delivered')) = (courier_id IS NOT NULL)
         AND (courier_id IS NULL) = (courier_name IS NULL)
         AND (courier_id IS NULL) = (assigned_at IS NULL))
);
COMMENT ON TABLE delivery IS 'Goods to be brought from one place to another: a paid order to its buyer, or stock to a shelf.';
COMMENT ON COLUMN delivery.order_id IS 'Unique, so that a payment that is reported twice is delivered once.';
CREATE UNIQUE INDEX delivery_one_open_restock ON delivery (restock_shelf_id)
    WHERE restock_shelf_id IS NOT NULL AND stage NOT IN ('delivered', 'failed');
COMMENT ON INDEX delivery_one_open_restock IS 'A shelf has at most one open restock delivery.';
CREATE INDEX delivery_open ON delivery (zone_id, id) WHERE stage NOT IN ('delivered', 'failed');
CREATE INDEX delivery_held ON delivery (courier_id, id) WHERE stage IN ('assigned', 'picked_up');
CREATE INDEX delivery_by_stage ON delivery (stage, id);

CREATE TABLE delivery_offer (
    id              bigint      PRIMARY KEY,
    delivery_id     bigint      NOT NULL REFERENCES delivery,
    courier_id      bigint      NOT NULL REFERENCES courier,
    stage           text        NOT NULL CHECK (stage IN ('open', 'accepted', 'rejected', 'expired', 'withdrawn')),
    distance_meters integer     NOT NULL CHECK (distance_meters >= 0),
    travel_seconds  integer     NOT NULL CHECK (travel_seconds >= 0),
    offered_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT delivery_offer_ends_once CHECK ((stage = 'open') = (ended_at IS NULL))
);
COMMENT ON TABLE delivery_offer IS 'One courier is asked whether he takes one delivery. It is over when the stage says so: until the zone''s owner has expired it, it can be accepted.';
CREATE UNIQUE INDEX delivery_offer_one_open ON delivery_offer (delivery_id) WHERE stage = 'open';
COMMENT ON INDEX delivery_offer_one_open IS 'A delivery is offered to one courier at a time.';
CREATE INDEX delivery_offer_of_courier ON delivery_offer (courier_id) WHERE stage = 'open';
CREATE INDEX delivery_offer_of_delivery ON delivery_offer (delivery_id, ended_at);

CREATE TABLE delivery_assignment (
    offer_id    bigint      PRIMARY KEY REFERENCES delivery_offer,
    delivery_id bigint      NOT NULL REFERENCES delivery,
    courier_id  bigint      NOT NULL REFERENCES courier,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text        CHECK (outcome IN ('delivered', 'taken_back')),
    CONSTRAINT delivery_assignment_ends_with_an_outcome CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
COMMENT ON TABLE delivery_assignment IS 'Who holds, or held, a delivery. A courier holds one only if a row without an end says so.';
CREATE UNIQUE INDEX delivery_assignment_one_active ON delivery_assignment (delivery_id) WHERE ended_at IS NULL;
COMMENT ON INDEX delivery_assignment_one_active IS 'A delivery has at most one active assignment, whatever the nodes believe.';
CREATE UNIQUE INDEX delivery_assignment_one_delivered ON delivery_assignment (delivery_id) WHERE outcome = 'delivered';
COMMENT ON INDEX delivery_assignment_one_delivered IS 'A delivery is delivered once.';
CREATE INDEX delivery_assignment_held ON delivery_assignment (courier_id) WHERE ended_at IS NULL;

CREATE TABLE dispatch_event (
    id          bigint      PRIMARY KEY,
    zone_id     text        NOT NULL REFERENCES dispatch_zone,
    delivery_id bigint,
    courier_id  bigint,
    message     jsonb,
    created_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dispatch_event IS 'What changed in a zone, written in the transaction that changed it. The zone''s owner takes each row into its picture, publishes it, and deletes it under its epoch: nothing is lost when a node dies between a commit and a publication.';
COMMENT ON COLUMN dispatch_event.message IS 'For the courier''s own channel; null where only the picture changed.';
CREATE INDEX dispatch_event_of_zone ON dispatch_event (zone_id, id);
