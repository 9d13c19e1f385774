package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is done with bytes of strangers. Each class has one method by the name that the engine looks for; what it throws
 * is a finding. The bytes may be refused as {@link Invalid}, and nothing else may happen.
 */
public final class FuzzTargets {
    private static final int COMMANDS_MAX = 512;

    private FuzzTargets() {}

    private static void decode(Codec codec, byte[] bytes) {
        try {
            if (codec.decode(Buffer.buffer(bytes), COMMANDS_MAX).size() > COMMANDS_MAX) {
                throw new IllegalStateException("more commands than allowed");
            }
        } catch (Invalid refused) {
            // as it may be
        }
    }

    /** A frame of JSON. */
    public static final class JsonFrames {
        public static void fuzzerTestOneInput(byte[] bytes) {
            decode(new JsonCodec(), bytes);
        }
    }

    /** A frame of Protobuf. */
    public static final class ProtobufFrames {
        public static void fuzzerTestOneInput(byte[] bytes) {
            decode(new ProtobufCodec(), bytes);
        }
    }

    /** A source and a target, divided by the first zero: the delta leads from one to the other, and is a text if they are. */
    public static final class Deltas {
        public static void fuzzerTestOneInput(byte[] bytes) {
            int cut = 0;
            while (cut < bytes.length && bytes[cut] != 0) {
                cut++;
            }
            byte[] source = Arrays.copyOf(bytes, cut);
            byte[] target = Arrays.copyOfRange(bytes, Math.min(cut + 1, bytes.length), bytes.length);
            Buffer delta = FossilDelta.create(Buffer.buffer(source), Buffer.buffer(target));
            if (delta == null) {
                return;
            }
            if (!Arrays.equals(FossilPatch.apply(source, delta.getBytes()), target)) {
                throw new IllegalStateException("the delta leads elsewhere");
            }
            if (isText(source) && isText(target) && !isText(delta.getBytes())) {
                throw new IllegalStateException("the delta is no text");
            }
        }

        private static boolean isText(byte[] bytes) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
    }

    /**
     * Frames of a whole session, in the encoding that the first byte says, divided by bytes 0xFF: no exception leaves
     * it, and another session is served as before.
     */
    public static final class Sessions {
        private static final String CHANNELS = """
                open: {class: lossless, history-size: 10, history-seconds: 60, presence: true, open: true, \
                delta: fossil, force-recovery: true, join-leave: true}
                """;

        /** Making one takes much longer than an input. */
        private static final int INPUTS_A_WORLD = 200;

        private static WireWorld world = new WireWorld(CHANNELS, Settings.defaults());
        private static int inputs;

        public static void fuzzerTestOneInput(byte[] bytes) {
            if (bytes.length == 0) {
                return;
            }
            if (inputs++ % INPUTS_A_WORLD == 0) {
                world = new WireWorld(CHANNELS, Settings.defaults());
            }
            Format format = (bytes[0] & 1) == 0 ? Format.JSON : Format.PROTOBUF;
            Deaf transport = new Deaf();
            Session session = world.commands.open(0, transport, format);
            int from = 1;
            for (int i = 1; i <= bytes.length; i++) {
                if (i == bytes.length || bytes[i] == (byte) 0xff) {
                    session.received(Buffer.buffer(Arrays.copyOfRange(bytes, from, i)));
                    world.run(20);
                    from = i + 1;
                }
            }
            WireWorld.Peer other = world.connect("bob");
            other.subscribe("open:x", "");
            other.publishTo("open:x", "{\"still\":\"here\"}");
            if (other.pushes("pub").isEmpty()) {
                throw new IllegalStateException("another session is not served: " + other.heard);
            }
            other.session.closed();
            session.closed();
        }
    }

    /** Hears nothing; its bytes are thrown away. */
    private static final class Deaf extends OpenTransport {
        @Nullable
        Integer closed;

        @Override
        public void close(int code, String reason) {
            closed = code;
        }
    }
}
