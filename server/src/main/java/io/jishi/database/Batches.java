package io.jishi.database;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Carries out many small requests with few statements: what comes while one is under way is gathered for the next.
 * Bounded; where the queue is full, or a statement fails, those concerned fail. Thread-safe.
 */
public final class Batches<Q, A> {
    private final int batchMax;
    private final int queueMax;
    private final Function<List<Q>, Future<List<A>>> carryOut;
    private final ArrayDeque<Asked<Q, A>> queue = new ArrayDeque<>();
    private boolean busy;

    private record Asked<Q, A>(Q request, Promise<A> answer) {}

    /** As many wait as may. */
    public static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Full() {
            super("as many wait for the database as may", null, false, false);
        }
    }

    /** @param carryOut answers a list with one of the same length and order, within a deadline of its own */
    public Batches(int batchMax, int queueMax, Function<List<Q>, Future<List<A>>> carryOut) {
        this.batchMax = batchMax;
        this.queueMax = queueMax;
        this.carryOut = carryOut;
    }

    public Future<A> ask(Q request) {
        Promise<A> answer = Promise.promise();
        synchronized (this) {
            if (queue.size() >= queueMax) {
                return Future.failedFuture(new Full());
            }
            queue.addLast(new Asked<>(request, answer));
            if (busy) {
                return answer.future();
            }
            busy = true;
        }
        next();
        return answer.future();
    }

    private void next() {
        List<Asked<Q, A>> batch = new ArrayList<>();
        synchronized (this) {
            while (!queue.isEmpty() && batch.size() < batchMax) {
                batch.add(queue.pollFirst());
            }
            busy = !batch.isEmpty();
        }
        if (batch.isEmpty()) {
            return;
        }
        carryOut.apply(batch.stream().map(Asked::request).toList()).onComplete(done -> {
            if (done.succeeded()) {
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).answer().complete(done.result().get(i));
                }
            } else {
                fail(batch, done.cause());
            }
            next();
        });
    }

    /** Those who wait behind a statement that failed would wait for as long again. */
    private void fail(List<Asked<Q, A>> batch, Throwable fault) {
        List<Asked<Q, A>> behind;
        synchronized (this) {
            behind = new ArrayList<>(queue);
            queue.clear();
        }
        batch.forEach(asked -> asked.answer().fail(fault));
        behind.forEach(asked -> asked.answer().fail(fault));
    }
}
