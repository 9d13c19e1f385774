package io.jishi.ledger;

import io.jishi.core.Money;

/**
 * One side of an entry.
 *
 * @param owner whose part of the account
 * @param amount a debit is positive, a credit negative; never 0
 */
public record Posting(Account account, String owner, Money amount) {
    public Posting {
        if (amount.minorUnits() == 0) {
            throw new IllegalArgumentException("a posting of nothing");
        }
    }
}
