package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.BoundedMap;
import io.jishi.core.Hashes;
import io.jishi.core.Id;
import io.jishi.database.Batches;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many accounts of one device to a sale and no more. What a device is called is what its client says, so this
 * stops who uses one phone for many accounts and not who makes names up; those who say nothing are counted by their
 * address, as one device. Each account takes its seat once; who has one is known in memory. Thread-safe.
 */
final class DeviceSeats {
    private static final int BATCH_MAX = 1_000;
    private static final int KNOWN_MAX = 200_000;
    private static final int ATTEMPTS_MAX = 2;

    private final int accountsMax;
    private final Batches<Seat, Boolean> asking;
    private final Set<Seat> known = Collections.newSetFromMap(new BoundedMap<>(KNOWN_MAX));

    /** An account of a device. */
    record Seat(String device, Id<User> buyer) {}

    DeviceSeats(SaleTerms terms, int accountsMax, SaleDesk.Tools tools) {
        this.accountsMax = accountsMax;
        this.asking = new Batches<>(
                BATCH_MAX,
                tools.settings().queueMax(),
                seats -> tools.devices()
                        .take(terms.id(), seats, accountsMax)
                        .map(taken -> seats.stream().map(taken::contains).toList()));
    }

    /** @param address counts where the client does not say what its device is called */
    Future<Boolean> take(Id<User> buyer, @Nullable String device, String address) {
        Seat seat = new Seat(Hashes.hexSha256(device == null ? "address:" + address : "device:" + device), buyer);
        synchronized (known) {
            if (known.contains(seat)) {
                return Future.succeededFuture(true);
            }
        }
        return take(seat, ATTEMPTS_MAX);
    }

    /** Another account may have taken the same slot at the same moment while there are others. */
    private Future<Boolean> take(Seat seat, int attempts) {
        return asking.ask(seat).compose(taken -> {
            if (taken) {
                synchronized (known) {
                    known.add(seat);
                }
                return Future.succeededFuture(true);
            }
            return attempts > 1 && accountsMax > 1 ? take(seat, attempts - 1) : Future.succeededFuture(false);
        });
    }

    /** The SQL of it. */
    static final class Store {
        private static final long STATEMENT_SECONDS_MAX = 10;

        private static final String TAKE = """
                WITH asked AS MATERIALIZED (
                    SELECT a.device, a.buyer, min(a.n) AS n
                      FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS a (device, buyer, n)
                     GROUP BY a.device, a.buyer),
                held AS MATERIALIZED (
                    SELECT d.device, d.buyer FROM sale_device d JOIN asked a ON a.device = d.device AND a.buyer = d.buyer
                     WHERE d.sale = $1),
                fresh AS (
                    SELECT a.device, a.buyer, taken.slots + row_number() OVER (PARTITION BY a.device ORDER BY a.n) AS slot
                      FROM asked a LEFT JOIN held h ON h.device = a.device AND h.buyer = a.buyer
                     CROSS JOIN LATERAL (
                        SELECT count(*) AS slots FROM sale_device d WHERE d.sale = $1 AND d.device = a.device) taken
                     WHERE h.buyer IS NULL),
                inserted AS (
                    INSERT INTO sale_device AS made (sale, device, slot, buyer)
                    SELECT $1, device, slot, buyer FROM fresh WHERE slot <= $4 ORDER BY device, slot
                    ON CONFLICT DO NOTHING RETURNING made.device, made.buyer)
                SELECT device, buyer FROM held UNION ALL SELECT device, buyer FROM inserted
                """;

        private final Database database;

        Store(Database database) {
            this.database = database;
        }

        /** @return those of the seats that are taken by their accounts now */
        Future<Set<Seat>> take(Id<Sale> sale, List<Seat> seats, int accountsMax) {
            return database.execute(
                            TAKE,
                            Tuple.of(
                                    sale.value(),
                                    seats.stream().map(Seat::device).toArray(String[]::new),
                                    seats.stream()
                                            .map(seat -> seat.buyer().value())
                                            .toArray(Long[]::new),
                                    accountsMax))
                    .timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS)
                    .map(rows -> {
                        Set<Seat> taken = new HashSet<>();
                        rows.forEach(row -> taken.add(new Seat(row.getString("device"), Id.of(row.getLong("buyer")))));
                        return taken;
                    });
        }
    }
}
