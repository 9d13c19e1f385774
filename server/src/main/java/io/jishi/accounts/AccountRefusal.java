package io.jishi.accounts;

import io.jishi.core.Refusal;

/** Every reason for which accounts say no. */
public enum AccountRefusal implements Refusal {
    NAME_TAKEN(1000, "Somebody has that name already.", "Ask for another name.", false),
    WRONG_CREDENTIALS(1001, "Name or password is wrong.", "Ask again; the server does not say which one.", false),
    TOO_MANY_ATTEMPTS(1002, "There were too many attempts.", "Wait some minutes, then try again.", true),
    BUSY(1003, "Too many people log in at this moment.", "Try again after a second.", true),
    SESSION_ENDED(1004, "The session has ended.", "Log in again.", false),
    UNKNOWN_USER(1005, "There is no such user.", "Correct the id.", false),
    OWN_ADMIN(1006, "Administrators cannot take that role from themselves.", "Ask another administrator.", false);

    private final int code;
    private final String sentence;
    private final String advice;
    private final boolean temporary;

    AccountRefusal(int code, String sentence, String advice, boolean temporary) {
        this.code = code;
        this.sentence = sentence;
        this.advice = advice;
        this.temporary = temporary;
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

    @Override
    public boolean temporary() {
        return temporary;
    }
}
