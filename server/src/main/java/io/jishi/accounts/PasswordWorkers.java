package io.jishi.accounts;

import io.jishi.core.Outcome;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that hash passwords, so that log-ins cannot take the machine from everything else. What neither runs
 * nor finds a place in the bounded queue is refused as {@code busy}.
 */
final class PasswordWorkers {
    private final WorkerExecutor executor;
    private final int waitingAndRunningMax;
    private final AtomicInteger waitingAndRunning = new AtomicInteger();
    private final Timer timer;

    PasswordWorkers(Vertx vertx, int threads, int queueMax, MeterRegistry meters) {
        executor = vertx.createSharedWorkerExecutor("passwords", threads);
        waitingAndRunningMax = threads + queueMax;
        timer = Timer.builder("jishi.password.hash")
                .description("Time to hash one password")
                .register(meters);
        Gauge.builder("jishi.password.queue", waitingAndRunning, AtomicInteger::get)
                .description("Passwords that are hashed or wait for it")
                .register(meters);
    }

    <T> Future<Outcome<T>> run(Callable<T> work) {
        if (waitingAndRunning.incrementAndGet() > waitingAndRunningMax) {
            waitingAndRunning.decrementAndGet();
            return Future.succeededFuture(Outcome.refused(AccountRefusal.BUSY));
        }
        return executor.executeBlocking(() -> Outcome.done(timer.recordCallable(work)), false)
                .onComplete(done -> waitingAndRunning.decrementAndGet());
    }

    Future<Void> close() {
        return executor.close();
    }
}
