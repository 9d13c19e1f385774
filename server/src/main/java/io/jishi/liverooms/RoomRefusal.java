package io.jishi.liverooms;

import io.jishi.core.Refusal;

/** Why a room says no. */
public enum RoomRefusal implements Refusal {
    UNKNOWN_ROOM(1100, false, "There is no such session.", "Load the list of sessions again."),
    NOT_YOURS(1101, false, "Only the session's host may do that.", "Log in as the host."),
    NOT_LIVE(1102, false, "The session is not live.", "Wait until it starts, or leave it."),
    ALREADY_ENDED(1103, false, "The session has ended.", "Schedule another one."),
    TOO_FAST(
            1104,
            true,
            "That is too often in too short a time.",
            "Wait a second, then send it again with the same key."),
    NOT_ALLOWED(1105, false, "The comment has words that are not allowed here.", "Change the text."),
    BUSY(1106, true, "The room takes no more for the moment.", "Send it again with the same key after a second."),
    UNKNOWN_PRODUCT(1107, false, "There is no such product.", "Load the products again.");

    private final int code;
    private final boolean temporary;
    private final String sentence;
    private final String advice;

    RoomRefusal(int code, boolean temporary, String sentence, String advice) {
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
