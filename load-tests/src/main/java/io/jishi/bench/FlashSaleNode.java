package io.jishi.bench;

import io.jishi.accounts.User;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.CatalogRequest;
import io.jishi.catalog.Movement.Reason;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.DatabaseSettings;
import io.jishi.database.Migrations;
import io.jishi.flashsales.Audiences;
import io.jishi.flashsales.FlashSaleRequest;
import io.jishi.flashsales.FlashSales;
import io.jishi.flashsales.LobbyPlace;
import io.jishi.flashsales.Rooms;
import io.jishi.flashsales.Sale;
import io.jishi.orders.Order;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The flash sales of one node in this process, and buyers who claim from it without sockets in between. */
final class FlashSaleNode implements AutoCloseable {
    private static final int STOCK = 1_000_000;

    private final Vertx vertx;
    private final Ids ids;
    private final Caller host;
    private final Database database;
    private final Catalog catalog;
    private final FlashSales sales;
    private final Id<Sku> sku;
    private Consumer<Order> onYes = order -> {};

    private FlashSaleNode(String url, Vertx vertx, Membership membership, int number, Settings more) {
        this.vertx = vertx;
        ids = new Ids(InstantSource.system(), number);
        host = new Caller(ids.next().toString(), "host", Set.of(Role.HOST), "bench", "en");
        Settings settings = more.with(DatabaseSettings.URL, url);
        Timers timers = new LoopTimers(vertx);
        database = DatabaseSettings.open(vertx, settings);
        catalog = new Catalog(database, ids, InstantSource.system());
        sales = new FlashSales(
                database,
                new SilentChannels(),
                membership,
                catalog,
                Rooms.none(),
                Audiences.none(),
                ids,
                InstantSource.system(),
                timers,
                settings);
        LocalText name = new LocalText("龙井茶", "Longjing tea");
        sku = catalog.create(
                        host.userId(),
                        new CatalogRequest.Create(
                                name, null, null, List.of(new CatalogRequest.NewSku(name, 9900, "a"))))
                .await()
                .skus()
                .get(0)
                .id();
        database.transaction(transaction ->
                        catalog.stock().move(transaction, sku, 900_000_000, Reason.RECEIPT, "user:bench"))
                .await();
        sales.start().await();
    }

    static FlashSaleNode start(String url) {
        return start(url, Vertx.vertx(), 1, Settings.defaults());
    }

    /**
     * With event loops that it closes at the end.
     *
     * @param number of which no other on the same database has the same
     */
    static FlashSaleNode start(String url, Vertx vertx, int number, Settings settings) {
        Migrations.migrate(url);
        return new FlashSaleNode(url, vertx, Membership.alone("bench"), number, settings);
    }

    /** One of several in this process. */
    static FlashSaleNode start(String url, Membership membership, int number) {
        Migrations.migrate(url);
        return new FlashSaleNode(url, Vertx.vertx(), membership, number, Settings.defaults());
    }

    /** A sale with a waiting room, in which everybody may buy one unit. */
    Sale lobby(int quantity, Instant opensAt) {
        return started(new FlashSaleRequest.Start(
                null,
                sku,
                1900,
                quantity,
                1,
                null,
                opensAt,
                3_600,
                600,
                null,
                null,
                null,
                new FlashSaleRequest.Entry(60, null, null),
                null));
    }

    Id<User> buyer() {
        return ids.next();
    }

    Future<Outcome<LobbyPlace>> enter(Sale sale, Id<User> buyer) {
        return sales.enter(buyer, new FlashSaleRequest.Enter(sale.id(), null, null));
    }

    /** Offers its methods. */
    void register(Methods methods) {
        sales.register(methods);
    }

    /** A sale of so many units. */
    Sale open(int units) {
        return sale(units);
    }

    /**
     * What came of a load.
     *
     * @param nanos from the claim to its answer, of each counted one, sorted
     * @param seconds that the load lasted
     */
    @SuppressWarnings("ArrayRecordComponent") // millions of them, never compared
    record Load(long count, int[] nanos, double seconds) {
        double perSecond() {
            return count / seconds;
        }

        double millis(double quantile) {
            return nanos.length == 0 ? 0 : nanos[(int) ((nanos.length - 1) * quantile)] / 1e6;
        }
    }

    /** As many buyers as {@code inFlight} claim, and each that is answered is followed by another. */
    Load saturate(int inFlight, Duration duration) throws InterruptedException {
        Sale sale = sale(STOCK);
        Load load = closedLoop(sale, inFlight, duration, true);
        check(sale, load);
        return load;
    }

    /** The same while the database may be away, with everybody told who hears yes. */
    void rush(int inFlight, Duration duration, Consumer<Order> yes) throws InterruptedException {
        onYes = yes;
        closedLoop(sale(STOCK), inFlight, duration, true);
    }

