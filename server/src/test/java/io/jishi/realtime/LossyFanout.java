package io.jishi.realtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A fan-out over a bad network: answers come late, messages come late, in another order, twice or not at all. */
final class LossyFanout implements Fanout {
    private final Simulation simulation;
    private final Fanout perfect;
    private boolean dead;

    LossyFanout(Simulation simulation, Fanout perfect) {
        this.simulation = simulation;
        this.perfect = perfect;
    }

    void kill() {
        dead = true;
    }

    private <T> Future<T> late(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        simulation.soon(5, () -> {
            if (!dead) {
                Future<T> done = call.get();
                simulation.soon(5, () -> done.onComplete(promise));
            }
        });
        return promise.future();
    }

    @Override
    public Future<Appended> append(String channel, List<Draft> drafts, long sequence, ChannelRule rule) {
        return late(() -> {
            Future<Appended> appended = perfect.append(channel, drafts, sequence, rule);
            // What a cluster does when it repeats an operation whose answer was lost.
            return simulation.random.nextInt(10) == 0 ? perfect.append(channel, drafts, sequence, rule) : appended;
        });
    }

    @Override
    public Future<Top> join(String channel, ChannelRule rule) {
        return late(() -> perfect.join(channel, rule));
    }

    @Override
    public Future<Void> leave(String channel, ChannelRule rule) {
        return late(() -> perfect.leave(channel, rule));
    }

    @Override
    public Future<Slice> read(String channel, Page page, ChannelRule rule) {
        return simulation.random.nextInt(20) == 0
                ? Future.failedFuture("no answer in time")
                : late(() -> perfect.read(channel, page, rule));
    }

    @Override
    public Future<Void> clear(String channel, ChannelRule rule) {
        return late(() -> perfect.clear(channel, rule));
    }

    @Override
    public Future<Integer> enter(String channel, Attendee attendee, ChannelRule rule) {
        return late(() -> perfect.enter(channel, attendee, rule));
    }

    @Override
    public Future<Integer> exit(String channel, String client) {
        return late(() -> perfect.exit(channel, client));
    }

    @Override
    public Future<Presence> present(String channel) {
        return late(() -> perfect.present(channel));
    }

    @Override
    public Future<Presence> headcount(String channel) {
        return late(() -> perfect.headcount(channel));
    }

    @Override
    public Future<Void> tell(String channel, Move move, ChannelRule rule) {
        return late(() -> perfect.tell(channel, move, rule));
    }

    @Override
    public String self() {
        return perfect.self();
    }

    @Override
    public Future<Void> crowd(boolean whole, Map<String, Integer> counts) {
        return simulation.random.nextInt(10) == 0
                ? Future.failedFuture("no answer in time")
                : late(() -> perfect.crowd(whole, counts));
    }

    @Override
    public Future<Void> pass(String channel, Draft draft, ChannelRule rule) {
        return late(() -> perfect.pass(channel, draft, rule));
    }

    @Override
    public void listen(Listener listener) {
        perfect.listen(new Listener() {
            @Override
            public void published(String channel, String epoch, List<Publication> publications) {
                int copies = simulation.random.nextInt(10) == 0 ? simulation.random.nextInt(3) : 1;
                for (int i = 0; i < copies; i++) {
                    simulation.soon(30, () -> {
                        if (!dead) {
                            listener.published(channel, epoch, publications);
                        }
                    });
                }
            }

            @Override
            public void moved(String channel, Move move) {
                simulation.soon(30, () -> {
                    if (!dead) {
                        listener.moved(channel, move);
                    }
                });
            }

            @Override
            public void passed(String channel, Draft draft) {
                simulation.soon(30, () -> {
                    if (!dead) {
                        listener.passed(channel, draft);
                    }
                });
            }

            @Override
            public void crowd(String node, boolean whole, Map<String, Integer> counts) {
                simulation.soon(30, () -> listener.crowd(node, whole, counts));
            }

            @Override
            public void died(String node) {
                simulation.soon(60, () -> listener.died(node));
            }

            @Override
            public Future<Void> departed(String channel, int size, List<Buffer> infos) {
                return late(() -> listener.departed(channel, size, infos));
            }

            @Override
            public void membersChanged() {
                simulation.soon(50, listener::membersChanged);
            }
        });
    }
}
