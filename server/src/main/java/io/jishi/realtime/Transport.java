package io.jishi.realtime;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The seam to a socket. All calls come from the socket's own loop. */
public interface Transport {
    /**
     * Queues a message to be sent with the next {@link #flush}.
     *
     * @param message shared by many transports: read but not changed, and still owned by the caller
     */
    void write(ByteBuf message);

    /** The same for a message that goes to many: a transport that frames messages frames it once for all of its kind. */
    default void write(Broadcast message) {
        write(message.bytes());
    }

    void flush();

    /** Sends a message that goes to many at once, behind all that was queued. */
    default void send(Broadcast message) {
        write(message);
        flush();
    }

    /** Whether the peer keeps up: false while more is queued than the high-water mark. */
    boolean isWritable();

    /**
     * Tells the client why and closes. May be called more than once.
     *
     * @param code with the meaning of {@link DisconnectCode}
     */
    void close(int code, String reason);

    /** How a client addresses what it sends, where this carries only what it hears; empty for both directions. */
    default Optional<ReturnAddress> returnAddress() {
        return Optional.empty();
    }

    /**
     * What a client names with each request to the emulation endpoint.
     *
     * @param session a secret: who has it speaks for the session
     * @param node the node that the session lives on
     */
    record ReturnAddress(String session, String node) {}
}
