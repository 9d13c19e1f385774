package io.jishi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A process of its own that listens: {@code PORT PROTOCOL SOCKETS ADDRESS} opens the sockets from that address and says
 * {@code ready} once all are. Then it says {@code n COUNT} when more has come, 200 times a second at most, and answers
 * {@code report} with quantiles of the latency in microseconds since the report before, of usual messages and of urgent
 * ones, taken at every sixteenth socket.
 */
public final class FanoutListeners {
    private static final int CONNECTING_MAX = 100;
    private static final int CONNECT_SECONDS_MAX = 30;
    private static final int TELL_MILLIS = 5;
    private static final int TIMED_ONE_OF = 16;
    private static final long LATENCY_MICROS_MAX = 60_000_000;

    private final FanoutLoop loop = FanoutLoop.start();
    private final Recorder usual = new Recorder(LATENCY_MICROS_MAX, 3);
    private final Recorder urgent = new Recorder(LATENCY_MICROS_MAX, 3);
    private final int port;
    private final FanoutProtocol protocol;
    private final String address;
    private long received;
    private long told = -1;
    private int closed;

    private FanoutListeners(int port, FanoutProtocol protocol, String address) {
        this.port = port;
        this.protocol = protocol;
        this.address = address;
    }

    public static void main(String[] arguments) throws Exception {
        FanoutListeners listeners =
                new FanoutListeners(Integer.parseInt(arguments[0]), FanoutProtocol.valueOf(arguments[1]), arguments[3]);
        int sockets = Integer.parseInt(arguments[2]);
        for (int i = 0; i < sockets; i += CONNECTING_MAX) {
            List<CompletableFuture<FanoutSocket>> opening = IntStream.range(i, Math.min(sockets, i + CONNECTING_MAX))
                    .mapToObj(listeners::open)
                    .toList();
            CompletableFuture.allOf(opening.toArray(CompletableFuture<?>[]::new))
                    .get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
        }
        System.out.println("ready");
        listeners.loop.every(TELL_MILLIS, listeners::tell);
        listeners.obey();
        listeners.loop.close();
    }

    private CompletableFuture<FanoutSocket> open(int number) {
        boolean timed = number % TIMED_ONE_OF == 0;
        FanoutSocket socket = FanoutSocket.listener(
                protocol,
                (bytes, from, end, count) -> {
                    received += count;
                    if (timed) {
                        FanoutMessage.times(bytes, from, end, this::record);
                    }
                },
                () -> closed++);
        loop.connect(address, port, socket);
        return socket.ready();
    }

    private void record(boolean isUrgent, long micros) {
        long latency = Math.clamp(FanoutMessage.nowMicros() - micros, 0, LATENCY_MICROS_MAX);
        (isUrgent ? urgent : usual).recordValue(latency);
    }

    private void tell() {
        if (closed > 0) {
            System.out.println("closed " + closed);
        }
        if (received != told) {
            told = received;
            System.out.println("n " + received);
        }
    }

    private void obey() throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("report")) {
                System.out.println("latency " + text(usual) + " " + text(urgent));
            }
        }
    }

    private static String text(Recorder recorder) {
        Histogram since = recorder.getIntervalHistogram();
        return since.getValueAtPercentile(50) + " " + since.getValueAtPercentile(99) + " " + since.getMaxValue() + " "
                + since.getTotalCount();
    }
}
