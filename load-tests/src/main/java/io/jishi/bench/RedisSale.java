package io.jishi.bench;

import io.jishi.bench.FlashSaleNode.Load;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The shop that many have: a Lua script in Redis takes the unit, and the order goes into the same PostgreSQL, before the
 * buyer hears yes or some time after. Requests to Redis are pipelined, and sent together as many as come together.
 */
final class RedisSale implements AutoCloseable {
    private static final String STOCK = "stock";
    private static final String QUEUE = "orders";
    private static final int TOGETHER_MAX = 128;
    private static final int WRITER_TAKES_MAX = 1_000;

    /** One buyer, one unit; what is to be written later stands in the same place as the stock. */
    private static final String TAKE = """
            if redis.call('DECR', KEYS[1]) < 0 then redis.call('INCR', KEYS[1]) return 0 end
            if ARGV[1] == '1' then redis.call('RPUSH', KEYS[2], ARGV[2]) end
            return 1
            """;

    private static final String INSERT = """
            INSERT INTO plain_order (id, buyer, sale, turn, key, sku, name_zh, name_en, quantity, unit_price_minor, currency,
                                     stage, created_at, pay_before)
            SELECT id, id, 1, 1, 'k', 1, '龙井茶', 'Longjing tea', 1, 1900, 'CNY', 'reserved', now(), now() + interval '1 hour'
              FROM unnest($1::bigint[]) AS t (id)
            """;

    /** When the order is written. */
    enum Write {
        /** Before yes. */
        SYNCHRONOUS,
        /** After yes, by one writer that takes a thousand at a time. */
        ASYNCHRONOUS
    }

    /** @param connections to Redis; to PostgreSQL there are sixteen times as many statements under way as connections */
    record Variant(Write write, int connections, int databaseConnections) {
        @Override
        public String toString() {
            return write.name().toLowerCase(Locale.ROOT) + " insert, " + connections + " connections to Redis"
                    + (write == Write.SYNCHRONOUS ? ", " + databaseConnections + " to PostgreSQL" : "");
        }
    }

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final AtomicLong buyers;
    private final Variant variant;
    private final Pool database;
    private final List<Lane> lanes = new ArrayList<>();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final boolean remembers;
    private volatile boolean stopped;

    private RedisSale(Variant variant, String databaseUrl, AtomicLong buyers, boolean remembers) {
        this.variant = variant;
        this.buyers = buyers;
        this.remembers = remembers;
        database = PgBuilder.pool()
                .using(vertx)
                .connectingTo(PgConnectOptions.fromUri(databaseUrl)
                        .setCachePreparedStatements(true)
                        .setPipeliningLimit(16))
                .with(new PoolOptions()
                        .setMaxSize(variant.databaseConnections)
                        .setMaxWaitQueueSize(1_000_000)
                        .setEventLoopSize(2))
                .build();
    }

    /**
     * Connects.
     *
     * @param buyers the last id that was given to a buyer
     * @param remembers whether {@link #acknowledged} is asked for
     */
    static RedisSale open(RedisPeer redis, String databaseUrl, Variant variant, AtomicLong buyers, boolean remembers) {
        return open(redis.port(), databaseUrl, variant, buyers, remembers);
    }

