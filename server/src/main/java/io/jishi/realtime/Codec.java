package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** One encoding of the wire protocol. */
interface Codec {
    /**
     * All commands of one WebSocket message.
     *
     * @param commandsMax more are malformed
     * @throws Invalid where the message is not of the protocol; nothing of it is to be carried out then
     */
    List<Command> decode(Buffer frame, int commandsMax);

    Buffer encode(int id, Reply reply);

    Buffer push(String channel, Publication publication, Content content, boolean withOffset);

    /** That somebody came to a channel, or went. */
    Buffer pushMove(String channel, Fanout.Move move);

    Buffer pushUnsubscribed(String channel, int code, String reason);

    Buffer pushSubscribed(String channel, Reply.Subscribed subscribed);

    Buffer pushDisconnected(int code, String reason);

    Buffer ping();

    /** Appends a message to others in one WebSocket message, with whatever divides them. */
    void frame(ByteBuf out, Buffer message);
}
