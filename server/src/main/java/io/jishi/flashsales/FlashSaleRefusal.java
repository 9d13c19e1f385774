package io.jishi.flashsales;

import io.jishi.core.Refusal;

/** Why flash sales say no. */
public enum FlashSaleRefusal implements Refusal {
    SALE_NOT_FOUND(1150, false, "There is no such sale.", "Load the list of sales afresh."),
    NOT_OPEN(1151, true, "The sale has not opened yet.", "Try again when the countdown is over."),
    SOLD_OUT(1152, false, "Sold out.", "Claim with a new key if the sale opens again."),
    LIMIT_REACHED(1153, false, "You have as many as one buyer may have.", "Leave some to others."),
    ENDED(1154, false, "The sale has ended.", "Wait for the next one."),
    BUSY(
            1155,
            true,
            "Too many want it at this moment; nothing was claimed.",
            "Try again with the same key in a second."),
    PENDING(
            1156,
            true,
            "It is not known yet whether the claim succeeded.",
            "Ask again with the same key in a second: the answer will be that of this claim."),
    NOT_YOUR_SALE(1157, false, "The sale belongs to another host.", "Choose a sale of your own."),
    NOT_YOUR_ROOM(1158, false, "There is no such room of yours.", "Choose a room of your own.");

    private final int code;
    private final boolean temporary;
    private final String sentence;
    private final String advice;

    FlashSaleRefusal(int code, boolean temporary, String sentence, String advice) {
        this.code = code;
        this.temporary = temporary;
        this.sentence = sentence;
        this.advice = advice;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public boolean temporary() {
        return temporary;
    }

    @Override
    public String sentence() {
        return sentence;
    }

    @Override
    public String advice() {
        return advice;
    }
}
