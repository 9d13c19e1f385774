package io.jishi.orders;

import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to pay an order.
 *
 * @param reference how the provider names it
 * @param destination where the goods are to be brought, as the buyer said when paying
 * @param given what of it went back for single goods, or on to other orders
 * @param origin what the provider took, where this is money of another payment
 */
public record Payment(
        Id<Payment> id,
        Id<Order> orderId,
        PaymentMethod method,
        Money amount,
        Stage stage,
        @Nullable Destination destination,
        @Nullable String reference,
        Money given,
        @Nullable Origin origin) {

    /** The payment whose money another one is: the provider knows only the first. */
    record Origin(Id<Payment> id, Money charged) {}

    /** The same, as its provider names it. */
    Payment named(String name) {
        return new Payment(id, orderId, method, amount, stage, destination, name, given, origin);
    }

    PaymentProvider.Charge charge() {
        return origin == null
                ? new PaymentProvider.Charge(id, amount, reference)
                : new PaymentProvider.Charge(origin.id(), origin.charged(), reference);
    }

    /** What is left of it. */
    Money rest() {
        return amount.plus(given.negated());
    }

    /** All that is left, on its way back. */
    PaymentProvider.Back back() {
        return new PaymentProvider.Back(id, rest());
    }

    enum Stage {
        /** Asked for; the provider's answer is not known. */
        STARTED,
        APPROVED,
        DECLINED,
        /** Approved when nothing was left to pay for; the money is on its way back. */
        REFUNDING,
        REFUNDED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Stage of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** What an approval leads to. */
    enum Settlement {
        PAY,
        REFUND,
        /** It was settled before; providers repeat themselves. */
        NOTHING
    }

    /**
     * What to do with the money that the provider says it has taken. It pays an order that is reserved and within its
     * deadline, once; all other money goes back.
     */
    static Settlement settle(Stage payment, OrderStage order, Instant payBefore, Instant now) {
        return switch (payment) {
            case APPROVED, REFUNDING, REFUNDED -> Settlement.NOTHING;
            case STARTED, DECLINED -> order.isUnpaid() && now.isBefore(payBefore) ? Settlement.PAY : Settlement.REFUND;
        };
    }
}
