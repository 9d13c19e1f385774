package io.jishi.edge;

import static io.jishi.edge.RawSocket.COMPRESSED;
import static io.jishi.edge.RawSocket.FINAL;
import static io.jishi.edge.RawSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import io.jishi.realtime.ChannelName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharedCompressionTest {
    private static final int LOOPS = 2;
    private static final int BYTES_MAX = 100_000;
    private static final String CHANNEL = "recovery:shared";

    /** The next message that is no ping, as text. */
    private static String message(RawSocket socket) throws IOException, DataFormatException {
        RawSocket.Frame frame = socket.read();
        String text = (frame.first() & COMPRESSED) == 0
                ? frame.text()
                : new String(RawSocket.inflated(frame.payload(), BYTES_MAX), StandardCharsets.UTF_8);
        return text.equals("{}") ? message(socket) : text;
    }

    private static RawSocket subscribed(OpenNode node, int port, String offer) throws IOException, DataFormatException {
        RawSocket socket = new RawSocket(port, offer);
        socket.send(FINAL | TEXT, "{\"id\":1,\"connect\":{}}");
        assertThat(message(socket)).contains("\"id\":1");
        socket.send(FINAL | TEXT, "{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}");
        assertThat(message(socket)).contains("\"id\":2");
        return socket;
    }

    @Test
    @DisplayName("[RT51] a broadcast is compressed once a loop, however many sockets hear it, and each hears the same;"
            + " those without compression hear it too, and short ones are not compressed")
    void oncePerLoop() throws IOException, DataFormatException {
        Settings settings = Settings.defaults().with(Deflate.ENABLED, true).with(Deflate.BYTES_MIN, 1_000);
        OpenNode node = OpenNode.start(List.of(OpenNode.freePort()), 0, settings);
        int port = java.net.URI.create(node.url()).getPort();
        List<RawSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                sockets.add(subscribed(node, port, i % 4 == 3 ? "" : "permessage-deflate"));
            }
            node.hub().publish(new ChannelName(CHANNEL), Map.of("text", "short"));
            for (RawSocket socket : sockets) {
                assertThat(message(socket)).contains("short");
            }
            assertThat(node.compressed("before")).isZero();

            String text = "a text that says the same again and again; ".repeat(100);
            node.hub().publish(new ChannelName(CHANNEL), Map.of("text", text));
            String first = message(sockets.getFirst());
            assertThat(first).contains(text);
            for (RawSocket socket : sockets.subList(1, sockets.size())) {
                assertThat(message(socket)).isEqualTo(first);
            }
            assertThat(node.compressed("before")).isBetween((double) first.length(), (double) LOOPS * first.length());
            assertThat(node.compressed("after")).isLessThan(node.compressed("before") / 10);
        } finally {
            for (RawSocket socket : sockets) {
                socket.close();
            }
            node.close();
        }
    }
}
