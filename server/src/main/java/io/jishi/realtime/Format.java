package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;

/** The encodings that a client may choose from. */
public enum Format {
    JSON(new JsonCodec()),
    PROTOBUF(new ProtobufCodec());

    @SuppressWarnings("ImmutableEnumChecker") // codecs hold no state
    final Codec codec;

    Format(Codec codec) {
        this.codec = codec;
    }

    /** The push that tells a client why it is closed, for transports whose own end says nothing. */
    public Buffer disconnectPush(int code, String reason) {
        return codec.pushDisconnected(code, reason);
    }

    /** Appends a message to others, with whatever divides them. */
    public void frame(ByteBuf out, Buffer message) {
        codec.frame(out, message);
    }

    /** Whether its messages are binary WebSocket messages; otherwise they are text. */
    public boolean isBinary() {
        return this == PROTOBUF;
    }
}
