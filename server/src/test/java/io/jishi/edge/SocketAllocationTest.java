package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the event loops allocate for a broadcast to real sockets. */
class SocketAllocationTest {
    private static final String CHANNEL = "recovery:allocation";
    private static final int FEW = 100;
    private static final int MANY = 1_000;
    private static final int WARM_UPS = 100;
    private static final int TRIES = 50;

    private final List<RawSocket> sockets = new ArrayList<>();

    private void open(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            RawSocket socket = new RawSocket(port, "");
            sockets.add(socket);
            socket.send(
                    RawSocket.FINAL | RawSocket.TEXT,
                    "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}");
            while (!socket.read().text().contains("\"id\":2")) {
                // the answer to the connect
            }
        }
    }

    private long bytes(OpenNode node) throws IOException {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UPS + TRIES; i++) {
            long before = allocatedByLoops();
            node.hub().publish(new ChannelName(CHANNEL), Map.of("text", "hello"));
            for (RawSocket socket : sockets) {
                while (!socket.read().text().contains("hello")) {
                    // a ping
                }
            }
            long bytes = allocatedByLoops() - before;
            smallest = i < WARM_UPS ? smallest : Math.min(smallest, bytes);
        }
        return smallest;
    }

    private static long allocatedByLoops() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("eventloop")) {
                sum += Math.max(0, threads.getThreadAllocatedBytes(thread.threadId()));
            }
        }
        return sum;
    }

    @Test
    @DisplayName("[RT68] sending a broadcast to real sockets allocates nothing for each further one")
    void nothingPerSocket() throws IOException {
        ResourceLeakDetector.Level leakDetection = ResourceLeakDetector.getLevel();
        // it keeps a record of each buffer
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        OpenNode node = OpenNode.start(List.of(OpenNode.freePort()), 0, Settings.defaults());
        try {
            int port = URI.create(node.url()).getPort();
            open(port, FEW);
            long few = bytes(node);
            open(port, MANY - FEW);
            long many = bytes(node);
            assertThat(few).isPositive();
            // less than a byte each: what a loop does once for all may differ a little from one broadcast to the next
            assertThat(many - few).isLessThan(MANY - FEW);
        } finally {
            for (RawSocket socket : sockets) {
                socket.close();
            }
            node.close();
            ResourceLeakDetector.setLevel(leakDetection);
        }
    }
}
