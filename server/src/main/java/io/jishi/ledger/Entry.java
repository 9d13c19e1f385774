package io.jishi.ledger;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jishi.core.Id;
import io.jishi.core.Money;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * One thing that happened to money. The postings sum to zero in each currency.
 *
 * @param reference what it happened to: {@code payment:{id}}, {@code order:{id}}, {@code case:{id}}, {@code deposit:{id}}; of one kind there
 *     is one entry for a reference
 */
public record Entry(Kind kind, String reference, List<Posting> postings) {

    /** Why money moved. */
    public enum Kind {
        /** A provider took the money for an order. */
        PAYMENT,
        /** A provider took money when nothing was left to pay for; it is owed back at once. */
        LATE_PAYMENT,
        /** A paid order was undone; its money is owed back. */
        REFUND_DUE,
        /** A provider gave the money back. */
        REFUND,
        /** What the provider kept of a payment. */
        FEE,
        /** What the provider kept came back with the refund. */
        FEE_RETURNED,
        /** An order is settled: its money is the host's. */
        SALE,
        /** The shop's share of a settled order. */
        COMMISSION,
        /** Goods of an order were exchanged: what was paid for them is another order's. */
        EXCHANGE,
        /** A user left money as security. */
        DEPOSIT,
        /** That money went back. */
        DEPOSIT_RETURNED;

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** @throws IllegalArgumentException where the postings do not balance */
    public Entry {
        postings = List.copyOf(postings);
        Map<String, Money> sums = new HashMap<>();
        for (Posting posting : postings) {
            sums.merge(posting.amount().currency(), posting.amount(), Money::plus);
        }
        if (postings.isEmpty() || sums.values().stream().anyMatch(sum -> sum.minorUnits() != 0)) {
            throw new IllegalArgumentException("the " + kind + " of " + reference + " does not balance");
        }
    }

    /** @param order whose money it is now */
    public static Entry payment(Id<?> payment, String provider, Id<?> order, Money amount) {
        return move(Kind.PAYMENT, of(payment), amount, Account.ORDERS, order.toString(), Account.PROVIDER, provider);
    }

    public static Entry latePayment(Id<?> payment, String provider, Id<?> order, Money amount) {
        return move(
                Kind.LATE_PAYMENT, of(payment), amount, Account.REFUNDS, order.toString(), Account.PROVIDER, provider);
    }

    public static Entry refundDue(Id<?> payment, Id<?> order, Money amount) {
        return move(
                Kind.REFUND_DUE,
                of(payment),
                amount,
                Account.REFUNDS,
                order.toString(),
                Account.ORDERS,
                order.toString());
    }

    public static Entry refund(Id<?> payment, String provider, Id<?> order, Money amount) {
        return move(Kind.REFUND, of(payment), amount, Account.PROVIDER, provider, Account.REFUNDS, order.toString());
    }

    public static Entry fee(Id<?> payment, String provider, Money amount) {
        return move(Kind.FEE, of(payment), amount, Account.PROVIDER, provider, Account.FEES, provider);
    }

    public static Entry feeReturned(Id<?> payment, String provider, Money amount) {
        return move(Kind.FEE_RETURNED, of(payment), amount, Account.FEES, provider, Account.PROVIDER, provider);
    }

    /**
     * Some of the money of an order is owed back.
     *
     * @param reason the case that decided so
     */
    public static Entry partDue(Id<?> reason, Id<?> order, Money amount) {
        String owner = order.toString();
        return move(Kind.REFUND_DUE, "case:" + reason, amount, Account.REFUNDS, owner, Account.ORDERS, owner);
    }

    public static Entry partRefund(Id<?> reason, String provider, Id<?> order, Money amount) {
        return move(
                Kind.REFUND, "case:" + reason, amount, Account.PROVIDER, provider, Account.REFUNDS, order.toString());
    }

    public static Entry partFeeReturned(Id<?> reason, String provider, Money amount) {
        return move(Kind.FEE_RETURNED, "case:" + reason, amount, Account.FEES, provider, Account.PROVIDER, provider);
    }

    /** @param to the order that was given for goods of the other */
    public static Entry exchange(Id<?> reason, Id<?> from, Id<?> to, Money amount) {
        return move(
                Kind.EXCHANGE,
                "case:" + reason,
                amount,
                Account.ORDERS,
                to.toString(),
                Account.ORDERS,
                from.toString());
    }

    /** The money of an order becomes its hosts', each of whom has a share. */
    public static Entry sale(Id<?> order, SortedMap<? extends Id<?>, Money> shares) {
        List<Posting> postings = new ArrayList<>();
        Money total = shares.values().stream().reduce(Money::plus).orElseThrow();
        postings.add(new Posting(Account.ORDERS, order.toString(), total));
        shares.forEach((host, share) -> postings.add(new Posting(Account.HOSTS, host.toString(), share.negated())));
        return new Entry(Kind.SALE, "order:" + order, postings);
    }

    /** What the shop keeps of each host's share. */
    public static Entry commission(Id<?> order, SortedMap<? extends Id<?>, Money> kept) {
        List<Posting> postings = new ArrayList<>();
        kept.forEach((host, amount) -> {
            postings.add(new Posting(Account.HOSTS, host.toString(), amount));
            postings.add(new Posting(Account.COMMISSION, host.toString(), amount.negated()));
        });
        return new Entry(Kind.COMMISSION, "order:" + order, postings);
    }

    /** @param deposit its id */
    public static Entry deposit(Id<?> deposit, String provider, Id<?> user, Money amount) {
        return move(
                Kind.DEPOSIT,
                "deposit:" + deposit,
                amount,
                Account.DEPOSITS,
                user.toString(),
                Account.PROVIDER,
                provider);
    }

    public static Entry depositReturned(Id<?> deposit, String provider, Id<?> user, Money amount) {
        return move(
                Kind.DEPOSIT_RETURNED,
                "deposit:" + deposit,
                amount,
                Account.PROVIDER,
                provider,
                Account.DEPOSITS,
                user.toString());
    }

    private static String of(Id<?> payment) {
        return "payment:" + payment;
    }

    private static Entry move(
            Kind kind,
            String reference,
            Money amount,
            Account credited,
            String creditedOwner,
            Account debited,
            String debitedOwner) {
        List<Posting> postings = new ArrayList<>();
        postings.add(new Posting(debited, debitedOwner, amount));
        postings.add(new Posting(credited, creditedOwner, amount.negated()));
        return new Entry(kind, reference, postings);
    }
}
