package io.jishi.webhooks;

import io.jishi.core.Refusal;

/** Why webhooks say no. */
public enum WebhookRefusal implements Refusal {
    DELIVERY_NOT_DEAD(1350, "There is no dead delivery of that id.", "Load the dead deliveries afresh.");

    private final Terms terms;

    WebhookRefusal(int code, String sentence, String advice) {
        terms = new Terms(code, sentence, advice, false);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
