package io.jishi.bots;

/**
 * A request without an answer: what it asked for may or may not have happened. A request that carries a key may be sent
 * again.
 */
public final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoAnswer(String why) {
        super(why, null, false, false);
    }

    static NoAnswer closed() {
        return new NoAnswer("the client is closed");
    }
}
