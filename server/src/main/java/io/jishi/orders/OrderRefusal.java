package io.jishi.orders;

import io.jishi.core.Refusal;

/** Why orders say no. */
public enum OrderRefusal implements Refusal {
    ORDER_NOT_FOUND(1200, "You have no such order.", "Load your orders afresh."),
    ORDER_EXPIRED(1201, "The order was not paid in time.", "Claim again, with a new key."),
    ORDER_CANCELLED(1202, "The order was cancelled.", "Claim again, with a new key."),
    ORDER_REFUNDED(1203, "The order was refunded.", "Claim again, with a new key."),
    PAYMENT_DECLINED(1204, "The payment was declined.", "Pay again before the deadline, perhaps in another way."),
    ALREADY_PAID(1205, "The order is paid already.", "Ask for a refund instead."),
    PAYMENT_NOT_GENUINE(1206, "The message about the payment is not signed by the provider.", "Sign it."),
    PAYMENT_NOT_KNOWN(1207, "There is no payment of that id and amount.", "Name the payment as it was asked for."),
    METHOD_NOT_OFFERED(1208, "That way to pay is not offered here.", "Pay in another way."),
    PAYMENT_UNDER_WAY(1209, "Another payment of the order is under way.", "Finish it, or try again later.", true),
    NOT_REFUNDABLE(1210, "The order cannot be refunded as it stands.", "Wait until it is delivered."),
    DESTINATION_NEEDED(1211, "The order is to be brought to its buyer, who has not said where.", "Say where."),
    FETCHED_BY_BUYER(1212, "The order is fetched by its buyer at a counter.", "Pay without a place."),
    NOT_TO_FETCH(1213, "The order is not one that its buyer can fetch now.", "Load the order afresh."),
    WRONG_CODE(1214, "That is not the code of the order.", "Ask the buyer for the code on his page."),
    TOO_MANY_CODES(
            1215, "Too many wrong codes were tried.", "Say that the order is ready again, which makes a new code.");

    private final Terms terms;

    OrderRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    OrderRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
