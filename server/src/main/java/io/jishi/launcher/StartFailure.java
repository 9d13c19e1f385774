package io.jishi.launcher;

/** A start that cannot go on, told to the person at the terminal in one line. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** For what the person asked for and cannot have: a wrong argument, a busy port, a bad configuration. */
    static final int WRONG_REQUEST = 2;

    private final int exitCode;

    StartFailure(String line) {
        this(line, 1);
    }

    StartFailure(String line, int exitCode) {
        super(line);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
