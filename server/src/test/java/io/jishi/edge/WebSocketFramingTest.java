package io.jishi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFramingTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 100_000})
    @DisplayName("[RT21] a broadcast's frame is read by a client as the message, whatever its length")
    void text(int length) {
        WebSocketFrame frame = read(Framing.TEXT, "x".repeat(length));
        assertThat(frame).isInstanceOf(TextWebSocketFrame.class);
        assertThat(frame.isFinalFragment()).isTrue();
        assertThat(((TextWebSocketFrame) frame).text()).isEqualTo("x".repeat(length));
        frame.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 126, 65_536})
    @DisplayName("[RT21] a broadcast's frame of Protobuf is binary")
    void binary(int length) {
        WebSocketFrame frame = read(Framing.BINARY, "y".repeat(length));
        assertThat(frame).isInstanceOf(BinaryWebSocketFrame.class);
        assertThat(frame.content().readableBytes()).isEqualTo(length);
        frame.release();
    }

    /** As a client reads it; the message itself is left as it was. */
    private static WebSocketFrame read(Framing framing, String text) {
        ByteBuf message = Unpooled.copiedBuffer(text, java.nio.charset.StandardCharsets.UTF_8);
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, FRAME_BYTES_MAX, false));
        client.writeInbound(framing.apply(message));
        assertThat(message.readableBytes()).isEqualTo(text.length());
        WebSocketFrame frame = client.readInbound();
        client.finishAndReleaseAll();
        return frame;
    }
}
