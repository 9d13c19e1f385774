package io.jishi.orders;

import io.jishi.core.Id;
import io.jishi.core.Money;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the money. Every call names the payment's id and may be repeated: a provider does the same thing for the
 * same id once. What it answers at once it may also say, or say again, or only say, in a signed {@link Notice}. A failed
 * future says nothing about what happened. No call blocks, and each ends in bounded time.
 */
public interface PaymentProvider {
    PaymentMethod method();

    /** What it keeps for its work. */
    Fees fees();

    /**
     * Asks for the money.
     *
     * @param subject what it is for, as the buyer reads it
     * @param payBefore from this instant on it is not wanted any more
     */
    Future<Answer> pay(Charge charge, String subject, Instant payBefore);

    /** What became of a payment that was asked for. */
    Future<Answer> find(Charge charge);

    /** Wants the money no more: declined where it cannot be paid any more, approved where it was paid before. */
    Future<Answer> close(Charge charge);

    /**
     * Gives money of a payment back. Done where that was given back, also earlier; a payment may have several such parts,
     * each of which happens once.
     */
    Future<Refund> refund(Charge charge, Back back);

    /**
     * Reads a notice.
     *
     * @return empty where it is genuine but decides nothing
     * @throws NotGenuine where the signature is not the provider's, or is too old
     */
    Optional<Verdict> read(Notice notice);

    /**
     * What is to be paid.
     *
     * @param reference how the provider named it, where it has said so
     */
    record Charge(
            Id<Payment> payment, Money amount, @Nullable String reference) {}

    /**
     * What is to go back of a payment.
     *
     * @param id made by the shop; of all that is left, the payment's own
     */
    record Back(Id<?> id, Money amount) {}

    /**
     * The price of a payment. What a provider really kept is on its statements; this is what its contract says.
     *
     * @param basisPoints of the amount, hundredths of a percent; rounded to the nearest minor unit
     * @param returned whether it comes back with a refund, in proportion
     */
    record Fees(int basisPoints, boolean returned) {
        private static final int WHOLE = 10_000;

        Money of(Money amount) {
            long fee = Math.addExact(Math.multiplyExact(amount.minorUnits(), basisPoints), WHOLE / 2) / WHOLE;
            return new Money(fee, amount.currency());
        }

        /** What of it comes back with an amount, where some was given back before; all parts together are the whole. */
        Money back(Money before, Money amount) {
            return returned ? of(before.plus(amount)).plus(of(before).negated()) : new Money(0, amount.currency());
        }
    }

    /** What the provider says about a payment. Approved means of the whole amount. */
    sealed interface Answer {
        /** @param reference how the provider names it, where that matters later */
        record Approved(@Nullable String reference) implements Answer {}

        record Declined() implements Answer {}

        /**
         * Nothing is decided; it will be said in a notice.
         *
         * @param nextStep what the buyer has to do
         */
        record Pending(@Nullable String reference, @Nullable NextStep nextStep) implements Answer {}

        Answer APPROVED = new Approved(null);
        Answer DECLINED = new Declined();
        Answer PENDING = new Pending(null, null);
    }

    /**
     * What the buyer has to do so that the payment goes on.
     *
     * @param value a text to show as a QR code, or what the provider's own page needs
     */
    record NextStep(Kind kind, String value) {
        public enum Kind {
            /** Shown as a QR code, scanned with the provider's app. */
            QR_CODE,
            /** Given to the provider's script in the page. */
            CLIENT_SECRET;

            @com.fasterxml.jackson.annotation.JsonValue
            String text() {
                return name().toLowerCase(java.util.Locale.ROOT);
            }
        }
    }

    /** Where a refund stands. */
    enum Refund {
        DONE,
        /** Accepted; to be asked for again, until it is done. */
        PENDING
    }

    /**
     * A message of the provider as it arrives over HTTP.
     *
     * @param body exactly the bytes that were signed, as text
     * @param header reads a header of the request
     */
    record Notice(String body, Function<String, @Nullable String> header) {
        /** A header that has to be there. */
        public String required(String name) {
            String value = header.apply(name);
            if (value == null) {
                throw new NotGenuine();
            }
            return value;
        }
    }

    /**
     * What a genuine notice says.
     *
     * @param reference how the provider names the payment, where that matters later
     */
    record Verdict(
            Id<Payment> payment,
            boolean approved,
            Money amount,
            @Nullable String reference) {}

    /** A notice that the provider did not sign. */
    final class NotGenuine extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NotGenuine() {
            super("the signature of a payment notice does not fit", null, false, false);
        }
    }
}
