package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What newer SDKs may ask for and this server does not have. */
class NotOfferedTest {
    private final WireWorld world = new WireWorld("open: {class: lossless, open: true}");

    @Test
    @DisplayName("[PR19] a map of keys and a filter by tags are refused with 108 and not taken for something else")
    void json() {
        WireWorld.Peer peer = world.connect("ann");
        assertThat(peer.subscribe("open:1", "\"type\":1").at("/error/code").asInt())
                .isEqualTo(108);
        assertThat(peer.subscribe("open:1", "\"tf\":{\"key\":\"a\",\"cmp\":\"ex\"}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(108);
        assertThat(peer.ask("publish", "{\"channel\":\"open:1\",\"data\":1,\"type\":1,\"key\":\"k\"}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(108);
        assertThat(peer.subscribe("open:1", "\"type\":0").has("error")).isFalse();
        assertThat(peer.closed).isNull();
    }

    /** A command with a channel and one field more. */
    private static Buffer command(int kind, int field, boolean isMessage) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        CodedOutputStream body = CodedOutputStream.newInstance(request);
        body.writeString(1, "open:1");
        if (isMessage) {
            body.writeByteArray(field, new byte[0]);
        } else {
            body.writeInt32(field, 1);
        }
        body.flush();
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        CodedOutputStream command = CodedOutputStream.newInstance(frame);
        command.writeUInt32(1, 7);
        command.writeByteArray(kind, request.toByteArray());
        command.flush();
        return Buffer.buffer(new byte[] {(byte) frame.size()}).appendBytes(frame.toByteArray());
    }

    @Test
    @DisplayName("[PR19] the same in Protobuf")
    void protobuf() throws IOException {
        ProtobufCodec codec = new ProtobufCodec();
        List<Command> unknown = List.of(new Command.Unknown(7));
        assertThat(codec.decode(command(5, 15, false), 10)).isEqualTo(unknown);
        assertThat(codec.decode(command(5, 13, true), 10)).isEqualTo(unknown);
        assertThat(codec.decode(command(7, 3, false), 10)).isEqualTo(unknown);
        assertThat(codec.decode(command(5, 9, false), 10).getFirst()).isInstanceOf(Command.Subscribe.class);
    }
}
