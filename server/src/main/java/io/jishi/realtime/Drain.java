package io.jishi.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;

/** Sends the sessions of a loop to other nodes, a batch at a time so that these are not overrun. Runs on the loop. */
final class Drain {
    private static final int BATCHES = 10;
    private static final int BATCH_MIN = 50;

    private final HubLoop loop;
    private final long pauseMillis;
    private final Promise<Void> done = Promise.promise();

    private Drain(HubLoop loop, long millis) {
        this.loop = loop;
        this.pauseMillis = millis / BATCHES;
    }

    /** @param millis over how long the sessions are spread */
    static Future<Void> of(HubLoop loop, long millis) {
        Drain drain = new Drain(loop, millis);
        loop.loop.run(() -> drain.some(loop.sessions(), 0));
        return drain.done.future();
    }

    private void some(List<Session> sessions, int from) {
        int to = Math.min(sessions.size(), from + Math.max(BATCH_MIN, sessions.size() / BATCHES + 1));
        close(sessions.subList(from, to));
        if (to < sessions.size()) {
            loop.loop.after(pauseMillis, () -> some(sessions, to));
        } else {
            close(loop.sessions()); // those whose sockets were opening when it began
            done.complete();
        }
    }

    private static void close(List<Session> sessions) {
        sessions.forEach(session -> session.close(DisconnectCode.SHUTDOWN));
    }
}
