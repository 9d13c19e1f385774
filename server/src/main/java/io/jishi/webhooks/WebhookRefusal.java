package io.jishi.webhooks;

import io.jishi.core.Refusal;

/** Why webhooks say no. */
public enum WebhookRefusal implements Refusal {
    DELIVERY_NOT_DEAD(1350, "There is no dead delivery of that id.", "Load the dead deliveries afresh.");

    private final int code;
    private final String sentence;
    private final String advice;

    WebhookRefusal(int code, String sentence, String advice) {
        this.code = code;
        this.sentence = sentence;
        this.advice = advice;
    }

    @Override
    public int code() {
        return code;
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
