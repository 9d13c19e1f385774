package io.jishi.edge;

import static io.jishi.edge.RawSocket.BINARY;
import static io.jishi.edge.RawSocket.CLOSE;
import static io.jishi.edge.RawSocket.COMPRESSED;
import static io.jishi.edge.RawSocket.CONTINUATION;
import static io.jishi.edge.RawSocket.FINAL;
import static io.jishi.edge.RawSocket.PING;
import static io.jishi.edge.RawSocket.PONG;
import static io.jishi.edge.RawSocket.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.core.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 6455 that a stream of frames can break; AutobahnTest tries them all. */
class WebSocketRulesTest {
    private static final byte[] NONE = {};
    private static EchoServer plain;
    private static EchoServer compressing;

    @BeforeAll
    static void start() {
        plain = new EchoServer(Settings.defaults());
        compressing = new EchoServer(Settings.defaults().with(Deflate.ENABLED, true));
    }

    @AfterAll
    static void stop() {
        plain.close();
        compressing.close();
    }

    private static RawSocket open() throws IOException {
        return new RawSocket(plain.port, "");
    }

    private static void expect(RawSocket socket, int first, String text) throws IOException {
        RawSocket.Frame frame = socket.read();
        assertThat(frame.text()).isEqualTo(text);
        assertThat(frame.first()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65_535, 65_536})
    @DisplayName("[RT50] a message of any length is taken, text and binary")
    void lengths(int length) throws IOException {
        try (RawSocket socket = open()) {
            socket.send(FINAL | TEXT, "x".repeat(length)).send(FINAL | BINARY, new byte[length]);
            expect(socket, FINAL | TEXT, "x".repeat(length));
            assertThat(socket.read().payload()).isEqualTo(new byte[length]);
        }
    }

    @Test
    @DisplayName("[RT50] empty frames at the beginning, in the middle and at the end of a message are frames of it")
    void emptyFrames() throws IOException {
        try (RawSocket socket = open()) {
            socket.send(TEXT, NONE).send(CONTINUATION, NONE).send(FINAL | CONTINUATION, NONE);
            expect(socket, FINAL | TEXT, "");
            socket.send(TEXT, NONE).send(CONTINUATION, "middle").send(FINAL | CONTINUATION, NONE);
            expect(socket, FINAL | TEXT, "middle");
            socket.send(BINARY, NONE).send(FINAL | CONTINUATION, "end");
            expect(socket, FINAL | BINARY, "end");
        }
    }

    @Test
    @DisplayName(
            "[RT50] pings between the frames of a message are answered at once, and pongs that nobody asked for pass")
    void pingsBetween() throws IOException {
        try (RawSocket socket = open()) {
            socket.send(TEXT, "one").send(FINAL | PING, "p").send(FINAL | PONG, "q");
            expect(socket, FINAL | PONG, "p");
            socket.send(FINAL | CONTINUATION, " two");
            expect(socket, FINAL | TEXT, "one two");
        }
    }

    @Test
    @DisplayName("[RT50] characters that are cut by frames are whole in the message")
    void cutCharacters() throws IOException {
        byte[] text = "集市 κόσμε 🎁".getBytes(StandardCharsets.UTF_8);
        try (RawSocket socket = open()) {
            for (int i = 0; i < text.length; i++) {
                int end = i == text.length - 1 ? FINAL : 0;
                socket.send(end | (i == 0 ? TEXT : CONTINUATION), new byte[] {text[i]});
            }
            expect(socket, FINAL | TEXT, "集市 κόσμε 🎁");
        }
    }

    @Test
    @DisplayName("[RT50] frames that come in any pieces are the same frames")
    void chopped() throws IOException {
        byte[] frame = RawSocket.frame(FINAL | TEXT, "chopped".repeat(30).getBytes(StandardCharsets.UTF_8));
        try (RawSocket socket = open()) {
            for (byte each : frame) {
                socket.write(new byte[] {each});
            }
            expect(socket, FINAL | TEXT, "chopped".repeat(30));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0xc1, 1002",
        "0xa1, 1002",
        "0x91, 1002",
        "0x83, 1002",
        "0x8b, 1002",
        "0x80, 1002",
        "0x09, 1002",
        "0xc9, 1002"
    })
    @DisplayName("[RT50] reserved bits and opcodes, a continuation of nothing and a ping in pieces close with 1002")
    void reserved(int first, int code) throws IOException {
        for (EchoServer server : new EchoServer[] {plain, compressing}) {
            try (RawSocket socket = new RawSocket(server.port, "")) {
                socket.send(FINAL | TEXT, "before").send(first, "x").send(FINAL | TEXT, "after");
                expect(socket, FINAL | TEXT, "before");
                assertThat(socket.read().closeCode()).isEqualTo(code);
            }
        }
    }