    /** The same when there is nothing left. */
    Load refuse(int inFlight, Duration duration) throws InterruptedException {
        Sale sale = sale(1);
        claim(sale, 1).await();
        return closedLoop(sale, inFlight, duration, false);
    }

    /** The same from the event loop, which is one, and does all of the node's work: so many answers one thread gives. */
    Load refuseOnLoop(int inFlight, Duration duration) throws InterruptedException {
        Sale sale = sale(1);
        claim(sale, 1).await();
        return closedLoop(sale, inFlight, duration, false, vertx.getOrCreateContext()::runOnContext);
    }

    private Load closedLoop(Sale sale, int inFlight, Duration duration, boolean yes) throws InterruptedException {
        return closedLoop(sale, inFlight, duration, yes, begin -> begin.handle(null));
    }

    private Load closedLoop(
            Sale sale, int inFlight, Duration duration, boolean yes, Consumer<Handler<@Nullable Void>> starter)
            throws InterruptedException {
        Meter meter = new Meter(yes);
        CountDownLatch done = new CountDownLatch(inFlight);
        long startedAt = System.nanoTime();
        long until = startedAt + duration.toNanos();
        starter.accept(_ -> {
            for (int i = 0; i < inFlight; i++) {
                next(sale, meter, until, done);
            }
        });
        done.await();
        return meter.load((System.nanoTime() - startedAt) / 1e9);
    }

    private void next(Sale sale, Meter meter, long until, CountDownLatch done) {
        long now = System.nanoTime();
        if (now > until) {
            done.countDown();
            return;
        }
        claim(sale, 1).onComplete(answer -> {
            if (answer.succeeded()) {
                meter.add(answer.result(), System.nanoTime() - now);
                if (answer.result() instanceof Outcome.Done<Order>(Order order)) {
                    onYes.accept(order);
                }
            }
            next(sale, meter, until, done);
        });
    }

    /** Buyers come at a steady rate, whether or not those before them are answered. */
    Load pace(int perSecond, Duration duration) throws InterruptedException {
        return pace(STOCK, true, perSecond, duration);
    }

    /** The same when there is nothing left. */
    Load paceRefused(int perSecond, Duration duration) throws InterruptedException {
        return pace(1, false, perSecond, duration);
    }

    private Load pace(int stock, boolean yes, int perSecond, Duration duration) throws InterruptedException {
        Sale sale = sale(stock);
        claim(sale, 1).await();
        Meter meter = new Meter(yes);
        int all = (int) (perSecond * duration.toSeconds());
        CountDownLatch done = new CountDownLatch(all);
        long startedAt = System.nanoTime();
        for (int i = 0; i < all; i++) {
            long due = startedAt + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(Math.min(1_000_000, due - System.nanoTime()));
            }
            claim(sale, 1).onComplete(answer -> {
                meter.add(answer.result(), System.nanoTime() - due);
                done.countDown();
            });
        }
        done.await();
        return meter.load((System.nanoTime() - startedAt) / 1e9);
    }

    private Future<Outcome<Order>> claim(Sale sale, int quantity) {
        Id<User> buyer = ids.next();
        return sales.claim(buyer, new FlashSaleRequest.Claim(sale.id(), quantity, "k"));
    }

    private Sale sale(int quantity) {
        return started(new FlashSaleRequest.Start(null, sku, 1900, quantity, 1, 0, 86_400, 3_600));
    }

    private Sale started(FlashSaleRequest.Start terms) {
        Outcome<Sale> started = sales.start(host, terms).await();
        return ((Outcome.Done<Sale>) started).result();
    }

    /** Every yes is an order, and every order was a yes. */
    private void check(Sale sale, Load load) {
        long orders = database.execute(
                        "SELECT count(*) FROM orders WHERE sale = " + sale.id().value())
                .await()
                .iterator()
                .next()
                .getLong(0);
        if (orders != load.count()) {
            throw new IllegalStateException(load.count() + " were told yes, but there are " + orders + " orders");
        }
    }

    /** Counts answers of one kind and keeps how long each took. */
    private static final class Meter {
        private static final int ANSWERS_MAX = 16_000_000;

        private final boolean yes;
        private final AtomicInteger count = new AtomicInteger();
        private int[] nanos = new int[ANSWERS_MAX];

        Meter(boolean yes) {
            this.yes = yes;
        }

        void add(Outcome<Order> answer, long took) {
            if (answer instanceof Outcome.Done == yes) {
                int at = count.getAndIncrement();
                if (at < nanos.length) {
                    nanos[at] = (int) Math.min(Integer.MAX_VALUE, took);
                }
            }
        }

        Load load(double seconds) {
            int[] sorted = Arrays.copyOf(nanos, Math.min(count.get(), nanos.length));
            nanos = new int[0];
            Arrays.sort(sorted);
            return new Load(count.get(), sorted, seconds);
        }
    }

    @Override
    public void close() {
        sales.stop().await();
        database.close().await();
        vertx.close().await();
    }
}
