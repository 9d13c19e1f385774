package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Fifty couriers, two hundred deliveries, three nodes, one of which dies half-way: it owns the zone. */
class CrowdedDispatchTest {
    private static final int COURIERS = 50;
    private static final int DELIVERIES = 200;
    private static final int HELD_MAX = 2;

    private final TestCluster cluster = new TestCluster(Settings.defaults()
            .with(DispatchSettings.OFFER_SECONDS, 1)
            .with(DispatchSettings.REOFFER_SECONDS, 1)
            .with(DispatchSettings.DELIVERIES_MAX, HELD_MAX));
    private final List<TestCluster.Node> nodes = new java.util.concurrent.CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Id<Delivery>> delivered = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[DI12] amid rejections, expiries, retries and the death of the owner each delivery is delivered once")
    void onceEach() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        for (String name : List.of("a", "b", "c")) {
            nodes.add(cluster.start(name));
        }
        Random random = new Random(seed);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> riding = new ArrayList<>();
            for (int i = 0; i < COURIERS; i++) {
                Random own = new Random(random.nextLong());
                riding.add(threads.submit(() -> ride(own)));
            }
            List<Id<Delivery>> asked = new ArrayList<>();
            for (int i = 0; i < DELIVERIES; i++) {
                asked.add(cluster.request(
                        nodes.get(random.nextInt(nodes.size())).dispatch,
                        near(random.nextInt(5_000), random.nextInt(5_000)),
                        near(random.nextInt(5_000), random.nextInt(5_000))));
                if (i == DELIVERIES / 2) {
                    killOwner();
                }
            }
            await().atMost(Duration.ofSeconds(90))
                    .until(() ->
                            cluster.count("SELECT count(*) FROM delivery WHERE stage = 'delivered'") == DELIVERIES);
            over.set(true);
            for (Future<?> one : riding) {
                one.get();
            }
            assertThat(delivered).containsExactlyInAnyOrderElementsOf(asked);
        }
        theBooksBalance();
    }

    private void killOwner() {
        await().until(() ->
                nodes.stream().anyMatch(node -> !node.dispatch.ownedZones().isEmpty()));
        TestCluster.Node owner = nodes.stream()
                .filter(node -> !node.dispatch.ownedZones().isEmpty())
                .findFirst()
                .orElseThrow();
        nodes.remove(owner);
        owner.die();
    }

    private void theBooksBalance() {
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment WHERE outcome = 'delivered'"))
                .isEqualTo(DELIVERIES);
        assertThat(cluster.count("SELECT count(*) FROM delivery_assignment WHERE ended_at IS NULL"))
                .isZero();
        assertThat(cluster.count("SELECT count(*) FROM delivery_offer WHERE stage = 'open'"))
                .isZero();
        assertThat(cluster.count("""
                        SELECT count(*) FROM delivery_assignment a JOIN delivery_assignment b
                            ON a.delivery_id = b.delivery_id AND a.offer_id < b.offer_id
                           AND tstzrange(a.started_at, a.ended_at) && tstzrange(b.started_at, b.ended_at)
                        """))
                .as("overlapping assignments of one delivery")
                .isZero();
        assertThat(cluster.count("""
                        SELECT coalesce(max(held), 0) FROM (
                          SELECT (SELECT count(*) FROM delivery_assignment b WHERE b.courier_id = a.courier_id
                                     AND b.started_at <= a.started_at AND b.ended_at > a.started_at) AS held
                            FROM delivery_assignment a) AS load
                        """))
                .as("deliveries that one courier held at once")
                .isBetween(1L, (long) HELD_MAX);
        assertThat(cluster.count("SELECT max(epoch) FROM lease WHERE kind = 'zone'"))
                .isGreaterThan(1);
        await().untilAsserted(() ->
                assertThat(cluster.count("SELECT count(*) FROM dispatch_event")).isZero());
    }

    /** Answers as people do: mostly yes, now and then no, nothing, or twice. */
    private void ride(Random random) {
        CourierBot bot = new CourierBot(cluster, nodes.get(random.nextInt(nodes.size())));
        insist(random, bot, () -> bot.startShift(near(random.nextInt(5_000), random.nextInt(5_000))));
        Set<Id<Offer>> ignored = new HashSet<>();
        while (!over.get()) {
            DispatchCommand.Work work = insist(random, bot, bot::work);
            for (Offer offer : work.offers()) {
                if (ignored.contains(offer.id())) {
                    continue;
                }
                switch (random.nextInt(8)) {
                    case 0 -> insist(random, bot, () -> bot.reject(offer.id()));
                    case 1 -> ignored.add(offer.id());
                    case 2 -> {
                        insist(random, bot, () -> bot.accept(offer.id()));
                        insist(random, bot, () -> bot.accept(offer.id()));
                    }
                    default -> insist(random, bot, () -> bot.accept(offer.id()));
                }
            }
            for (Delivery held : work.deliveries()) {
                step(random, bot, held);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(50 + random.nextInt(100)).toNanos());
        }
    }

    private void step(Random random, CourierBot bot, Delivery held) {
        DeliveryStage next = held.stage() == DeliveryStage.ASSIGNED ? DeliveryStage.PICKED_UP : DeliveryStage.DELIVERED;
        Outcome<Delivery> answer = insist(random, bot, () -> bot.step(held.id(), next));
        assertThat(answer).isInstanceOf(Outcome.Done.class);
        if (next == DeliveryStage.DELIVERED) {
            delivered.add(held.id());
        }
    }

    /** Asks again, maybe another node, until somebody answers: a node may be dead. */
    private <T> T insist(Random random, CourierBot bot, java.util.concurrent.Callable<T> question) {
        for (int attempt = 0; attempt < 50; attempt++) {
            try {
                return question.call();
            } catch (Exception dead) {
                List<TestCluster.Node> left = List.copyOf(nodes);
                bot.moveTo(left.get(random.nextInt(left.size())));
            }
        }
        throw new AssertionError("no node answers");
    }
}
