package io.jishi.liverooms;

import io.jishi.core.Refusal;

/** Why a room says no. */
public enum RoomRefusal implements Refusal {
    UNKNOWN_ROOM(1100, "There is no such session.", "Load the list of sessions again."),
    NOT_YOURS(1101, "Only the session's host may do that.", "Log in as the host."),
    NOT_LIVE(1102, "The session is not live.", "Wait until it starts, or leave it."),
    ALREADY_ENDED(1103, "The session has ended.", "Schedule another one."),
    TOO_FAST(
            1104,
            "That is too often in too short a time.",
            "Wait a second, then send it again with the same key.",
            true),
    NOT_ALLOWED(1105, "The comment has words that are not allowed here.", "Change the text."),
    BUSY(1106, "The room takes no more for the moment.", "Send it again with the same key after a second.", true),
    UNKNOWN_PRODUCT(1107, "There is no such product.", "Load the products again.");

    private final Terms terms;

    RoomRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    RoomRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
