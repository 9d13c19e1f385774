package io.jishi.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A viewer's WebSocket that counts what comes as it comes over the wire, compressed or not; one that reads besides counts
 * the publications in it.
 */
final class ChatSocket {
    static final String CHANNEL = "chat";
    private static final int TEXT_FRAME = 0x81;
    private static final int COMPRESSED = 0x40;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final String PUBLICATION = "\"pub\":";

    private final NetSocket socket;
    private final boolean compressed;
    private final boolean reads;
    private final Promise<ChatSocket> ready = Promise.promise();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong publications = new AtomicLong();
    private Buffer pending = Buffer.buffer();
    private boolean upgraded;
    private boolean subscribed;

    private ChatSocket(NetSocket socket, boolean compressed, boolean reads) {
        this.socket = socket;
        this.compressed = compressed;
        this.reads = reads;
    }

    /** @param reads whether it counts publications; the others only count bytes, which costs the measuring side less */
    static Future<ChatSocket> open(NetClient client, int port, boolean compressed, boolean reads) {
        return client.connect(port, "127.0.0.1").compose(net -> {
            ChatSocket chat = new ChatSocket(net, compressed, reads);
            net.handler(chat::received);
            net.write("GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + (compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "") + "\r\n");
            return chat.ready.future();
        });
    }

    long bytes() {
        return bytes.get();
    }

    long publications() {
        return publications.get();
    }

    /** Sends a text, which masks it with zeros. */
    void send(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        Buffer frame = Buffer.buffer().appendByte((byte) TEXT_FRAME);
        if (payload.length < LENGTH_16) {
            frame.appendByte((byte) (MASKED | payload.length));
        } else if (payload.length <= LENGTH_16_MAX) {
            frame.appendByte((byte) (MASKED | LENGTH_16)).appendUnsignedShort(payload.length);
        } else {
            frame.appendByte((byte) (MASKED | LENGTH_64)).appendLong(payload.length);
        }
        socket.write(frame.appendInt(0).appendBytes(payload));
    }

    private void received(Buffer data) {
        bytes.addAndGet(data.length());
        if (subscribed && !reads) {
            return;
        }
        pending.appendBuffer(data);
        try {
            if (!upgraded) {
                upgrade();
            }
            for (int end = upgraded ? frame() : 0; end > 0; end = frame()) {
                pending = pending.getBuffer(end, pending.length());
            }
        } catch (DataFormatException | IllegalStateException e) {
            ready.tryFail(e);
            socket.close();
        }
    }

    private void upgrade() {
        String head = pending.toString(StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        if (!head.contains(" 101 ") || head.contains("permessage-deflate") != compressed) {
            throw new IllegalStateException("not the WebSocket that was asked for: " + head);
        }
        upgraded = true;
        pending = pending.getBuffer(end + 4, pending.length());
        send("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}");
    }

    /** @return where the first frame ends; 0 where it is not whole */
    private int frame() throws DataFormatException {
        if (pending.length() < 2) {
            return 0;
        }
        int start = 2;
        long length = pending.getByte(1);
        if (length == LENGTH_16 && pending.length() >= start + Short.BYTES) {
            length = pending.getUnsignedShort(start);
            start += Short.BYTES;
        } else if (length == LENGTH_64 && pending.length() >= start + Long.BYTES) {
            length = pending.getLong(start);
            start += Long.BYTES;
        } else if (length >= LENGTH_16) {
            return 0;
        }
        if (pending.length() < start + length) {
            return 0;
        }
        int end = Math.toIntExact(start + length);
        byte[] payload = pending.getBytes(start, end);
        read((pending.getByte(0) & COMPRESSED) != 0 ? inflated(payload) : payload);
        return end;
    }

    private void read(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        if (!subscribed && text.contains("\"id\":2")) {
            subscribed = true;
            ready.tryComplete(this);
        }
        for (int at = text.indexOf(PUBLICATION); at >= 0; at = text.indexOf(PUBLICATION, at + 1)) {
            publications.incrementAndGet();
        }
    }

    private static byte[] inflated(byte[] payload) throws DataFormatException {
        byte[] input = Arrays.copyOf(payload, payload.length + 4);
        input[payload.length + 2] = (byte) 0xff;
        input[payload.length + 3] = (byte) 0xff;
        Inflater inflater = new Inflater(true);
        inflater.setInput(input);
        byte[] out = new byte[1 << 16];
        int count = 0;
        for (int more = 1; more > 0; count += more) {
            if (count == out.length) {
                out = Arrays.copyOf(out, 2 * count);
            }
            more = inflater.inflate(out, count, out.length - count);
        }
        inflater.end();
        return Arrays.copyOf(out, count);
    }
}
