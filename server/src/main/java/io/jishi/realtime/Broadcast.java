package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A message for many sockets of one loop: its bytes, and what each kind of transport makes of them, made once. Freed by
 * who made it; transports read it, or keep a duplicate of their own.
 */
public final class Broadcast {
    /** Sockets of one encoding come in two kinds: those that agreed to compression and the others. */
    private static final int KINDS = 2;

    private final ByteBuf bytes;
    private final List<Framed> framed = new ArrayList<>(KINDS);

    private record Framed(UnaryOperator<ByteBuf> by, ByteBuf bytes) {}

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
        for (int i = 0; i < framed.size(); i++) {
            if (framed.get(i).by == by) {
                return framed.get(i).bytes;
            }
        }
        ByteBuf made = by.apply(bytes);
        framed.add(new Framed(by, made));
        return made;
    }

    void release() {
        bytes.release();
        framed.forEach(each -> each.bytes.release());
    }
}
