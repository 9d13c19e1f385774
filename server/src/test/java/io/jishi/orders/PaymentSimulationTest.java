package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.ManualTime;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Account;
import io.jishi.ledger.Ledger;
import io.jishi.orders.SandboxProvider.Behaviour;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Buyers who pay, cancel and dawdle at random, and a provider of changing moods. A failure names its seed. */
@Timeout(120)
class PaymentSimulationTest {
    private static final int STEPS = 250;

    @Test
    @DisplayName("[LE8] whatever happens to orders and payments, the ledger says what the provider and the orders say")
    void everything() {
        long paid = 0;
        long refunded = 0;
        for (int run = 0; run < 4; run++) {
            long seed = Long.getLong("jishi.seed", System.nanoTime()) + run;
            try (World world = new World(seed)) {
                world.play();
                paid += world.booked("payment");
                refunded += world.booked("refund");
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " (-Djishi.seed=" + seed + ")", e);
            }
        }
        assertThat(paid).as("payments").isPositive();
        assertThat(refunded).as("refunds").isPositive();
    }

    private static final class World implements AutoCloseable {
        private final Random random;
        private final Vertx vertx = Vertx.vertx();
        private final TestDatabase testDatabase = TestDatabase.create();
        private final Database database = testDatabase.open(vertx);
        private final ManualTime time = new ManualTime(Instant.parse("2026-01-01T00:00:00Z"));
        private final Ids ids = new Ids(time, 1);
        private final Ledger ledger = new Ledger(database, ids, time);
        private final long seed;
        private final SandboxProvider provider;
        private final Orders orders;
        private final Id<User> buyer = ids.next();
        private final List<Order> all = new ArrayList<>();
        private final List<Future<?>> notices = new ArrayList<>();

        World(long seed) {
            this.seed = seed;
            random = new Random(seed);
            provider = new SandboxProvider(time, time, Settings.defaults(), this::mood);
            orders = new Orders(
                    database, new RecordingChannels(), ledger, List.of(provider), ids, time, time, Settings.defaults());
            provider.notifying(notice -> {
                Future<?> settled = random.nextInt(5) == 0
                        ? Future.succeededFuture() // the notice gets lost
                        : orders.settle(PaymentMethod.SANDBOX, notice);
                notices.add(settled);
                return settled;
            });
        }

        private Behaviour mood(Id<Payment> payment) {
            return Behaviour.values()[new Random(seed ^ payment.value()).nextInt(Behaviour.values().length)];
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                List<Future<?>> work = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    work.add(act());
                }
                Future.join(work).otherwiseEmpty().await();
                Future.join(List.copyOf(notices)).otherwiseEmpty().await();
                notices.clear();
                work.stream().filter(Future::failed).forEach(failed -> {
                    throw new IllegalStateException(failed.cause());
                });
            }
            time.pass(Duration.ofMinutes(2));
            Future.join(List.copyOf(notices)).otherwiseEmpty().await();
            orders.expireDue().await();
            agree();
        }

        private Future<?> act() {
            if (all.isEmpty() || random.nextInt(4) == 0) {
                all.add(reserve());
                return Future.succeededFuture();
            }
            Order order = all.get(random.nextInt(all.size()));
            return switch (random.nextInt(7)) {
                case 0 -> orders.cancel(buyer, order.id());
                case 1 -> orders.expireDue();
                case 2 -> {
                    time.pass(Duration.ofMillis(random.nextInt(20_000)));
                    yield Future.succeededFuture();
                }
                default -> orders.pay(buyer, new OrderRequest.Pay(order.id(), PaymentMethod.SANDBOX, null, null, null));
            };
        }

        private Order reserve() {
            Id<Order> id = ids.next();
            database.execute(
                            """
                            INSERT INTO orders (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity,
                                                unit_price_minor, currency, stage, created_at, pay_before)
                            VALUES ($1, $2, $1, 1, 'k', 1, '茶', 'tea', $3, $4, 'CNY', 'reserved', $5, $6)
                            """,
                            Tuple.of(
                                    id.value(),
                                    buyer.value(),
                                    1 + random.nextInt(3),
                                    1L + random.nextInt(100_000),
                                    time.instant().atOffset(ZoneOffset.UTC),
                                    time.instant().plusSeconds(60).atOffset(ZoneOffset.UTC)))
                    .await();
            return orders.order(id).await().orElseThrow();
        }

        /** The rest of it, payment by payment, is looked at when the database is closed. */
        private void agree() {
            long paid = 0;
            for (Order order : all) {
                Order now = orders.order(order.id()).await().orElseThrow();
                boolean isPaid = now.stage() == OrderStage.PAID;
                long held = ledger.balance(Account.ORDERS, order.id().toString(), "CNY")
                        .await();
                assertThat(held).isEqualTo(isPaid ? order.totalMinor() : 0);
                paid += held;
            }
            long fees = ledger.balance(Account.FEES, "sandbox", "CNY").await();
            assertThat(ledger.balance(Account.PROVIDER, "sandbox", "CNY").await())
                    .isEqualTo(paid - fees);
        }

        long booked(String kind) {
            return database.execute("SELECT count(*) FROM ledger_entry WHERE kind = '" + kind + "'")
                    .await()
                    .iterator()
                    .next()
                    .getLong(0);
        }

        @Override
        public void close() {
            database.close().await();
            testDatabase.close();
            vertx.close().await();
        }
    }
}
