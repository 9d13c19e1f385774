package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jishi.core.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BroadcastAllocationTest {
    private static final String CHANNEL = "room:1";
    private static final int FEW = 100;
    private static final int MANY = 1_000;
    private static final int WARM_UPS = 2_000;
    private static final int TRIES = 50;

    private final WireWorld world = new WireWorld(
            """
            room: {class: lossless, history-size: 10, history-seconds: 600, open: true}
            """,
            Settings.defaults()
                    .with(RealtimeSettings.PING_SECONDS, 600)
                    .with(RealtimeSettings.SOCKETS_AT_ONCE, MANY)); // a virtual loop allocates for each of its tasks
    private final ResourceLeakDetector.Level leakDetection = ResourceLeakDetector.getLevel();

    /** The search for leaks, which tests run with, keeps a record of each buffer. */
    @BeforeEach
    void stopLeakDetection() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void startLeakDetection() {
        ResourceLeakDetector.setLevel(leakDetection);
    }

    private HubLoop subscribe(Format format, int from, int to) {
        HubLoop loop = null;
        for (int i = from; i < to; i++) {
            Session session = world.commands.open(0, new Sink(), format);
            loop = session.loop();
            session.received(
                    format == Format.JSON
                            ? Buffer.buffer("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\""
                                    + CHANNEL + "\"}}")
                            : Buffer.buffer(new byte[] {4, 8, 1, 34, 0, 12, 8, 2, 42, 8, 10, 6})
                                    .appendString(CHANNEL));
        }
        world.run(100);
        assertThat(loop).isNotNull();
        return loop;
    }

    /** What one broadcast allocates, which is measured often, as something else may allocate beside it. */
    private long bytes(HubLoop loop) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Publication publication = new Publication(1, "", Buffer.buffer("{\"text\":\"hello\"}"), null, 0);
        List<Encoded> publications = List.of(new Encoded(CHANNEL, publication, null, true));
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UPS + TRIES; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            loop.deliver(CHANNEL, publications);
            world.run(20);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            smallest = i < WARM_UPS ? smallest : Math.min(smallest, bytes);
        }
        return smallest;
    }

    @ParameterizedTest(name = "[RT68] a broadcast allocates nothing for each further recipient, {0}")
    @EnumSource
    void nothingPerRecipient(Format format) throws Exception {
        // Netty keeps what is used again for threads of its own kind, as event loops are
        FutureTask<Void> measuring = new FutureTask<>(() -> measure(format), null);
        new FastThreadLocalThread(measuring).start();
        measuring.get(1, TimeUnit.MINUTES);
    }

    private void measure(Format format) {
        HubLoop loop = subscribe(format, 0, FEW);
        long few = bytes(loop);
        long heard = Sink.heard;
        subscribe(format, FEW, MANY);
        long many = bytes(loop);
        assertThat(Sink.heard - heard).isEqualTo((long) (WARM_UPS + TRIES) * MANY);
        assertThat(few).isPositive();
        // less than a byte each: what is done once for all may differ by an object from one broadcast to the next
        assertThat(many - few).isLessThan(MANY - FEW);
    }

    /** Does with a broadcast what a socket does, up to the socket. */
    private static final class Sink extends OpenTransport {
        static long heard;
        private static final UnaryOperator<ByteBuf> FRAMING = ByteBuf::retainedDuplicate;

        @Override
        public void write(ByteBuf message) {}

        @Override
        public void write(Broadcast message) {
            ByteBuf own = message.framed(FRAMING).retainedDuplicate();
            heard += own.isReadable() ? 1 : 0;
            own.release();
        }
    }
}