    @Test
    @DisplayName(
            "[RT50] a new message inside another, an unmasked frame and a control frame of 126 bytes close with 1002")
    void misplaced() throws IOException {
        try (RawSocket inside = open();
                RawSocket unmasked = open();
                RawSocket large = open()) {
            inside.send(TEXT, "one").send(FINAL | TEXT, "two");
            assertThat(inside.read().closeCode()).isEqualTo(1002);
            unmasked.write(new byte[] {(byte) (FINAL | TEXT), 1, 'x'});
            assertThat(unmasked.read().closeCode()).isEqualTo(1002);
            large.send(FINAL | PING, "x".repeat(126));
            assertThat(large.read().closeCode()).isEqualTo(1002);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1011, 1011",
        "3000, 3000",
        "4999, 4999",
        "0, 1002",
        "999, 1002",
        "1005, 1002",
        "1006, 1002",
        "2999, 1002"
    })
    @DisplayName("[RT50] a close is answered with its code; a code that may not be sent, with 1002")
    void closes(int sent, int answered) throws IOException {
        try (RawSocket socket = open()) {
            socket.send(FINAL | CLOSE, new byte[] {(byte) (sent >> 8), (byte) sent});
            RawSocket.Frame close = socket.read();
            assertThat(close.first()).isEqualTo(FINAL | CLOSE);
            assertThat(close.closeCode()).isEqualTo(answered);
            assertThat(socket.isAtEnd()).isTrue();
        }
    }

    @Test
    @DisplayName("[RT50] a close without a code is answered, one of a single byte is not of the protocol")
    void emptyCloses() throws IOException {
        try (RawSocket empty = open();
                RawSocket single = open()) {
            empty.send(FINAL | CLOSE, NONE);
            assertThat(empty.read().closeCode()).isIn(1000, 1005);
            assertThat(empty.isAtEnd()).isTrue();
            single.send(FINAL | CLOSE, "x");
            assertThat(single.read().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    @DisplayName("[RT54] who says that it closes and stays is cut off, who does not answer a close likewise")
    void cutOff() throws IOException {
        try (RawSocket peer = open();
                RawSocket silent = open()) {
            peer.send(FINAL | CLOSE, new byte[] {0x03, (byte) 0xe8});
            assertThat(peer.read().closeCode()).isEqualTo(1000);
            assertThat(peer.isAtEnd()).isTrue();
            silent.send(FINAL | TEXT, "please close " + "集".repeat(50));
            RawSocket.Frame close = silent.read();
            assertThat(close.closeCode()).isEqualTo(3999);
            assertThat(new String(close.payload(), 2, close.payload().length - 2, StandardCharsets.UTF_8))
                    .isEqualTo("集".repeat(41)); // 123 bytes
            assertThat(silent.isAtEnd()).isTrue();
        }
    }

    @Test
    @DisplayName("[RT55] who pings and does not read is not answered without end")
    void unreadAnswers() throws IOException {
        int pings = 30_000;
        byte[] some = RawSocket.frame(FINAL | PING, "p".repeat(125).getBytes(StandardCharsets.UTF_8));
        byte[] many = new byte[some.length * 1_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = some[i % some.length];
        }
        int answers = 0;
        try (RawSocket socket = open()) {
            for (int sent = 0; sent < pings; sent += 1_000) {
                socket.write(many);
            }
            socket.send(FINAL | TEXT, "all sent");
            while (socket.read().first() == (FINAL | PONG)) {
                answers++;
            }
        }
        assertThat(answers).isBetween(1, pings / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 7", "X-No: version"})
    @DisplayName("[RT50] drafts older than the RFC are turned away")
    void oldDrafts(String version) {
        assertThatThrownBy(() -> RawSocket.opening(plain.port, version)).hasMessageContaining(" 400 ");
    }

    @Test
    @DisplayName("[RT32] text that is not UTF-8 closes at the frame that has it, before the message is whole")
    void failFast() throws IOException {
        try (RawSocket socket = open()) {
            socket.send(TEXT, "good").send(CONTINUATION, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
            assertThat(socket.read().closeCode()).isEqualTo(1007);
        }
    }

    @Test
    @DisplayName("[RT50] what comes along with the handshake is read by the same rules")
    void early() throws IOException {
        byte[] good = RawSocket.frame(FINAL | TEXT, "early".getBytes(StandardCharsets.UTF_8));
        byte[] notText = RawSocket.frame(FINAL | TEXT, new byte[] {(byte) 0xff});
        byte[] packed = RawSocket.frame(
                FINAL | COMPRESSED | TEXT, RawSocket.deflated("packed".getBytes(StandardCharsets.UTF_8), 6));
        try (RawSocket first = new RawSocket(plain.port, "", good);
                RawSocket second = new RawSocket(plain.port, "", notText);
                RawSocket third = new RawSocket(compressing.port, "permessage-deflate", packed)) {
            expect(first, FINAL | TEXT, "early");
            assertThat(second.read().closeCode()).isEqualTo(1007);
            expect(third, FINAL | TEXT, "packed");
        }
    }

    @Test
    @DisplayName("[RT50] nothing that a peer sends, however random, keeps the others from being served")
    void noise() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            EchoServer server = i % 2 == 0 ? plain : compressing;
            try (RawSocket socket = new RawSocket(server.port, "permessage-deflate")) {
                byte[] noise = new byte[1 + random.nextInt(200)];
                random.nextBytes(noise);
                socket.send(random.nextInt(256), noise).send(random.nextInt(256), noise);
            } catch (IOException closed) {
                // as it may be
            }
        }
        for (EchoServer server : new EchoServer[] {plain, compressing}) {
            try (RawSocket socket = new RawSocket(server.port, "")) {
                socket.send(FINAL | TEXT, "still");
                expect(socket, FINAL | TEXT, "still");
            }
        }
    }
}
