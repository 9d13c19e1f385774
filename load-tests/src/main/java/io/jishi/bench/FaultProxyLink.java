package io.jishi.bench;

import io.jishi.bench.FaultProxy.Kind;
import io.jishi.bench.FaultProxy.Trap;
import io.jishi.bench.SaleAudit.Passed;
import io.jishi.core.Id;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link FaultProxy}: a thread for each direction, message by message. */
final class FaultProxyLink {
    private static final int MESSAGE_BYTES_MAX = 1 << 26;
    private static final Duration LATE = Duration.ofMillis(1_500);

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket database;
    /** By the names of prepared statements, those for which traps are set. */
    private final Map<String, Kind> kinds = new HashMap<>();

    private volatile int backend;
    /** From now on answers are lost; at the end of the one that is awaited everything is closed. */
    private volatile boolean losesAnswers;

    private @Nullable Trap sprung;
    private @Nullable Passed selling;
    private final ByteArrayOutputStream late = new ByteArrayOutputStream();

    private static final class Message {
        final int type;
        /** With the length in front of it. */
        final byte[] body;

        Message(int type, byte[] body) {
            this.type = type;
            this.body = body;
        }
    }

    FaultProxyLink(FaultProxy proxy, Socket client, Socket database) {
        this.proxy = proxy;
        this.client = client;
        this.database = database;
    }

    void start(Runnable ended) {
        Thread.ofVirtual().start(() -> run(this::clientToDatabase, ended));
        Thread.ofVirtual().start(() -> run(this::databaseToClient, ended));
    }

    private interface Pump {
        void run() throws IOException, InterruptedException;
    }

    private void run(Pump pump, Runnable ended) {
        try {
            pump.run();
        } catch (IOException | InterruptedException e) {
            // either side is gone, and so is the other
        } finally {
            close();
            ended.run();
        }
    }

    void close() {
        FaultProxy.closeQuietly(client);
        FaultProxy.closeQuietly(database);
    }

    private void clientToDatabase() throws IOException, InterruptedException {
        client.setTcpNoDelay(true);
        database.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), 1 << 16));
        OutputStream out = database.getOutputStream();
        byte[] startup = body(in);
        proxy.awaitFlow();
        out.write(startup);
        while (true) {
            Message message = new Message(in.readUnsignedByte(), body(in));
            proxy.awaitFlow();
            switch (message.type) {
                case 'P' -> write(out, parse(message));
                case 'B' -> bind(out, message);
                case 'S' -> sync(out, message);
                default -> write(out, message);
            }
        }
    }

    private static byte[] body(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 4 || length > MESSAGE_BYTES_MAX) {
            throw new IOException("not PostgreSQL");
        }
        byte[] body = new byte[length];
        ByteBuffer.wrap(body).putInt(length);
        in.readFully(body, 4, length - 4);
        return body;
    }

    /** Sent, unless the trap keeps it back. */
    private void write(OutputStream out, Message message) throws IOException {
        if (sprung == Trap.LATE || sprung == Trap.HELD) {
            late.write(message.type);
            late.write(message.body);
        } else if (sprung != Trap.BEFORE_SEND) {
            byte[] whole = new byte[message.body.length + 1];
            whole[0] = (byte) message.type;
            System.arraycopy(message.body, 0, whole, 1, message.body.length);
            out.write(whole);
        }
    }

    private Message parse(Message message) {
        ByteBuffer body = ByteBuffer.wrap(message.body).position(4);
        String name = text(body);
        String sql = text(body);
        String altered = proxy.altered(sql);
        Kind kind = Kind.of(sql);
        if (kind == null) {
            kinds.remove(name);
        } else {
            kinds.put(name, kind);
        }
        proxy.prepared(altered);
        if (altered.equals(sql)) {
            return message;
        }
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] sqlBytes = altered.getBytes(StandardCharsets.UTF_8);
        ByteBuffer anew = ByteBuffer.allocate(4 + nameBytes.length + 1 + sqlBytes.length + 1 + body.remaining());
        anew.putInt(anew.capacity());
        anew.put(nameBytes).put((byte) 0).put(sqlBytes).put((byte) 0).put(body);
        return new Message(message.type, anew.array());
    }

    private void bind(OutputStream out, Message message) throws IOException {
        ByteBuffer body = ByteBuffer.wrap(message.body).position(4);
        text(body);
        Kind kind = kinds.get(text(body));
        if (kind != null) {
            selling = kind == Kind.SELLS ? selling(body) : null;
            sprung = proxy.spring(kind);
        }
        if (selling != null && sprung != Trap.LATE && sprung != Trap.HELD) {
            pass(selling);
        }
        write(out, message);
    }

    private void pass(Passed statement) {
        proxy.passed(new Passed(backend, statement.sale(), statement.epoch(), Instant.now()));
    }

    /** What the first and the third parameter say: of which sale, under which epoch. Both are 64-bit numbers. */
    private Passed selling(ByteBuffer body) {
        int formats = body.getShort();
        boolean binary = formats > 0 && body.getShort(body.position()) == 1;
        body.position(body.position() + 2 * formats);
        body.getShort();
        long sale = number(body, binary);
        int node = body.getInt();
        body.position(body.position() + node);
        long epoch = number(body, binary);
        return new Passed(backend, Id.of(sale).toString(), epoch, Instant.now());
    }

    private static long number(ByteBuffer body, boolean binary) {
        int length = body.getInt();
        if (binary && length == Long.BYTES) {
            return body.getLong();
        }
        byte[] text = new byte[length];
        body.get(text);
        return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    /** The end of a statement: where a trap snaps. */
    private void sync(OutputStream out, Message message) throws IOException, InterruptedException {
        Trap trap = sprung;
        if (trap == Trap.AFTER_COMMIT) {
            losesAnswers = true;
        }
        write(out, message);
        Passed statement = selling;
        selling = null;
        if (trap == null) {
            return;
        }
        switch (trap) {
            case BEFORE_SEND, AFTER_SEND -> close();
            case AFTER_COMMIT -> sprung = null;
            case HELD -> {
                proxy.awaitRelease();
                if (statement != null) {
                    pass(statement);
                }
                sprung = null;
                out.write(late.toByteArray());
                late.reset();
            }
            case LATE -> {
                losesAnswers = true;
                FaultProxy.closeQuietly(client);
                Thread.sleep(LATE);
                if (statement != null) {
                    pass(statement);
                }
                out.write(late.toByteArray());
                Thread.sleep(LATE); // for the answer; then the connection ends
                close();
            }
        }
    }

    private void databaseToClient() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(database.getInputStream(), 1 << 16));
        OutputStream out = client.getOutputStream();
        while (true) {
            int type = in.readUnsignedByte();
            byte[] body = body(in);
            if (type == 'K') {
                backend = ByteBuffer.wrap(body).getInt(4);
            }
            proxy.awaitFlow();
            if (losesAnswers) {
                if (type == 'Z') {
                    return; // committed, and nobody is told
                }
            } else {
                byte[] whole = new byte[body.length + 1];
                whole[0] = (byte) type;
                System.arraycopy(body, 0, whole, 1, body.length);
                out.write(whole);
            }
        }
    }

    private static String text(ByteBuffer body) {
        int start = body.position();
        int end = start;
        while (body.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        body.get(bytes).get();
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
