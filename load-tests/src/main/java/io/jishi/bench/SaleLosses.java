package io.jishi.bench;

import io.jishi.launcher.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many buyers heard yes and have no order, after what holds the orders was killed with -9 amid a rush and came back. */
final class SaleLosses {
    private static final Duration BEFORE_KILL = Duration.ofSeconds(2);
    private static final Duration RUSH = Duration.ofSeconds(4);
    private static final int IN_FLIGHT = 2_000;

    private SaleLosses() {}

    /** @param lost of those who were acknowledged */
    record Loss(long acknowledged, long lost) {}

    /** Redis and the one who writes from its queue are killed; Redis comes back, and all that it still has is written. */
    static Loss ofRedis(RedisPeer redis, Postgres postgres, RedisSale.Variant variant, AtomicLong buyers)
            throws Exception {
        long first = buyers.get();
        Set<Long> acknowledged;
        RedisSale sale = RedisSale.open(redis, postgres.url(), variant, buyers, true);
        try {
            sale.stock(Integer.MAX_VALUE);
            sale.startWriter();
            Thread rush = Thread.ofVirtual().start(() -> saturate(sale));
            Thread.sleep(BEFORE_KILL);
            redis.kill();
            rush.join();
        } finally {
            sale.close();
        }
        acknowledged = sale.acknowledged();
        redis.startAgain();
        try (RedisSale rest = RedisSale.open(redis, postgres.url(), variant, buyers, false)) {
            rest.drain();
        }
        try (Connection database = postgres.connect()) {
            return loss(acknowledged, database, "SELECT id FROM plain_order WHERE id > " + first);
        }
    }

    private static void saturate(RedisSale sale) {
        try {
            sale.saturate(IN_FLIGHT, RUSH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same of this server's flash sales: their database is killed and comes back. */
    static Loss ofJishi(Path directory) throws Exception {
        Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        PostgresServer postgres = PostgresServer.start(directory);
        try (PostgresWatch watch = PostgresWatch.over(directory.resolve("postgres"));
                FlashSaleNode node = FlashSaleNode.start(postgres.url())) {
            Thread rush = Thread.ofVirtual().start(() -> saturate(node, acknowledged));
            Thread.sleep(BEFORE_KILL);
            postgres.kill9();
            postgres = PostgresServer.start(directory);
            rush.join();
            try (Connection database = DriverManager.getConnection(jdbc(postgres))) {
                return loss(acknowledged, database, "SELECT id FROM orders");
            }
        } finally {
            postgres.close();
        }
    }

    private static void saturate(FlashSaleNode node, Set<Long> acknowledged) {
        try {
            node.rush(IN_FLIGHT, RUSH, order -> acknowledged.add(order.id().value()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String jdbc(PostgresServer postgres) {
        return postgres.url()
                .replaceFirst("^postgresql://([^:]+):([^@]+)@(.+)$", "jdbc:postgresql://$3?user=$1&password=$2");
    }

    private static Loss loss(Set<Long> acknowledged, Connection database, String select) throws SQLException {
        Set<Long> lost = new HashSet<>(acknowledged);
        try (PreparedStatement statement = database.prepareStatement(select);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                lost.remove(row.getLong(1));
            }
        }
        return new Loss(acknowledged.size(), lost.size());
    }
}
