package io.jishi.accounts;

import io.jishi.core.Refusal;

/** Every reason for which accounts say no. */
public enum AccountRefusal implements Refusal {
    NAME_TAKEN(1000, "Somebody has that name already.", "Ask for another name."),
    WRONG_CREDENTIALS(1001, "Name or password is wrong.", "Ask again; the server does not say which one."),
    TOO_MANY_ATTEMPTS(1002, "There were too many attempts.", "Wait some minutes, then try again.", true),
    BUSY(1003, "Too many people log in at this moment.", "Try again after a second.", true),
    SESSION_ENDED(1004, "The session has ended.", "Log in again."),
    UNKNOWN_USER(1005, "There is no such user.", "Correct the id."),
    OWN_ADMIN(1006, "Administrators cannot take that role from themselves.", "Ask another administrator.");

    private final Terms terms;

    AccountRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    AccountRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
