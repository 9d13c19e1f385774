package io.jishi.bench;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for JMH that are like event loops to Netty, which keeps what is used again for such threads only. */
public final class LoopLikeThreads extends ThreadPoolExecutor {
    /** As JMH calls it. */
    public LoopLikeThreads(int threadsMax, String prefix) {
        super(
                threadsMax,
                threadsMax,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(prefix, true));
    }
}
