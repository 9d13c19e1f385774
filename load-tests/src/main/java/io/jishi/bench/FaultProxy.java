package io.jishi.bench;

import io.jishi.bench.SaleAudit.Passed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a node and its database and understands enough of PostgreSQL's protocol (version 3) to break a
 * connection at a chosen point of the statement that sells, without a line in the server that knows of it. It can also
 * stand still, refuse, or alter statements on their way.
 */
final class FaultProxy implements AutoCloseable {
    /** Statements that commit by themselves and that a trap may be set for. */
    enum Kind {
        /** Sells from a segment. What makes orders of the waiting list is part of a greater transaction and none of these. */
        SELLS("INSERT INTO orders (id"),
        /** Takes a place in the waiting list. */
        JOINS("INSERT INTO sale_waiter");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** Null where it is of no kind. */
        @Nullable
        static Kind of(String sql) {
            for (Kind kind : values()) {
                if (sql.contains(kind.words)) {
                    return kind;
                }
            }
            return null;
        }
    }

    /** What becomes of the next statement of a kind. */
    enum Trap {
        /** The connection breaks, the database never hears of it. */
        BEFORE_SEND,
        /** The connection breaks as soon as it is sent; it may be committed or not. */
        AFTER_SEND,
        /** It is committed, and its answer is lost. */
        AFTER_COMMIT,
        /** The connection breaks for the node; the statement reaches the database a while later. */
        LATE,
        /** Nothing breaks; the statement reaches the database when it is released. */
        HELD
    }

    /** Statements that the proof tries for itself, as they reached the database. */
    enum Guard {
        SELLING("array_agg(earlier)"),
        /** Sells to those who have no order. */
        SELLING_FIRST("AS first_orders"),
        /** Looks for orders before anybody hears no. */
        LOOKING_UP("AS stranded"),
        PAYING("SET stage = 'paid'");

        private final String words;

        Guard(String words) {
            this.words = words;
        }
    }

    private record Armed(Trap trap, Kind kind) {}

    private enum Mode {
        PASS,
        STALL,
        REFUSE
    }

    private static final int BACKLOG = 200;

    /** How many statements are remembered; a run sees a small part of this. */
    private static final int PASSED_MAX = 100_000;

    private final ServerSocket server;
    private final int target;
    private final UnaryOperator<String> alter;
    private final Set<FaultProxyLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Armed> armed = new AtomicReference<>();
    private final AtomicInteger sprung = new AtomicInteger();
    private final ConcurrentLinkedQueue<Passed> passed = new ConcurrentLinkedQueue<>();
    private final Object modeLock = new Object();
    private boolean holding;
    private Mode mode = Mode.PASS;
    private final Map<Guard, String> guards = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private FaultProxy(ServerSocket server, int target, UnaryOperator<String> alter) {
        this.server = server;
        this.target = target;
        this.alter = alter;
    }

    /**
     * @param host where it listens
     * @param target the database's port
     * @param alter what becomes of the text of each statement that is prepared
     */
    static FaultProxy start(String host, int target, UnaryOperator<String> alter) throws IOException {
        ServerSocket server = new ServerSocket(new FreePorts().one(), BACKLOG, InetAddress.getByName(host));
        FaultProxy proxy = new FaultProxy(server, target, alter);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** {@code host:port} */
    String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try {
            if (isRefusing()) {
                client.close();
                return;
            }
            Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
            FaultProxyLink link = new FaultProxyLink(this, client, database);
            links.add(link);
            link.start(() -> links.remove(link));
        } catch (IOException e) {
            closeQuietly(client);
        }
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    /** Breaks all connections and takes no others. */
    void cut() {
        change(Mode.REFUSE);
        links.forEach(FaultProxyLink::close);
    }

    /** Lets nothing through in either direction, and breaks nothing. */
    void stall() {
        change(Mode.STALL);
    }

    /** Breaks all connections once. */
    void reset() {
        links.forEach(FaultProxyLink::close);
    }

    void heal() {
        change(Mode.PASS);
    }

    private void change(Mode to) {
        synchronized (modeLock) {
            mode = to;
            modeLock.notifyAll();
        }
    }

    private boolean isRefusing() {
        synchronized (modeLock) {
            return mode == Mode.REFUSE;
        }
    }

    void awaitFlow() throws InterruptedException {
        synchronized (modeLock) {
            while (mode == Mode.STALL) {
                modeLock.wait();
            }
        }
    }

    void awaitRelease() throws InterruptedException {
        synchronized (modeLock) {
            while (holding) {
                modeLock.wait();
            }
        }
    }

    /** Lets go of what is held. */
    void release() {
        synchronized (modeLock) {
            holding = false;
            modeLock.notifyAll();
        }
    }

    /** For the next statement of a kind. */
    void set(Trap next, Kind kind) {
        armed.set(new Armed(next, kind));
    }

    /** No trap any more. */
    void disarm() {
        armed.set(null);
    }

    /** The trap that is set for such a statement, which has sprung it; null where there is none. */
    @Nullable
    Trap spring(Kind kind) {
        Armed now = armed.get();
        if (now == null || now.kind != kind || !armed.compareAndSet(now, null)) {
            return null;
        }
        if (now.trap == Trap.HELD) {
            synchronized (modeLock) {
                holding = true;
            }
        }
        sprung.incrementAndGet();
        return now.trap;
    }

    int sprung() {
        return sprung.get();
    }

    String altered(String sql) {
        return alter.apply(sql);
    }

    /** A statement was prepared so. */
    void prepared(String sql) {
        for (Guard guard : Guard.values()) {
            if (sql.contains(guard.words)) {
                guards.put(guard, sql);
            }
        }
    }

    /** Those that came by and were not forgotten. */
    Map<Guard, String> guards() {
        return Map.copyOf(guards);
    }

    void forgetGuards() {
        guards.clear();
    }

    void passed(Passed statement) {
        passed.add(statement);
        if (passed.size() > PASSED_MAX) {
            passed.poll();
        }
    }

    List<Passed> passed() {
        return new ArrayList<>(passed);
    }

    void forgetPassed() {
        passed.clear();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        heal();
        release();
        links.forEach(FaultProxyLink::close);
    }
}
