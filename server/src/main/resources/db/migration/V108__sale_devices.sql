-- From how few devices many accounts come to a sale.

ALTER TABLE sale ADD COLUMN accounts_per_device integer CHECK (accounts_per_device > 0);
COMMENT ON COLUMN sale.accounts_per_device IS 'How many accounts of one device may come to the sale; null for no limit.';

CREATE TABLE sale_device (
    sale   bigint  NOT NULL REFERENCES sale,
    device text    NOT NULL,
    slot   integer NOT NULL CHECK (slot > 0),
    buyer  bigint  NOT NULL,
    PRIMARY KEY (sale, device, slot),
    CONSTRAINT sale_device_account_once UNIQUE (sale, device, buyer)
);
COMMENT ON TABLE sale_device IS 'Which accounts have come to a sale from which device. The primary key keeps two that come at the same moment from taking one slot.';
COMMENT ON COLUMN sale_device.device IS 'SHA-256 of what the client calls its device, or of its address where it does not say.';
