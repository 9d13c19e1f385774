package io.jishi.realtime;

import io.netty.buffer.ByteBuf;

/** The seam to a socket. All calls come from the socket's own loop. */
public interface Transport {
    /**
     * Queues a message to be sent with the next {@link #flush}.
     *
     * @param message shared by many transports: read but not changed, and still owned by the caller
     */
    void write(ByteBuf message);

    void flush();

    /** Whether the peer keeps up: false while more is queued than the high-water mark. */
    boolean isWritable();

    /** Sends a close frame and closes. May be called more than once. */
    void close(DisconnectCode code);
}
