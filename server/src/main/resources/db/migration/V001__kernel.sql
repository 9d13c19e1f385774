-- What the kernel itself keeps: numbers for nodes, and leases.

CREATE SEQUENCE node_number MINVALUE 0 MAXVALUE 1023 START 0 CYCLE;
COMMENT ON SEQUENCE node_number IS 'Each start of a node takes one; it goes into the ids that the node makes.';

CREATE TABLE lease (
    kind  text   NOT NULL,
    key   text   NOT NULL,
    node  text   NOT NULL,
    epoch bigint NOT NULL CHECK (epoch > 0),
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, key)
);
COMMENT ON TABLE lease IS 'Where one node must act alone: who, and since which epoch. Every write under a lease names its epoch.';
COMMENT ON COLUMN lease.epoch IS 'Grows by one with every take-over; a write that names an older epoch matches no row.';
