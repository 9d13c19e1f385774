package io.jishi.carts;

import io.jishi.core.Refusal;

/** Why carts say no. */
public enum CartRefusal implements Refusal {
    CART_EMPTY(1270, "There is nothing in the cart.", "Put something into it."),
    CART_FULL(1271, "A cart holds at most 30 different SKUs.", "Buy these first, or take something out."),
    NOT_ALL_THERE(
            1272,
            "Some of what is in the cart is not there in such a number.",
            "Load the cart afresh, which says how many there are, and put fewer into it."),
    NOT_A_COUNTER(1273, "Goods cannot be fetched there.", "Choose one of the shop's counters."),
    UNKNOWN_COUPON(1274, "There is no such coupon.", "Check out without it."),
    UNPAID_ORDERS(1275, "You have several orders that are not paid.", "Pay or cancel them first.");

    private final Terms terms;

    CartRefusal(int code, String sentence, String advice) {
        terms = new Terms(code, sentence, advice, false);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
