package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says every comment of a recording at its time. Everything happens on the network's one event loop. */
final class ReplayRun {
    /** Past this the recording is held up rather than the memory filled. */
    private static final int IN_FLIGHT_MAX = 4000;

    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final Duration QUIET_MAX = Duration.ofSeconds(10);
    private static final Duration LINGER_MAX = Duration.ofSeconds(30);
    private static final int INTERNAL_ERROR = 100;

    private final Network network;
    private final String room;
    private final double speed;
    private final Crowd crowd;
    private final Observer observer;
    private final Progress progress;
    private final List<Said> all = new ArrayList<>();
    private final Promise<List<Said>> finished = Promise.promise();
    private final long totalMillis;
    private long startNanos;
    private long endNanos;
    private long lateNanosMax;
    private int next;
    private int inFlight;
    private int unanswered;

    ReplayRun(
            Network network,
            String room,
            double speed,
            ChatLog log,
            Crowd crowd,
            Observer observer,
            Progress progress) {
        this.network = network;
        this.room = room;
        this.speed = speed;
        this.crowd = crowd;
        this.observer = observer;
        this.progress = progress;
        this.totalMillis = log.durationMillis();
        String run = Long.toString(network.random().nextLong(1L << 60), 36);
        log.lines().forEach(line -> all.add(new Said(line, run + "-" + line.number())));
    }

    /** Completes when every comment has its answer and the observer has heard the last, or nothing for a while. */
    Future<ReplayReport> run() {
        startNanos = System.nanoTime();
        long timer = network.every(TICK, this::tick);
        return finished.future()
                .onComplete(_ -> network.cancel(timer))
                .map(said -> ReplayReport.of(said, unanswered, observer));
    }

    long durationMillis() {
        return (endNanos - startNanos) / 1_000_000;
    }

    /** How much later than in the recording a comment was sent at the worst. */
    long lateMillisMax() {
        return lateNanosMax / 1_000_000;
    }

    private void tick() {
        long now = System.nanoTime();
        while (next < all.size() && inFlight < IN_FLIGHT_MAX) {
            long late = now - dueNanos(all.get(next));
            if (late < 0) {
                break;
            }
            lateNanosMax = Math.max(lateNanosMax, late);
            inFlight++;
            say(all.get(next++), now + ANSWER_MAX.toNanos(), network.backoff());
        }
        progress.show(String.format(
                "%d of %d comments, %d in flight, %d s of %d s",
                next,
                all.size(),
                inFlight,
                (now - startNanos) / 1_000_000_000,
                Math.round(totalMillis / speed / 1000)));
        if (next == all.size() && inFlight == 0 && (allHeard() || isQuiet(now))) {
            finished.tryComplete(all);
        }
    }

    private long dueNanos(Said said) {
        return startNanos + Math.round(said.line().offsetMillis() * 1e6 / speed);
    }

    private void say(Said said, long deadlineNanos, Backoff backoff) {
        said.tried();
        crowd.client(said.line().user())
                .call(
                        "rooms.comment",
                        Wire.object()
                                .put("roomId", room)
                                .put("text", said.line().text())
                                .put("key", said.key()))
                .onSuccess(result -> accepted(said, result))
                .onFailure(fault -> failed(said, fault, deadlineNanos, backoff));
    }

    private void accepted(Said said, JsonNode result) {
        said.accepted(result.path("commentId").asText(), result.path("offset").asLong());
        answered();
    }

    /** No answer and a fault of the server are tried again with the same key; a refusal counts as it is. */
    private void failed(Said said, Throwable fault, long deadlineNanos, Backoff backoff) {
        boolean refused = fault instanceof ServerError error && error.code() != INTERNAL_ERROR;
        if (refused) {
            said.refused(((ServerError) fault).name());
            answered();
        } else if (System.nanoTime() < deadlineNanos) {
            network.after(backoff.next(), () -> say(said, deadlineNanos, backoff));
        } else {
            unanswered++;
            answered();
        }
    }

    private void answered() {
        inFlight--;
        endNanos = System.nanoTime();
    }

    private boolean allHeard() {
        // from the end: that is where one is missing, if any
        for (Said said : all.reversed()) {
            String id = said.commentId();
            if (id != null && observer.seen(id) == null) {
                return false;
            }
        }
        return true;
    }

    /** Others may go on talking in the room, so silence is not the only end. */
    private boolean isQuiet(long now) {
        return now - Math.max(endNanos, observer.heardNanos()) > QUIET_MAX.toNanos()
                || now - endNanos > LINGER_MAX.toNanos();
    }
}
