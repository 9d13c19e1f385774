-- What hosts do with a running sale, and who may buy.

ALTER TABLE sale ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    ADD COLUMN audience text NOT NULL DEFAULT 'all' CHECK (audience IN ('all', 'list'));
COMMENT ON COLUMN sale.revision IS 'Grows by one with each act of the host. Of two messages about a sale the one of the higher revision is the later one.';
COMMENT ON COLUMN sale.audience IS 'Who may claim: everybody, or those in sale_guest.';

CREATE TABLE sale_guest (
    sale  bigint NOT NULL REFERENCES sale,
    buyer bigint NOT NULL,
    PRIMARY KEY (sale, buyer)
);
COMMENT ON TABLE sale_guest IS 'Who may claim in a sale that is not for everybody. Written when the sale starts; nobody is ever taken out, as he may have an order already.';

CREATE TABLE sale_act (
    id              bigint PRIMARY KEY,
    sale            bigint      NOT NULL REFERENCES sale,
    act             text        NOT NULL CHECK (act IN ('start', 'extend', 'add_stock', 'stop')),
    key             text,
    who             bigint      NOT NULL,
    at              timestamptz NOT NULL,
    quantity_before integer,
    quantity_after  integer     NOT NULL,
    ends_at_before  timestamptz,
    ends_at_after   timestamptz NOT NULL,
    CONSTRAINT sale_act_once_per_key UNIQUE (sale, key),
    CONSTRAINT sale_act_has_a_past_unless_it_starts CHECK
        ((act = 'start') = (quantity_before IS NULL) AND (quantity_before IS NULL) = (ends_at_before IS NULL))
);
CREATE INDEX sale_act_of_sale ON sale_act (sale, id DESC);
COMMENT ON TABLE sale_act IS 'Who did what with a sale, and what it was before and after; written in the transaction of the act, never changed.';
COMMENT ON COLUMN sale_act.key IS 'Made by the client, so that an act that is repeated happens once; null where repeating it changes nothing by itself.';

CREATE FUNCTION sale_act_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the acts of hosts are only ever added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sale_act_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON sale_act
    FOR EACH STATEMENT EXECUTE FUNCTION sale_act_refuse();
