package io.jishi.flashsales;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.orders.Order;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hundreds of buyers on several nodes want a few units, while things go wrong. Runs can be repeated with their seed. */
@Timeout(180)
class RushTest {
    private static final int BUYERS = 500;
    private static final long ANSWER_MILLIS_MAX = 4_000;

    private final long seed = Optional.ofNullable(Long.getLong("jishi.seed")).orElseGet(System::nanoTime);
    private final Random random = new Random(seed);
    private final Shop shop = new Shop(Settings.defaults()
            .with(FlashSaleSettings.PATIENCE_MILLIS, 1_500)
            .with(FlashSaleSettings.BATCH_MAX, 40)
            .with(FlashSaleSettings.GRANT_MAX, 20));
    private final List<Shop.Node> alive = new ArrayList<>();
    private final History history = new History();
    private final CountDownLatch bought = new CountDownLatch(BUYERS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger snapshots = new AtomicInteger();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    @DisplayName(
            "[FS12] more demand than stock sells the stock exactly; no snapshot ever shows a unit too many or too few")
    void calm() throws Exception {
        rush(3, 200, 2, 300, () -> {});
    }

    @Test
    @DisplayName("[FS13] a node that dies in the middle of a rush costs no unit, no yes, and doubles none")
    void nodeDies() throws Exception {
        rush(3, 150, 2, 600, () -> {
            pause(100 + random.nextInt(200));
            Shop.Node victim;
            synchronized (alive) {
                victim = alive.remove(random.nextInt(alive.size()));
            }
            victim.die();
        });
    }

    @Test
    @DisplayName("[FS14] connections that break in the middle of commits cost no yes and double none")
    void connectionsBreak() throws Exception {
        rush(2, 200, 3, 3_000, () -> {
            int broken = 0;
            while (bought.getCount() > BUYERS / 10) {
                pause(2 + random.nextInt(20));
                broken += breakConnections();
            }
            assertThat(broken).as("seed %d: connections were broken", seed).isGreaterThan(5);
        });
    }

    @Test
    @DisplayName("[FS13] a node taken for dead that goes on selling sells nothing under its old epoch")
    void nodeComesAndGoes() throws Exception {
        rush(3, 200, 2, 1_000, () -> {
            for (int i = 0; i < 10; i++) {
                String name = "node" + random.nextInt(3);
                pause(10 + random.nextInt(30));
                shop.leave(name);
                pause(10 + random.nextInt(100));
                shop.join(name);
            }
        });
    }

    private interface Trouble {
        void make() throws Exception;
    }

    /** @param arrivalMillis within which all buyers arrive */
    private void rush(int nodes, int stock, int limit, int arrivalMillis, Trouble trouble) throws Exception {
        for (int i = 0; i < nodes; i++) {
            alive.add(shop.node("node" + i));
        }
        Sale sale = shop.sale(stock, limit);
        List<String> violations = java.util.Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sampler = threads.submit(() -> sample(sale, violations));
            for (int i = 0; i < BUYERS; i++) {
                long buyerSeed = random.nextLong();
                threads.submit(() -> {
                    buy(sale, arrivalMillis, new Random(buyerSeed));
                    bought.countDown();
                    return null;
                });
            }
            try {
                trouble.make();
                assertThat(bought.await(120, TimeUnit.SECONDS))
                        .as("seed %d: all buyers are answered", seed)
                        .isTrue();
            } finally {
                over.set(true);
            }
            sampler.get();
        }
        String run = "seed " + seed;
        assertThat(violations).as(run).isEmpty();
        assertThat(snapshots.get()).as("%s: snapshots were taken", run).isGreaterThan(10);
        history.check(shop, sale, run);
        assertThat(history.count(FlashSaleRefusal.SOLD_OUT))
                .as("%s: demand was above stock", run)
                .isPositive();
        assertThat(shop.liveUnits(sale)).as("%s: sold exactly", run).isEqualTo(stock);
        assertThat(shop.count("SELECT count(*) FROM sale_segment WHERE sold > granted"))
                .as(run)
                .isZero();
    }

    /** One buyer: a claim or two, each repeated until it has a final answer, and once more after it. */
    private void buy(Sale sale, int arrivalMillis, Random luck) throws InterruptedException {
        Id<User> buyer = shop.buyer();
        pause(luck.nextInt(arrivalMillis));
        for (int i = 0; i < 1 + luck.nextInt(2); i++) {
            Claim.Key key = new Claim.Key(buyer.value(), "k" + i);
            int quantity = 1 + luck.nextInt(2);
            history.add(key, finalAnswer(sale, buyer, key.key(), quantity, luck));
            if (luck.nextBoolean()) {
                history.add(key, finalAnswer(sale, buyer, key.key(), quantity, luck));
            }
        }
    }

    private Outcome<Order> finalAnswer(Sale sale, Id<User> buyer, String key, int quantity, Random luck)
            throws InterruptedException {
        while (!over.get()) {
            Shop.Node node;
            synchronized (alive) {
                node = alive.get(luck.nextInt(alive.size()));
            }
            Future<Outcome<Order>> claim = node.claiming(buyer, sale.id(), quantity, key);
            if (luck.nextInt(10) == 0) {
                // the buyer's connection is lost: the claim goes on, the buyer asks again at once
                continue;
            }
            try {
                Outcome<Order> answer =
                        claim.toCompletionStage().toCompletableFuture().get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
                boolean again = answer instanceof Outcome.Refused<Order> refused
                        && refused.refusal().temporary();
                if (!again) {
                    return answer;
                }
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                // the node is gone or could not answer: the outcome is unknown
                pause(10);
            }
        }
        throw new InterruptedException("the test is over");
    }

    private void sample(Sale sale, List<String> violations) {
        Database own = shop.testDatabase.open(shop.vertx);
        while (!over.get()) {
            Row row = own.execute(Shop.whereabouts(sale)).await().iterator().next();
            snapshots.incrementAndGet();
            if (row.getLong(0) != sale.quantity()) {
                violations.add("a snapshot shows " + row.getLong(0) + " units of " + sale.quantity());
            }
        }
        own.close().await();
    }

    private int breakConnections() {
        return (int) shop.count("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%sale_segment%'
                   AND query NOT LIKE '%p.sale =%' AND (state = 'active' OR random() < 0.3)
                """);
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
