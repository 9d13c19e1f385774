package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanoutSocketTest {
    private static final String UPGRADED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

    private final List<String> heard = new ArrayList<>();
    private int messages;
    private int closed;

    private final FanoutSocket socket(FanoutProtocol protocol) {
        return FanoutSocket.listener(
                protocol,
                (bytes, from, end, count) -> {
                    heard.add(bytes.toString(from, end - from, StandardCharsets.UTF_8));
                    messages += count;
                },
                () -> closed++);
    }

    @Test
    void it_is_ready_when_its_first_words_are_answered_and_pings_are_no_messages() {
        FanoutSocket socket = socket(FanoutProtocol.JISHI);
        EmbeddedChannel channel = new EmbeddedChannel(socket);
        assertThat(written(channel))
                .startsWith("GET /connection/websocket HTTP/1.1\r\n")
                .contains("Upgrade: websocket");
        channel.writeInbound(ascii(UPGRADED));
        assertThat(written(channel)).contains("\"connect\"").contains("\"subscribe\"");
        channel.writeInbound(frame(1, "{\"id\":1}"));
        assertThat(socket.ready()).isNotDone();
        channel.writeInbound(frame(1, "{\"id\":2}"));
        assertThat(socket.ready()).isCompleted();
        channel.writeInbound(frame(1, "{}"), frame(1, "{\"a\":1}\n{\"b\":2}"));
        assertThat(written(channel)).endsWith("{}");
        assertThat(messages).isEqualTo(2);
        channel.writeInbound(frame(9, "are you there"));
        assertThat(written(channel)).endsWith("are you there");
        assertThat(messages).isEqualTo(2);
        channel.writeInbound(frame(8, ""));
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed).isEqualTo(1);
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9_000})
    void frames_of_any_length_are_read_whatever_pieces_they_come_in(int pieceMax) {
        FanoutSocket socket = socket(FanoutProtocol.PLAIN);
        EmbeddedChannel channel = new EmbeddedChannel(socket);
        List<String> sent = Stream.of(0, 1, 125, 126, 300, 65_535, 65_536)
                .filter(length -> length < 1_000 * pieceMax)
                .map("x"::repeat)
                .toList();
        ByteBuf all = Unpooled.buffer().writeBytes(ascii(UPGRADED));
        sent.forEach(text -> all.writeBytes(frame(1, text)));
        while (all.isReadable()) {
            int piece = ThreadLocalRandom.current().nextInt(1, pieceMax + 1);
            channel.writeInbound(all.readBytes(Math.min(all.readableBytes(), piece)));
        }
        assertThat(socket.ready()).isCompleted();
        assertThat(heard).isEqualTo(sent);
        assertThat(messages).isEqualTo(sent.size());
        channel.finishAndReleaseAll();
    }

    @Test
    void socket_io_is_opened_by_its_own_words_and_its_pings_are_answered() {
        FanoutSocket socket = socket(FanoutProtocol.SOCKET_IO);
        EmbeddedChannel channel = new EmbeddedChannel(socket);
        channel.writeInbound(ascii(UPGRADED), frame(1, "0{\"sid\":\"x\"}"));
        assertThat(written(channel)).endsWith("40");
        assertThat(socket.ready()).isNotDone();
        channel.writeInbound(frame(1, "40{\"sid\":\"y\"}"));
        assertThat(socket.ready()).isCompleted();
        channel.writeInbound(frame(1, "2"), frame(1, "42[\"message\",{}]"));
        assertThat(written(channel)).endsWith("3");
        assertThat(messages).isEqualTo(1);
        channel.finishAndReleaseAll();
    }

    @Test
    void what_is_no_websocket_fails() {
        FanoutSocket socket = socket(FanoutProtocol.PLAIN);
        EmbeddedChannel channel = new EmbeddedChannel(socket);
        channel.writeInbound(ascii("HTTP/1.1 404 Not Found\r\n\r\n"));
        assertThat(socket.ready()).isCompletedExceptionally();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf frame(int opcode, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
        if (payload.length < 126) {
            frame.writeByte(payload.length);
        } else if (payload.length <= 0xffff) {
            frame.writeByte(126).writeShort(payload.length);
        } else {
            frame.writeByte(127).writeLong(payload.length);
        }
        return frame.writeBytes(payload);
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String written(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return all.toString();
    }
}
