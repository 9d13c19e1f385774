package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A message for many sockets of one loop: its bytes, and what each kind of transport makes of them, made once. Freed by
 * who made it; transports read it, or keep a duplicate of their own.
 */
public final class Broadcast {
    private final ByteBuf bytes;
    private @Nullable UnaryOperator<ByteBuf> framing;
    private @Nullable ByteBuf framed;

    Broadcast(ByteBuf bytes) {
        this.bytes = bytes;
    }

    /** The message itself. */
    public ByteBuf bytes() {
        return bytes;
    }

    /**
     * The message as it goes over a kind of wire.
     *
     * @param by makes a new buffer of the message's bytes; the same object for all transports of a kind, whose result is
     *     kept for the next
     */
    @SuppressWarnings("ReferenceEquality") // the very same framing
    public ByteBuf framed(UnaryOperator<ByteBuf> by) {
        ByteBuf made = framed;
        if (made == null || framing != by) {
            if (made != null) {
                made.release();
            }
            made = by.apply(bytes);
            framed = made;
            framing = by;
        }
        return made;
    }

    void release() {
        bytes.release();
        if (framed != null) {
            framed.release();
        }
    }
}
