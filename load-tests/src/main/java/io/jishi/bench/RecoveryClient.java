package io.jishi.bench;

import io.jishi.bench.RecoveryDialect.Heard;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A listener to one channel that behaves as the JavaScript SDK does: connects anew after a while that grows with every
 * failure, and recovers from its place. It connects as through a balancer: to a node at random, at once to the next where
 * one is not there, and after another while where one refuses. Lives on one event loop.
 */
final class RecoveryClient implements RecoverySocket.Listener {
    private static final long RECONNECT_MILLIS_MIN = 500;
    private static final long RECONNECT_MILLIS_MAX = 20_000;
    private static final int DOUBLINGS_MAX = 31;
    /** Codes with which a client must not come back. */
    private static final int FOR_GOOD_FROM = 3_500;

    private static final int FOR_GOOD_BELOW = 4_000;

    private final World world;
    private final RecoveryDialect dialect;
    private final RecoveryChannel channel;
    private @Nullable RecoverySocket socket;
    private int node;
    private int attempts;
    private int subscribeAttempts;
    private String epoch = "";
    private long offset;
    private boolean subscribed;
    private long brokenNanos;
    private long backNanos;

    /** What all clients share. */
    record World(Vertx vertx, NetClient sockets, List<Integer> ports, RandomGenerator random, RecoveryFaults faults) {}

    RecoveryClient(World world, RecoveryDialect dialect, RecoveryChannel channel, int firstNode) {
        this.world = world;
        this.dialect = dialect;
        this.channel = channel;
        this.node = firstNode;
    }

    /** Connects to its first node; the others come into question when it comes back. */
    void start() {
        open(node, 1);
    }

    int node() {
        return node;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    RecoveryChannel channel() {
        return channel;
    }

    long offset() {
        return offset;
    }

    /** Forgets earlier interruptions. */
    void mark() {
        brokenNanos = 0;
        backNanos = 0;
    }

    /** When its connection broke; 0 where it has not since the mark. */
    long brokenNanos() {
        return brokenNanos;
    }

    /** When it was subscribed again and had what it had missed. */
    long backNanos() {
        return backNanos;
    }

    private void open(int target, int nodesLeft) {
        node = target;
        RecoverySocket.open(world.sockets, world.ports.get(target), dialect == RecoveryDialect.PROTOBUF, this)
                .onSuccess(opened -> {
                    socket = opened;
                    opened.send(dialect.greeting(channel.name(), epoch, offset));
                })
                .onFailure(fault -> {
                    if (fault instanceof RecoverySocket.Refused || nodesLeft == 1) {
                        world.faults.refused++;
                        comeBackLater();
                    } else {
                        open((target + 1) % world.ports.size(), nodesLeft - 1);
                    }
                });
    }

    private void comeBackLater() {
        world.vertx.setTimer(
                delayMillis(attempts++), due -> open(world.random.nextInt(world.ports.size()), world.ports.size()));
    }

    /** Full jitter upon the shortest delay, as the SDK's. */
    private long delayMillis(int failures) {
        long limit = Math.min(RECONNECT_MILLIS_MAX, RECONNECT_MILLIS_MIN << Math.min(failures, DOUBLINGS_MAX));
        return Math.min(RECONNECT_MILLIS_MAX, RECONNECT_MILLIS_MIN + world.random.nextLong(limit + 1));
    }

    @Override
    public void closed(RecoverySocket from, int code) {
        if (from != socket) {
            return;
        }
        socket = null;
        subscribed = false;
        brokenNanos = brokenNanos == 0 ? System.nanoTime() : brokenNanos;
        if (code >= FOR_GOOD_FROM && code < FOR_GOOD_BELOW) {
            world.faults.expelled++;
        } else {
            comeBackLater();
        }
    }

    @Override
    public void message(RecoverySocket from, Buffer message) {
        for (Heard heard : dialect.read(message)) {
            switch (heard) {
                case Heard.Ping ignored -> from.send(dialect.pong());
                case Heard.Said said -> hear(said);
                case Heard.Place place -> stand(place);
                case Heard.Ended ignored -> subscribeAgain(from, 0);
                case Heard.Refused refused -> {
                    world.faults.refused++;
                    if (refused.command() == RecoveryDialect.SUBSCRIBE) {
                        subscribeAgain(from, delayMillis(subscribeAttempts++));
                    } else {
                        from.close();
                    }
                }
            }
        }
    }

    private void subscribeAgain(RecoverySocket on, long delayMillis) {
        subscribed = false;
        brokenNanos = brokenNanos == 0 ? System.nanoTime() : brokenNanos;
        world.vertx.setTimer(Math.max(1, delayMillis), due -> {
            if (on == socket) {
                on.send(dialect.subscribe(channel.name(), epoch, offset));
            }
        });
    }

    private void stand(Heard.Place place) {
        boolean first = epoch.isEmpty();
        if (first) {
            offset = place.offset();
        } else if (!place.recovered() || !place.epoch().equals(epoch)) {
            world.faults.unrecovered++;
            offset = place.offset();
        }
        epoch = place.epoch();
        place.missed().forEach(this::hear);
        subscribed = true;
        attempts = 0;
        subscribeAttempts = 0;
        backNanos = System.nanoTime();
    }

    private void hear(Heard.Said said) {
        if (said.offset() == offset) {
            world.faults.doubled++;
            return;
        }
        if (said.offset() < offset) {
            world.faults.reordered++;
            return;
        }
        world.faults.lost += said.offset() - offset - 1;
        offset = said.offset();
        if (!channel.agrees(said.offset(), said.id())) {
            world.faults.different++;
        }
        world.faults.heard++;
    }
}
