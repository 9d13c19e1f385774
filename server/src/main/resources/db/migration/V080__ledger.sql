-- The double-entry ledger: what money moved, why, and from which account to which.

CREATE TABLE ledger_entry (
    id          bigint PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind IN
        ('payment', 'late_payment', 'refund_due', 'refund', 'fee', 'fee_returned', 'sale', 'commission', 'deposit', 'deposit_returned')),
    reference   text        NOT NULL,
    at          timestamptz NOT NULL,
    transaction xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ledger_entry_once UNIQUE (reference, kind)
);
COMMENT ON TABLE ledger_entry IS 'One thing that happened to money. Written in the transaction of what it tells of, and never changed.';
COMMENT ON COLUMN ledger_entry.reference IS 'What it happened to: payment:{id}, order:{id}, deposit:{id}.';
COMMENT ON COLUMN ledger_entry.transaction IS 'The transaction that wrote it; its postings are written in the same one, so that nothing is ever added to an entry.';
COMMENT ON CONSTRAINT ledger_entry_once ON ledger_entry IS 'The same thing is booked once, whoever tries twice.';

CREATE TABLE ledger_posting (
    entry        bigint   NOT NULL REFERENCES ledger_entry,
    line         smallint NOT NULL CHECK (line BETWEEN 1 AND 20),
    account      text     NOT NULL CHECK (account IN
        ('provider', 'orders', 'refunds', 'hosts', 'commission', 'fees', 'deposits')),
    owner        text     NOT NULL,
    currency     text     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint   NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (entry, line)
);
CREATE INDEX ledger_posting_of_account ON ledger_posting (account, owner, currency) INCLUDE (amount_minor);
COMMENT ON TABLE ledger_posting IS 'One side of an entry. The postings of an entry sum to zero in each currency, which a trigger looks at before the commit.';
COMMENT ON COLUMN ledger_posting.account IS 'What the money is: with a provider, held for orders, owed as refunds, owed to hosts, earned as commission, spent on fees, held as deposits.';
COMMENT ON COLUMN ledger_posting.owner IS 'Whose: the provider''s name, or the id of an order, a host or a user.';
COMMENT ON COLUMN ledger_posting.amount_minor IS 'In the minor unit of the currency; a debit is positive, a credit negative.';

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_posting_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

CREATE FUNCTION ledger_check_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT transaction FROM ledger_entry WHERE id = NEW.entry) IS DISTINCT FROM pg_current_xact_id() THEN
        RAISE EXCEPTION 'nothing is added to ledger entry % after its transaction', NEW.entry
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_posting WHERE entry = NEW.entry GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.entry USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry = NEW.id) THEN
        RAISE EXCEPTION 'ledger entry % has no postings', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_posting_of_transaction BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction();
CREATE CONSTRAINT TRIGGER ledger_posting_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
CREATE CONSTRAINT TRIGGER ledger_entry_has_postings AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_postings();