    /** The same with the port of a Redis that another process has started. */
    static RedisSale open(int port, String databaseUrl, Variant variant, AtomicLong buyers, boolean remembers) {
        RedisSale sale = new RedisSale(variant, databaseUrl, buyers, remembers);
        for (int i = 0; i < variant.connections; i++) {
            RedisConnection connection = Redis.createClient(
                            sale.vertx,
                            new RedisOptions()
                                    .setConnectionString("redis://127.0.0.1:" + port)
                                    .setMaxWaitingHandlers(1_000_000))
                    .connect()
                    .await();
            String script = connection
                    .send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(TAKE))
                    .await()
                    .toString();
            sale.lanes.add(new Lane(connection, script, variant.write));
        }
        return sale;
    }

    /** So much is there, and nothing queued. */
    void stock(int units) {
        first().send(Request.cmd(Command.DEL).arg(QUEUE)).await();
        first().send(Request.cmd(Command.SET).arg(STOCK).arg(units)).await();
    }

    private RedisConnection first() {
        return lanes.getFirst().connection;
    }

    void startWriter() {
        writer().onSuccess(_ -> vertx.setTimer(1, _ -> startWriter()));
    }

    /** Blocks until nothing is queued. */
    void drain() throws TimeoutException {
        writer().await(60, TimeUnit.SECONDS);
    }

    /** One connection to Redis, on which what comes while a batch is on its way goes out with the next. */
    private static final class Lane {
        private final RedisConnection connection;
        private final String script;
        private final Write write;
        private List<Long> waiting = new ArrayList<>();
        private List<Promise<Boolean>> answers = new ArrayList<>();
        private int underWay;

        Lane(RedisConnection connection, String script, Write write) {
            this.connection = connection;
            this.script = script;
            this.write = write;
        }

        Future<Boolean> take(long buyer) {
            Promise<Boolean> answer = Promise.promise();
            synchronized (this) {
                waiting.add(buyer);
                answers.add(answer);
            }
            send();
            return answer.future();
        }

        /** At the most two batches at a time: so they grow with the load. */
        private void send() {
            List<Promise<Boolean>> sent;
            List<Request> requests = new ArrayList<>();
            synchronized (this) {
                if (waiting.isEmpty() || underWay >= 2) {
                    return;
                }
                underWay++;
                int count = Math.min(TOGETHER_MAX, waiting.size());
                for (Long buyer : waiting.subList(0, count)) {
                    requests.add(Request.cmd(Command.EVALSHA)
                            .arg(script)
                            .arg(2)
                            .arg(STOCK)
                            .arg(QUEUE)
                            .arg(write == Write.ASYNCHRONOUS ? 1 : 0)
                            .arg(buyer));
                }
                sent = List.copyOf(answers.subList(0, count));
                waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
                answers = new ArrayList<>(answers.subList(count, answers.size()));
            }
            connection.batch(requests).onComplete(done -> {
                synchronized (this) {
                    underWay--;
                }
                send();
                for (int i = 0; i < sent.size(); i++) {
                    if (done.succeeded()) {
                        sent.get(i).complete(done.result().get(i).toInteger() == 1);
                    } else {
                        sent.get(i).fail(done.cause());
                    }
                }
            });
        }
    }

    /** @return whether the buyer heard yes */
    Future<Boolean> claim(long buyer) {
        Lane lane = lanes.get((int) (buyer % lanes.size()));
        Future<Boolean> taken = lane.take(buyer);
        return switch (variant.write) {
            case ASYNCHRONOUS -> taken;
            case SYNCHRONOUS ->
                taken.compose(got -> got
                        ? database.preparedQuery(INSERT)
                                .execute(Tuple.tuple().addArrayOfLong(new Long[] {buyer}))
                                .map(true)
                        : Future.succeededFuture(false));
        };
    }

    /** As many buyers as {@code inFlight} claim, and each that is answered is followed by another. */
    Load saturate(int inFlight, Duration duration) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(inFlight);
        Taken taken = new Taken();
        long startedAt = System.nanoTime();
        long until = startedAt + duration.toNanos();
        for (int i = 0; i < inFlight; i++) {
            next(taken, until, done);
        }
        if (!done.await(duration.toSeconds() + 60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Redis or PostgreSQL stopped answering");
        }
        return taken.load((System.nanoTime() - startedAt) / 1e9);
    }

    private void next(Taken taken, long until, CountDownLatch done) {
        long now = System.nanoTime();
        if (now > until || stopped) {
            done.countDown();
            return;
        }
        long buyer = buyers.incrementAndGet();
        claim(buyer).onComplete(answer -> {
            if (answer.succeeded()) {
                taken.add(System.nanoTime() - now);
                if (answer.result() && remembers) {
                    acknowledged.add(buyer);
                }
                next(taken, until, done);
            } else {
                done.countDown();
            }
        });
    }

    /** Takes what is queued, a thousand at a time, and writes it, until there is nothing; Redis forgets what it has given out. */
    private Future<Void> writer() {
        return first().send(Request.cmd(Command.LPOP).arg(QUEUE).arg(WRITER_TAKES_MAX))
                .compose(this::insert)
                .compose(written -> written > 0 && !stopped ? writer() : Future.succeededFuture());
    }

    private Future<Integer> insert(@Nullable Response taken) {
        if (taken == null || taken.size() == 0) {
            return Future.succeededFuture(0);
        }
        Long[] ids = new Long[taken.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = taken.get(i).toLong();
        }
        return database.preparedQuery(INSERT)
                .execute(Tuple.tuple().addArrayOfLong(ids))
                .map(ids.length);
    }

    /** Buyers who heard yes so far. */
    Set<Long> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    private static final class Taken {
        private static final int ANSWERS_MAX = 8_000_000;

        private final AtomicInteger count = new AtomicInteger();
        private final int[] nanos = new int[ANSWERS_MAX];

        void add(long took) {
            int at = count.getAndIncrement();
            if (at < nanos.length) {
                nanos[at] = (int) Math.min(Integer.MAX_VALUE, took);
            }
        }

        Load load(double seconds) {
            int[] sorted = Arrays.copyOf(nanos, Math.min(count.get(), nanos.length));
            Arrays.sort(sorted);
            return new Load(count.get(), sorted, seconds);
        }
    }

    /** The writer and its front end with this process, as they would with {@code kill -9}. */
    @Override
    public void close() {
        stopped = true;
        database.close().onComplete(_ -> {}).await();
        vertx.close().await();
    }
}
