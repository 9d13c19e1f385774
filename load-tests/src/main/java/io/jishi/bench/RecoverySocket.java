package io.jishi.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;

/** A WebSocket as a client has it, with little around it: ten thousand share a process with what they are compared by. */
final class RecoverySocket {
    private static final int CLOSE = 8;
    private static final int OPCODE_MASK = 0x0f;
    /** What a client sees where a connection ends without a word. */
    private static final int WITHOUT_A_WORD = 1_006;

    private final NetSocket socket;
    private final boolean binary;
    private final Listener listener;
    private final Promise<RecoverySocket> open = Promise.promise();
    private final ClientFrames frames = new ClientFrames();
    private boolean upgraded;
    private int closeCode = WITHOUT_A_WORD;

    /** What is done with what comes. */
    interface Listener {
        void message(RecoverySocket socket, Buffer message);

        /** @param code of the close frame; 1006 where there was none */
        void closed(RecoverySocket socket, int code);
    }

    private RecoverySocket(NetSocket socket, boolean binary, Listener listener) {
        this.socket = socket;
        this.binary = binary;
        this.listener = listener;
    }

    /**
     * Opens one.
     *
     * @param binary whether messages are Protobuf
     * @param listener not told of the end of a socket that did not open
     * @return fails with {@link Refused} where a server answered otherwise, with anything else where none did
     */
    static Future<RecoverySocket> open(NetClient client, int port, boolean binary, Listener listener) {
        return client.connect(port, "127.0.0.1").compose(net -> {
            RecoverySocket socket = new RecoverySocket(net, binary, listener);
            net.handler(socket::received);
            net.closeHandler(ended -> socket.ended());
            net.exceptionHandler(fault -> net.close());
            net.write(ClientFrames.handshake("/connection/websocket" + (binary ? "?format=protobuf" : ""), port, ""));
            return socket.open.future();
        });
    }

    /** The server is there and does not open a socket. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String answer) {
            super(answer, null, false, false);
        }
    }

    private void ended() {
        if (!open.tryFail(new Refused("closed before it opened"))) {
            listener.closed(this, closeCode);
        }
    }

    void close() {
        socket.close();
    }

    void send(Buffer payload) {
        socket.write(ClientFrames.masked(binary ? ClientFrames.BINARY : ClientFrames.TEXT, payload));
    }

    private void received(Buffer data) {
        frames.received(data);
        if (upgraded || upgrade()) {
            frames.takeFrames(this::frame);
        }
    }

    private boolean upgrade() {
        String head = frames.takeHead();
        if (head == null) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101 ")) {
            open.tryFail(new Refused(head.lines().findFirst().orElse("")));
            socket.close();
            return false;
        }
        upgraded = true;
        open.tryComplete(this);
        return true;
    }

    private void frame(int first, Buffer payload) {
        if ((first & OPCODE_MASK) == CLOSE) {
            closeCode = payload.length() >= Short.BYTES ? payload.getUnsignedShort(0) : WITHOUT_A_WORD;
            socket.close();
        } else {
            listener.message(this, payload);
        }
    }
}
