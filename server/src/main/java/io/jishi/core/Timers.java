package io.jishi.core;

import java.time.Duration;

/** Time that passes, injected so that a simulation can drive it. Actions run on the context that asked. */
public interface Timers {
    Timer after(Duration delay, Runnable action);

    Timer every(Duration period, Runnable action);

    interface Timer {
        /** Does nothing where the timer has fired for the last time or was cancelled. */
        void cancel();
    }
}
