package io.jishi.core;

/** An amount in the minor units of a currency (fen, cents). Sums never round and never overflow in silence. */
public record Money(long minorUnits, String currency) {
    public Money {
        if (currency.length() != 3 || !currency.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
            throw new Invalid("currency", "A currency is three capital letters of ISO 4217.");
        }
    }

    public static Money yuan(long fen) {
        return new Money(fen, "CNY");
    }

    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
        return new Money(Math.addExact(minorUnits, other.minorUnits), currency);
    }

    public Money times(long factor) {
        return new Money(Math.multiplyExact(minorUnits, factor), currency);
    }

    public Money negated() {
        return new Money(Math.negateExact(minorUnits), currency);
    }
}
