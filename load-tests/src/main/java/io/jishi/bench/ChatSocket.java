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
    private static final int COMPRESSED = 0x40;
    private static final String PUBLICATION = "\"pub\":";

    private final NetSocket socket;
    private final boolean compressed;
    private final boolean reads;
    private final Promise<ChatSocket> ready = Promise.promise();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong publications = new AtomicLong();
    private final ClientFrames frames = new ClientFrames();
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
            net.write(ClientFrames.handshake(
                    "/connection/websocket",
                    port,
                    compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""));
            return chat.ready.future();
        });
    }

    long bytes() {
        return bytes.get();
    }

    long publications() {
        return publications.get();
    }

    void send(String text) {
        socket.write(ClientFrames.masked(ClientFrames.TEXT, Buffer.buffer(text)));
    }

    private void received(Buffer data) {
        bytes.addAndGet(data.length());
        if (subscribed && !reads) {
            return;
        }
        frames.received(data);
        try {
            if (upgraded || upgrade()) {
                frames.takeFrames((first, payload) ->
                        read((first & COMPRESSED) == 0 ? payload.getBytes() : inflated(payload.getBytes())));
            }
        } catch (IllegalStateException e) {
            ready.tryFail(e);
            socket.close();
        }
    }

    private boolean upgrade() {
        String head = frames.takeHead();
        if (head == null) {
            return false;
        }
        if (!head.contains(" 101 ") || head.contains("permessage-deflate") != compressed) {
            throw new IllegalStateException("not the WebSocket that was asked for: " + head);
        }
        upgraded = true;
        send("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + CHANNEL + "\"}}");
        return true;
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

    private static byte[] inflated(byte[] payload) {
        byte[] input = Arrays.copyOf(payload, payload.length + 4);
        input[payload.length + 2] = (byte) 0xff;
        input[payload.length + 3] = (byte) 0xff;
        Inflater inflater = new Inflater(true);
        inflater.setInput(input);
        byte[] out = new byte[1 << 16];
        int count = 0;
        try {
            for (int more = 1; more > 0; count += more) {
                if (count == out.length) {
                    out = Arrays.copyOf(out, 2 * count);
                }
                more = inflater.inflate(out, count, out.length - count);
            }
        } catch (DataFormatException e) {
            throw new IllegalStateException("not compressed as agreed", e);
        } finally {
            inflater.end();
        }
        return Arrays.copyOf(out, count);
    }
}
