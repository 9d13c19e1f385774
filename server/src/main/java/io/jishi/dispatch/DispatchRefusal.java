package io.jishi.dispatch;

import io.jishi.core.Refusal;

/** Why dispatch says no. */
public enum DispatchRefusal implements Refusal {
    NOT_ON_SHIFT(1250, "You are not on shift.", "Start a shift first."),
    POSITION_IMPLAUSIBLE(1251, "That position is from the future.", "Set the device's clock and send the next one."),
    OFFER_UNKNOWN(1252, "You have no such offer.", "Load dispatch.current."),
    OFFER_OVER(1253, "That offer is over.", "Wait for the next one."),
    TOO_MANY_DELIVERIES(1254, "You hold as many deliveries as you may.", "Deliver one first."),
    DELIVERY_UNKNOWN(1255, "There is no such delivery for you.", "Load the list afresh."),
    WRONG_STAGE(1256, "The delivery is not that far.", "Report the steps in order: picked up, then delivered."),
    GOODS_IN_HAND(1257, "You still have goods to deliver.", "Deliver them, then end the shift.");

    private final Terms terms;

    DispatchRefusal(int code, String sentence, String advice) {
        terms = new Terms(code, sentence, advice, false);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
