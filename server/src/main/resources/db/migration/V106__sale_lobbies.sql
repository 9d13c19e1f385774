-- The waiting rooms of sales: who came when, and whose turn it is.

CREATE TABLE sale_lobby (
    sale         bigint  PRIMARY KEY REFERENCES sale,
    turn_seconds integer NOT NULL CHECK (turn_seconds > 0),
    pass_key     text    NOT NULL CHECK (pass_key ~ '^[0-9a-f]{64}$'),
    seed         text    NOT NULL CHECK (seed ~ '^[0-9a-f]{64}$'),
    joined       integer NOT NULL DEFAULT 0,
    drawn        integer,
    admitted     integer NOT NULL DEFAULT 0,
    reaches      integer NOT NULL DEFAULT 0,
    may_reach    integer NOT NULL DEFAULT 0,
    CHECK (drawn <= joined),
    CHECK (admitted BETWEEN 0 AND joined),
    CHECK (admitted = 0 OR drawn IS NOT NULL)
) WITH (fillfactor = 40);
COMMENT ON TABLE sale_lobby IS 'The waiting room of a sale that has one: whoever claims needs a turn.';
COMMENT ON COLUMN sale_lobby.pass_key IS 'Signs the passes of this sale and no other; it never leaves the servers.';
COMMENT ON COLUMN sale_lobby.seed IS 'What the order of those who came before the start is drawn by. Its SHA-256 is told from the beginning, itself once the order is drawn.';
COMMENT ON COLUMN sale_lobby.joined IS 'Tickets that were given: 1 to this number, in the order of arrival.';
COMMENT ON COLUMN sale_lobby.drawn IS 'How many tickets were there when the sale opened. Their places are 1 to this number, shuffled; the place of every later ticket is its own number. Set once.';
COMMENT ON COLUMN sale_lobby.admitted IS 'Places up to this one have, or had, their turn. Changed by compare-and-set, with a row of sale_turn.';
COMMENT ON COLUMN sale_lobby.reaches IS 'Up to this place the units last even if everybody before takes as many as allowed.';
COMMENT ON COLUMN sale_lobby.may_reach IS 'Beyond this place they do not last although everybody before takes one only and all that is not paid comes back.';

CREATE TABLE sale_arrival (
    sale      bigint      NOT NULL REFERENCES sale,
    buyer     bigint      NOT NULL,
    ticket    integer     NOT NULL CHECK (ticket > 0),
    gave_up   integer     NOT NULL DEFAULT 0,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (sale, buyer),
    CONSTRAINT sale_arrival_ticket UNIQUE (sale, ticket)
);
COMMENT ON TABLE sale_arrival IS 'One ticket a buyer, whoever asks for it however often through whichever node.';
COMMENT ON COLUMN sale_arrival.gave_up IS 'The ticket that the buyer had before, whose turn went by; 0 where this is the first.';

CREATE TABLE sale_turn (
    sale        bigint      NOT NULL REFERENCES sale,
    first_place integer     NOT NULL,
    last_place  integer     NOT NULL,
    ends_at     timestamptz NOT NULL,
    PRIMARY KEY (sale, last_place),
    CHECK (first_place BETWEEN 1 AND last_place)
);
COMMENT ON TABLE sale_turn IS 'Places whose turn came together, and when it ends for those who have not used it.';
