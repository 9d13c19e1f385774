package io.jishi.bots;

/** What the person asked for cannot be done as they said it: one line, exit code 2. */
final class WrongArgument extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongArgument(String line) {
        super(line, null, false, false);
    }
}
