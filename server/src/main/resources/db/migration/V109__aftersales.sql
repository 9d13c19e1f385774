-- After-sales: returns, exchanges and complaints, their evidence, and money that goes back for a part of an order.

ALTER TABLE payment
    ADD COLUMN given_minor   bigint NOT NULL DEFAULT 0,
    ADD COLUMN origin        bigint REFERENCES payment,
    ADD COLUMN charged_minor bigint,
    ADD CONSTRAINT payment_gives_what_it_has CHECK (given_minor BETWEEN 0 AND amount_minor) NOT VALID,
    ADD CONSTRAINT payment_of_an_origin CHECK ((origin IS NULL) = (charged_minor IS NULL)) NOT VALID;
COMMENT ON COLUMN payment.given_minor IS 'What of it went back for single goods or on to other orders: the sum of its rows in payment_refund. The rest goes back where the whole order is refunded.';
COMMENT ON COLUMN payment.origin IS 'The payment whose money this is, where it pays an order that was given in exchange; the provider knows only that one.';
COMMENT ON COLUMN payment.charged_minor IS 'What the provider took with the origin.';
COMMENT ON CONSTRAINT payment_gives_what_it_has ON payment IS 'However many cases an order has, and whoever decides them at the same time: never more goes back than was paid.';

CREATE TABLE payment_refund (
    id           bigint PRIMARY KEY,
    payment      bigint      NOT NULL REFERENCES payment,
    order_id     bigint      NOT NULL REFERENCES orders,
    sku          bigint      NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    before_minor bigint      NOT NULL CHECK (before_minor >= 0),
    stage        text        NOT NULL CHECK (stage IN ('refunding', 'refunded', 'moved')),
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    retry_at     timestamptz NOT NULL
);
CREATE INDEX payment_refund_of_order ON payment_refund (order_id);
CREATE INDEX payment_refund_of_payment ON payment_refund (payment);
CREATE INDEX payment_refund_under_way ON payment_refund (retry_at) WHERE stage = 'refunding';
COMMENT ON TABLE payment_refund IS 'Money of a payment that went, or goes, back for single goods of its order, or on to the order given in exchange for them.';
COMMENT ON COLUMN payment_refund.id IS 'Of the case that it is for: one case, one refund. The provider knows the refund by it, so that asking again does it once.';
COMMENT ON COLUMN payment_refund.before_minor IS 'What the payment had given before; the provider''s fee comes back in proportion.';
COMMENT ON COLUMN payment_refund.retry_at IS 'When the provider is asked again for a refund that is under way.';

CREATE TABLE order_hold (
    reason   bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders
);
CREATE INDEX order_hold_of_order ON order_hold (order_id);
COMMENT ON TABLE order_hold IS 'Why an order is neither closed nor refunded as a whole yet: its open cases.';

ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_kind_check CHECK (kind IN
    ('payment', 'late_payment', 'refund_due', 'refund', 'fee', 'fee_returned', 'sale', 'commission', 'deposit',
     'deposit_returned', 'exchange')) NOT VALID;
COMMENT ON COLUMN ledger_entry.reference IS 'What it happened to: payment:{id}, order:{id}, case:{id}, deposit:{id}.';

ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_names_its_cause;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_names_its_cause
    CHECK (reference ~ '^(sale|order|user|shelf|case):.+$') NOT VALID;
COMMENT ON COLUMN stock_movement.reference IS 'What or who caused it: sale:{id} (sale_act says who), order:{id}, case:{id} (aftersales_step says who), user:{id}, shelf:{id}.';

