package io.jishi.orders;

import io.jishi.core.Id;
import io.jishi.core.Money;
import io.vertx.core.Future;

/**
 * Who takes the money. Every call names the payment's id and may be repeated: a provider does the same thing for the
 * same id once. What it answers at once it may also say, or say again, or only say, in a signed {@link Notice}.
 */
public interface PaymentProvider {
    PaymentMethod method();

    /** What it keeps for its work. */
    Fees fees();

    /** Asks for the money. A failed future says nothing about whether it was taken. */
    Future<Answer> pay(Id<Payment> payment, Money amount);

    /** Gives the money back. Succeeds where it has been given back, also earlier. */
    Future<Void> refund(Id<Payment> payment, Money amount);

    /**
     * Reads a notice.
     *
     * @throws NotGenuine where the signature is not the provider's
     */
    Verdict read(Notice notice);

    /**
     * The price of a payment. What a provider really kept is on its statements; this is what its contract says.
     *
     * @param basisPoints of the amount, hundredths of a percent; rounded to the nearest minor unit
     * @param returned whether it comes back where the whole payment is refunded
     */
    record Fees(int basisPoints, boolean returned) {
        private static final int WHOLE = 10_000;

        Money of(Money amount) {
            long fee = Math.addExact(Math.multiplyExact(amount.minorUnits(), basisPoints), WHOLE / 2) / WHOLE;
            return new Money(fee, amount.currency());
        }
    }

    /** What the provider says at once. */
    enum Answer {
        APPROVED,
        DECLINED,
        /** It will say so in a notice. */
        PENDING
    }

    /**
     * A message of the provider as it arrives over HTTP.
     *
     * @param body exactly the bytes that were signed, as text
     * @param signature of the body, in the provider's own form
     */
    record Notice(String body, String signature) {}

    /** What a genuine notice says. */
    record Verdict(Id<Payment> payment, boolean approved, Money amount) {}

    /** A notice that the provider did not sign. */
    final class NotGenuine extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NotGenuine() {
            super("the signature of a payment notice does not fit", null, false, false);
        }
    }
}
