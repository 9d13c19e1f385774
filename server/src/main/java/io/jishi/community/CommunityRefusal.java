package io.jishi.community;

import io.jishi.core.Refusal;

/** Why the community says no. */
public enum CommunityRefusal implements Refusal {
    HOST_NOT_FOUND(1450, "There is no such host.", "Follow somebody who hosts."),
    PERSON_NOT_FOUND(1451, "There is no such person.", "Look for the account again."),
    TOO_MANY_FOLLOWS(1452, "Too many follow at this moment; nothing was changed.", "Try again in a second.", true);

    private final Terms terms;

    CommunityRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    CommunityRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
