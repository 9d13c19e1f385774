package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The watch itself: what it must see is done here on purpose, and taken from it before it fails this class. */
class ComplaintsTest {
    @Test
    @DisplayName("[CL13] a blocked event loop is complained of with its stack")
    void blocked() {
        VertxOptions impatient = new VertxOptions()
                .setBlockedThreadCheckInterval(10)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(20)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setWarningExceptionTime(30)
                .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS);
        Vertx vertx = Vertx.vertx(impatient);
        CountDownLatch heard = new CountDownLatch(1);
        try {
            vertx.runOnContext(_ -> awaitQuietly(heard));
            List<String> complaints = Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(Complaints::take, taken -> !taken.isEmpty());
            assertThat(complaints.getFirst()).contains("has been blocked for", "ComplaintsTest.awaitQuietly");
        } finally {
            heard.countDown();
            vertx.close().await();
            Complaints.take();
        }
    }

    @Test
    @DisplayName("[CL13] a buffer that was never released is complained of")
    void leaked() {
        LoggerFactory.getLogger(Complaints.LEAKED).error("LEAK: ByteBuf.release() was not called");

        assertThat(Complaints.take()).containsExactly("LEAK: ByteBuf.release() was not called");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