CREATE TABLE aftersales_case (
    id            bigint PRIMARY KEY,
    order_id      bigint      NOT NULL REFERENCES orders,
    buyer         bigint      NOT NULL,
    host          bigint,
    key           text        NOT NULL,
    kind          text        NOT NULL CHECK (kind IN ('return', 'exchange', 'complaint')),
    reason        text        NOT NULL CHECK (reason IN
        ('changed_mind', 'damaged', 'not_as_described', 'wrong_goods', 'missing', 'other')),
    sku           bigint      NOT NULL,
    wanted_sku    bigint,
    name_zh       text        NOT NULL,
    name_en       text        NOT NULL,
    quantity      integer     NOT NULL CHECK (quantity > 0),
    amount_minor  bigint      NOT NULL CHECK (amount_minor > 0),
    currency      text        NOT NULL,
    remedy        text        NOT NULL CHECK (remedy IN ('refund', 'replacement')),
    offer_minor   bigint      CHECK (offer_minor BETWEEN 0 AND amount_minor),
    stage         text        NOT NULL CHECK (stage IN
        ('requested', 'approved', 'sent_back', 'received', 'declined', 'answered', 'escalated', 'refunding', 'refunded',
         'exchanged', 'closed', 'withdrawn', 'lapsed')),
    opened_at     timestamptz NOT NULL,
    due_at        timestamptz,
    returned_to   bigint      REFERENCES location,
    kept_at       bigint      REFERENCES location,
    replacement   bigint      REFERENCES orders,
    CONSTRAINT aftersales_case_once UNIQUE (buyer, key),
    CHECK ((due_at IS NULL) = (stage IN ('refunding', 'refunded', 'exchanged', 'closed', 'withdrawn', 'lapsed'))),
    CHECK ((kind = 'exchange') = (wanted_sku IS NOT NULL)),
    CHECK ((stage = 'exchanged') = (replacement IS NOT NULL)),
    CHECK (kept_at IS NULL OR due_at IS NOT NULL)
);
CREATE INDEX aftersales_case_of_order ON aftersales_case (order_id);
CREATE INDEX aftersales_case_of_buyer ON aftersales_case (buyer, id);
CREATE INDEX aftersales_case_due ON aftersales_case (due_at, id) WHERE due_at IS NOT NULL;
COMMENT ON TABLE aftersales_case IS 'What a buyer wants after the delivery, for units of one line of an order. Whoever changes it holds the order first.';
COMMENT ON COLUMN aftersales_case.host IS 'Whose goods they are, as far as the catalogue knew.';
COMMENT ON COLUMN aftersales_case.amount_minor IS 'What was paid for the units.';
COMMENT ON COLUMN aftersales_case.offer_minor IS 'Of a complaint: what the shop, or who decided, gives back of the amount.';
COMMENT ON COLUMN aftersales_case.due_at IS 'From this instant on the next thing happens by itself.';
COMMENT ON COLUMN aftersales_case.returned_to IS 'Where the goods came back to.';
COMMENT ON COLUMN aftersales_case.kept_at IS 'Where units are kept out of the stock for the exchange.';
COMMENT ON COLUMN aftersales_case.replacement IS 'The order that was given in exchange.';

CREATE TABLE aftersales_step (
    id      bigint PRIMARY KEY,
    case_id bigint      NOT NULL REFERENCES aftersales_case,
    deed    text        NOT NULL,
    stage   text        NOT NULL,
    at      timestamptz NOT NULL,
    who     bigint
);
CREATE INDEX aftersales_step_of_case ON aftersales_step (case_id, id);
COMMENT ON TABLE aftersales_step IS 'What happened in a case, never changed.';
COMMENT ON COLUMN aftersales_step.who IS 'Null where it happened by itself: a deadline, or the provider.';

CREATE TABLE aftersales_evidence (
    id          bigint PRIMARY KEY,
    case_id     bigint      NOT NULL REFERENCES aftersales_case,
    who         bigint      NOT NULL,
    at          timestamptz NOT NULL,
    type        text        NOT NULL CHECK (type IN ('text', 'image/png', 'image/jpeg', 'image/webp')),
    key         text,
    content     bytea       NOT NULL,
    content_key text        NOT NULL,
    CONSTRAINT aftersales_evidence_once UNIQUE (case_id, who, key)
);
CREATE INDEX aftersales_evidence_key ON aftersales_evidence (content_key);
COMMENT ON TABLE aftersales_evidence IS 'Texts and photos of a case, never changed but for the key that seals them.';
COMMENT ON COLUMN aftersales_evidence.content IS 'Sealed for the row''s id (database.seal-keys): photos of parcels show names and addresses.';
COMMENT ON COLUMN aftersales_evidence.key IS 'Of a photo: made by the client, so that sending it again adds it once.';
