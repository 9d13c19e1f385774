package io.jishi.realtime;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/** One event loop: it runs what it is given one after the other, in the order given, never at once. */
public interface Loop {
    void run(Runnable task);

    void after(long millis, Runnable task);

    /** Runs the task at once where the caller is on this loop already, else as {@link #run}. */
    void runSoon(Runnable task);

    static Loop of(Vertx vertx, Context context) {
        return new Loop() {
            @Override
            public void run(Runnable task) {
                context.runOnContext(ignored -> task.run());
            }

            @Override
            public void runSoon(Runnable task) {
                if (((ContextInternal) context).nettyEventLoop().inEventLoop()) {
                    task.run();
                } else {
                    run(task);
                }
            }

            @Override
            public void after(long millis, Runnable task) {
                vertx.setTimer(Math.max(1, millis), ignored -> run(task));
            }
        };
    }
}
