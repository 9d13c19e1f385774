package io.jishi.bots;

import org.jspecify.annotations.Nullable;

/** A comment of the recording and what became of it. Used on one event loop only. */
final class Said {
    private final ChatLog.Line line;
    private final String key;
    private long sentNanos;
    private long answeredNanos;
    private int tries;
    private @Nullable String commentId;
    private long offset;
    private @Nullable String refusal;

    Said(ChatLog.Line line, String key) {
        this.line = line;
        this.key = key;
    }

    ChatLog.Line line() {
        return line;
    }

    /** The same at every try, so that it is said once. */
    String key() {
        return key;
    }

    void tried() {
        if (tries == 0) {
            sentNanos = System.nanoTime();
        }
        tries++;
    }

    void accepted(String commentId, long offset) {
        this.commentId = commentId;
        this.offset = offset;
        answeredNanos = System.nanoTime();
    }

    void refused(String name) {
        refusal = name;
        answeredNanos = System.nanoTime();
    }

    int tries() {
        return tries;
    }

    long sentNanos() {
        return sentNanos;
    }

    long answerNanos() {
        return answeredNanos - sentNanos;
    }

    /** Null unless it was accepted. */
    @Nullable
    String commentId() {
        return commentId;
    }

    /** Where the server says that it stands in the room's channel. */
    long offset() {
        return offset;
    }

    /** Null unless the server said no. */
    @Nullable
    String refusal() {
        return refusal;
    }
}
