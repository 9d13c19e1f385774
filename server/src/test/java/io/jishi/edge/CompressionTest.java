package io.jishi.edge;

import static io.jishi.edge.RawSocket.BINARY;
import static io.jishi.edge.RawSocket.COMPRESSED;
import static io.jishi.edge.RawSocket.CONTINUATION;
import static io.jishi.edge.RawSocket.FINAL;
import static io.jishi.edge.RawSocket.PING;
import static io.jishi.edge.RawSocket.PONG;
import static io.jishi.edge.RawSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Settings;
import io.jishi.realtime.RealtimeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    private static final String OFFER = "permessage-deflate";
    private static final int BYTES_MAX = 65_536;
    private static final int BYTES_MIN = 100;
    private static EchoServer server;
    private static EchoServer without;

    @BeforeAll
    static void start() {
        server = new EchoServer(Settings.defaults()
                .with(RealtimeSettings.MESSAGE_BYTES_MAX, BYTES_MAX)
                .with(Deflate.ENABLED, true)
                .with(Deflate.BYTES_MIN, BYTES_MIN));
        without = new EchoServer(Settings.defaults());
    }

    @AfterAll
    static void stop() {
        server.close();
        without.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OFFER,
                OFFER + "; client_max_window_bits",
                OFFER + "; client_max_window_bits=9",
                OFFER + "; server_no_context_takeover; client_no_context_takeover",
                OFFER + "; server_max_window_bits=15; client_max_window_bits=\"12\"",
                "x-webkit-deflate-frame, " + OFFER,
                OFFER + "; server_max_window_bits=9, " + OFFER
            })
    @DisplayName("[RT51] an offer that can be taken is, without memory from message to message in either direction")
    void agreed(String offer) throws IOException {
        try (RawSocket socket = new RawSocket(server.port, offer)) {
            assertThat(socket.extensions)
                    .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "permessage-bzip2",
                OFFER + "; server_max_window_bits=9",
                OFFER + "; server_max_window_bits",
                OFFER + "; client_max_window_bits=7",
                OFFER + "; client_max_window_bits=16",
                OFFER + "; client_max_window_bits=x",
                OFFER + "; server_no_context_takeover=1",
                OFFER + "; server_no_context_takeover; server_no_context_takeover",
                OFFER + "; unknown",
                ";=,,;"
            })
    @DisplayName("[RT51] an offer that cannot be taken, or is malformed, is passed over and the socket works without")
    void declined(String offer) throws IOException, DataFormatException {
        try (RawSocket socket = new RawSocket(server.port, offer)) {
            assertThat(socket.extensions).isEmpty();
            String text = "x".repeat(1_000);
            socket.send(FINAL | TEXT, text);
            RawSocket.Frame frame = socket.read();
            assertThat(frame.first()).isEqualTo(FINAL | TEXT);
            assertThat(frame.text()).isEqualTo(text);
            socket.send(FINAL | COMPRESSED | TEXT, RawSocket.deflated(new byte[10], 6));
            assertThat(socket.read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    @DisplayName("[RT51] nothing is agreed where compression is not configured")
    void off() throws IOException {
        try (RawSocket socket = new RawSocket(without.port, OFFER)) {
            assertThat(socket.extensions).isEmpty();
            socket.send(FINAL | COMPRESSED | TEXT, RawSocket.deflated(new byte[10], 6));
            assertThat(socket.read().closeCode()).isEqualTo(1002);
        }
    }

    /** The last kind cannot be made shorter. */
    private static byte[] message(String kind, int length) {
        Random random = new Random(length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = switch (kind) {
                case "zeros" -> 0;
                case "words" -> (byte) "the quick brown fox jumps over ".charAt((i + random.nextInt(3)) % 31);
                default -> (byte) random.nextInt(256);
            };
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "zeros, 0",
        "zeros, 1",
        "zeros, 99",
        "zeros, 100",
        "zeros, 1000",
        "zeros, 65536",
        "words, 16",
        "words, 256",
        "words, 1024",
        "words, 16384",
        "words, 65536",
        "random, 16",
        "random, 100",
        "random, 1000",
        "random, 16000"
    })
    @DisplayName("[RT51] a message arrives as it was sent, whatever its length and whether it can be made shorter,"
            + " in one frame or many; from the configured length on it comes back compressed where that is shorter")
    void roundTrip(String kind, int length) throws IOException, DataFormatException {
        byte[] message = message(kind, length);
        try (RawSocket socket = new RawSocket(server.port, OFFER)) {
            for (int level : new int[] {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION}) {
                byte[] packed = RawSocket.deflated(message, level);
                if (packed.length > BYTES_MAX) {
                    continue;
                }
                socket.send(FINAL | COMPRESSED | BINARY, packed);
                expectBack(socket, message, kind);
                int cut = packed.length / 3;
                socket.send(COMPRESSED | BINARY, Arrays.copyOf(packed, cut))
                        .send(FINAL | PING, "between")
                        .send(CONTINUATION, new byte[0])
                        .send(FINAL | CONTINUATION, Arrays.copyOfRange(packed, cut, packed.length));
                assertThat(socket.read().first()).isEqualTo(FINAL | PONG);
                expectBack(socket, message, kind);
            }
            socket.send(FINAL | BINARY, message);
            expectBack(socket, message, kind);
        }
    }

    private static void expectBack(RawSocket socket, byte[] message, String kind)
            throws IOException, DataFormatException {
        RawSocket.Frame frame = socket.read();
        boolean packed = (frame.first() & COMPRESSED) != 0;
        assertThat(packed).isEqualTo(message.length >= BYTES_MIN && !kind.equals("random"));
        assertThat(frame.first() & ~COMPRESSED).isEqualTo(FINAL | BINARY);
        if (packed) {
            assertThat(frame.payload()).hasSizeLessThan(message.length);
            assertThat(RawSocket.inflated(frame.payload(), BYTES_MAX + 1)).isEqualTo(message);
        } else {
            assertThat(frame.payload()).isEqualTo(message);
        }
    }

    @Test
    @DisplayName("[RT51] a message may end with a final block and an empty one (RFC 7692, section 7.2.3.4)")
    void finalBlock() throws IOException {
        byte[] hello = {(byte) 0xf3, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 0x07, 0x00, 0x00};
        byte[] twoBlocks = {
            (byte) 0xf2,
            0x48,
            0x05,
            0x00,
            0x00,
            0x00,
            (byte) 0xff,
            (byte) 0xff,
            (byte) 0xca,
            (byte) 0xc9,
            (byte) 0xc9,
            0x07,
            0x00
        };
        try (RawSocket socket = new RawSocket(server.port, OFFER)) {
            for (byte[] payload : List.of(hello, twoBlocks)) {
                socket.send(FINAL | COMPRESSED | TEXT, payload);
                assertThat(socket.read().text()).isEqualTo("Hello");
            }
        }
    }

    @Test
    @DisplayName(
            "[RT52] a message at the bound is taken; one that inflates to one byte more closes with 1009, and so does"
                    + " a bomb, however small")
    void bombs() throws IOException, DataFormatException {
        try (RawSocket good = new RawSocket(server.port, OFFER);
                RawSocket bad = new RawSocket(server.port, OFFER);
                RawSocket bomb = new RawSocket(server.port, OFFER);
                RawSocket pieces = new RawSocket(server.port, OFFER)) {
            good.send(FINAL | COMPRESSED | BINARY, RawSocket.deflated(new byte[BYTES_MAX], 9));
            assertThat(RawSocket.inflated(good.read().payload(), BYTES_MAX + 1)).hasSize(BYTES_MAX);
            int before = server.taken.get();
            bad.send(FINAL | COMPRESSED | BINARY, RawSocket.deflated(new byte[BYTES_MAX + 1], 9));
            assertThat(bad.read().closeCode()).isEqualTo(1009);
            byte[] packed = RawSocket.deflated(new byte[60_000_000], 9);
            assertThat(packed.length).isLessThan(BYTES_MAX);
            bomb.send(FINAL | COMPRESSED | BINARY, packed);
            assertThat(bomb.read().closeCode()).isEqualTo(1009);
            pieces.send(COMPRESSED | BINARY, Arrays.copyOf(packed, 100))
                    .send(FINAL | CONTINUATION, Arrays.copyOfRange(packed, 100, packed.length));
            assertThat(pieces.read().closeCode()).isEqualTo(1009);
            assertThat(server.taken).hasValue(before);
        }
    }

    @Test
    @DisplayName("[RT52] compressed frames are bounded together before they are inflated")
    void compressedFragments() throws IOException {
        try (RawSocket socket = new RawSocket(server.port, OFFER)) {
            byte[] some = message("random", 40_000);
            socket.send(COMPRESSED | BINARY, some).send(FINAL | CONTINUATION, some);
            assertThat(socket.read().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    @DisplayName(
            "[RT52] what does not inflate, or has more behind its end, closes with 1007; the next socket is served")
    void garbage() throws IOException {
        byte[] behind =
                Arrays.copyOf(new byte[] {(byte) 0xf3, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 0x07, 0}, 40);
        for (byte[] garbage : List.of(new byte[] {(byte) 0xff, 1, 2, 3, 4}, behind)) {
            try (RawSocket socket = new RawSocket(server.port, OFFER);
                    RawSocket next = new RawSocket(server.port, OFFER)) {
                socket.send(FINAL | COMPRESSED | TEXT, garbage);
                assertThat(socket.read().closeCode()).isEqualTo(1007);
                next.send(FINAL | COMPRESSED | TEXT, RawSocket.deflated("fine".getBytes(StandardCharsets.UTF_8), 6));
                assertThat(next.read().text()).isEqualTo("fine");
            }
        }
    }

    @Test
    @DisplayName("[RT32] a text that is not UTF-8 once it is inflated closes with 1007")
    void notText() throws IOException {
        try (RawSocket socket = new RawSocket(server.port, OFFER)) {
            socket.send(FINAL | COMPRESSED | TEXT, RawSocket.deflated(new byte[] {'a', (byte) 0xff}, 6));
            assertThat(socket.read().closeCode()).isEqualTo(1007);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x60", "0x10", "0x50"})
    @DisplayName("[RT50] reserved bits that were not agreed on close with 1002 also where compression was")
    void reserved(int bits) throws IOException {
        try (RawSocket socket = new RawSocket(server.port, OFFER);
                RawSocket ping = new RawSocket(server.port, OFFER);
                RawSocket continuation = new RawSocket(server.port, OFFER)) {
            socket.send(FINAL | bits | TEXT, "x");
            assertThat(socket.read().closeCode()).isEqualTo(1002);
            ping.send(FINAL | COMPRESSED | PING, "x");
            assertThat(ping.read().closeCode()).isEqualTo(1002);
            continuation.send(TEXT, "a").send(FINAL | COMPRESSED | CONTINUATION, "b");
            assertThat(continuation.read().closeCode()).isEqualTo(1002);
        }
    }
}
