package io.jishi.realtime;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Commands of a session that wait for something under way, such as its connect or one of its subscriptions, so that they
 * are carried out in the order in which they came. Bounded in number here, and in bytes over all that the session holds.
 */
final class HeldCommands {
    private final Session session;
    private final int countMax;
    private final Queue<Held> held = new ArrayDeque<>();

    private record Held(Command command, int bytes) {}

    /** What one session holds in all. */
    static final class Bytes {
        private static final long MESSAGES_MAX = 4;

        private final long max;
        private long held;
        private int current;

        /** @param messageBytesMax of the longest message; four of them may be held */
        Bytes(int messageBytesMax) {
            max = MESSAGES_MAX * messageBytesMax;
        }

        /** @param bytes how long the command is, about, that is carried out now and may be held instead */
        void carriesOut(int bytes) {
            current = bytes;
        }

        private boolean isFull() {
            return held + current > max;
        }
    }

    HeldCommands(Session session, int countMax) {
        this.session = session;
        this.countMax = countMax;
    }

    /** How long each command of a frame is, about; pongs, of which there may be many beside one long command, never wait. */
    static int bytesOfEach(int frameBytes, List<Command> commands) {
        int count = commands.size();
        for (int i = 0; i < commands.size() && count > 1; i++) {
            count -= commands.get(i) instanceof Command.Pong ? 1 : 0;
        }
        return frameBytes / Math.max(1, count);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Keeps the command that the session is about to carry out; closes the session where that is one too many. */
    void add(Command command) {
        Bytes bytes = session.held();
        if (held.size() >= countMax || bytes.isFull()) {
            session.close(DisconnectCode.TOO_MANY_REQUESTS);
        } else {
            held.add(new Held(command, bytes.current));
            bytes.held += bytes.current;
        }
    }

    /** What it waited for is there, or came to nothing. */
    void carryOut() {
        for (Held next = held.poll(); next != null && !session.isClosed(); next = held.poll()) {
            session.held().held -= next.bytes;
            session.carryOut(next.command, next.bytes);
        }
    }

    /** None of them is carried out. */
    void drop() {
        held.forEach(each -> session.held().held -= each.bytes);
        held.clear();
    }
}
