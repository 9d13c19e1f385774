package io.jishi.realtime;

/** The encodings that a client may choose from. */
public enum Format {
    JSON(new JsonCodec()),
    PROTOBUF(new ProtobufCodec());

    @SuppressWarnings("ImmutableEnumChecker") // codecs hold no state
    final Codec codec;

    Format(Codec codec) {
        this.codec = codec;
    }

    /** Whether its messages are binary WebSocket messages; otherwise they are text. */
    public boolean isBinary() {
        return this == PROTOBUF;
    }
}
