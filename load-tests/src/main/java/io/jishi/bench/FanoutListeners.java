package io.jishi.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A process of its own that listens: {@code PORT PATH SOCKETS FIRST-LINES…} opens the sockets, sends each of them the
 * first lines, and says {@code ready} once every socket got an answer to each. Then it says {@code n COUNT} fifty times
 * a second, and answers {@code report} with quantiles of the latency in microseconds since the report before, taken at every
 * sixteenth socket.
 */
public final class FanoutListeners {
    private static final int SOCKETS_PER_ADDRESS = 10_000;
    private static final int CONNECTING_MAX = 100;
    private static final int TELL_MILLIS = 20;
    private static final int TIMED_ONE_OF = 16;
    private static final long LATENCY_MICROS_MAX = 60_000_000;
    private static final String PING = "{}";

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final List<WebSocketClient> clients = new ArrayList<>();
    private final Recorder latencies = new Recorder(LATENCY_MICROS_MAX, 3);
    private final AtomicInteger closed = new AtomicInteger();
    private final int port;
    private final String path;
    private final List<String> firstLines;
    private long received;

    private FanoutListeners(int port, String path, int sockets, List<String> firstLines) {
        this.port = port;
        this.path = path;
        this.firstLines = firstLines;
        for (int i = 0; i <= sockets / SOCKETS_PER_ADDRESS; i++) {
            WebSocketClientOptions options = new WebSocketClientOptions().setMaxConnections(SOCKETS_PER_ADDRESS);
            options.setLocalAddress("127.0.0." + (2 + i));
            options.setTcpNoDelay(true);
            clients.add(vertx.createWebSocketClient(options));
        }
    }

    public static void main(String[] arguments) throws IOException {
        int sockets = Integer.parseInt(arguments[2]);
        FanoutListeners listeners = new FanoutListeners(
                Integer.parseInt(arguments[0]),
                arguments[1],
                sockets,
                List.of(arguments).subList(3, arguments.length));
        for (int i = 0; i < sockets; i += CONNECTING_MAX) {
            listeners.open(i, Math.min(sockets, i + CONNECTING_MAX)).await();
        }
        System.out.println("ready");
        listeners.tell();
        listeners.obey();
        listeners.vertx.close().await();
    }

    private Future<?> open(int from, int to) {
        List<Future<?>> opening = new ArrayList<>();
        for (int i = from; i < to; i++) {
            opening.add(open(i));
        }
        return Future.all(opening);
    }

    /** Completes when the first lines are answered, each by a frame or a line of one. */
    private Future<?> open(int number) {
        ClientWebSocket socket = clients.get(number / SOCKETS_PER_ADDRESS).webSocket();
        io.vertx.core.Promise<Void> answered = io.vertx.core.Promise.promise();
        int[] answersToCome = {firstLines.size()};
        boolean timed = number % TIMED_ONE_OF == 0;
        socket.closeHandler(_ -> closed.incrementAndGet());
        socket.frameHandler(frame -> {
            if (!frame.isText() && !frame.isContinuation()) {
                return;
            }
            if (answersToCome[0] > 0) {
                answersToCome[0] -= FanoutMessage.count(frame.binaryData(), frame.isFinal());
                if (answersToCome[0] <= 0) {
                    answered.tryComplete();
                }
            } else {
                heard(socket, frame, timed);
            }
        });
        WebSocketConnectOptions target =
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        return socket.connect(target).compose(_ -> {
            firstLines.forEach(socket::writeTextMessage);
            return firstLines.isEmpty() ? Future.succeededFuture() : answered.future();
        });
    }

    private void heard(ClientWebSocket socket, WebSocketFrame frame, boolean timed) {
        Buffer piece = frame.binaryData();
        int count = FanoutMessage.count(piece, frame.isFinal());
        if (piece.length() >= PING.length() && piece.getByte(0) == '{' && piece.getByte(1) == '}') {
            socket.writeTextMessage(PING);
            count--;
        }
        received += count;
        if (timed) {
            long now = FanoutMessage.nowMicros();
            FanoutMessage.times(
                    piece, micros -> latencies.recordValue(Math.clamp(now - micros, 0, LATENCY_MICROS_MAX)));
        }
    }

    private void tell() {
        vertx.setPeriodic(TELL_MILLIS, _ -> {
            if (closed.get() > 0) {
                System.out.println("closed " + closed.get());
            }
            System.out.println("n " + received);
        });
    }

    private void obey() throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("report")) {
                Histogram since = latencies.getIntervalHistogram();
                System.out.println("latency " + since.getValueAtPercentile(50) + " " + since.getValueAtPercentile(99)
                        + " " + since.getMaxValue() + " " + since.getTotalCount());
            }
        }
    }
}
