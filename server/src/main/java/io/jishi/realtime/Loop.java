package io.jishi.realtime;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/** One event loop: it runs what it is given one after the other, in the order given, never at once. */
public interface Loop {
    void run(Runnable task);

    void after(long millis, Runnable task);

    /** Runs the task once the loop has seen to its sockets again and run what was given to it by then. */
    void next(Runnable task);

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
            public void next(Runnable task) {
                // tasks that add tasks keep a loop from its sockets; timers are looked at behind these
                ContextInternal own = (ContextInternal) context;
                var _ = own.nettyEventLoop().schedule(() -> own.emit(task, Runnable::run), 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public void after(long millis, Runnable task) {
                vertx.setTimer(Math.max(1, millis), ignored -> run(task));
            }
        };
    }
}
