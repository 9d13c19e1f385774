package io.jishi.core;

/**
 * Input that breaks its declared shape. Thrown by the constructors of message records; the edge answers it as
 * {@code bad request} with this sentence and never logs a stack trace.
 */
public final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String field;

    /** @param sentence one clear sentence for the person who sent it; it never repeats what they sent */
    public Invalid(String field, String sentence) {
        super(sentence, null, false, false);
        this.field = field;
    }

    public String field() {
        return field;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
