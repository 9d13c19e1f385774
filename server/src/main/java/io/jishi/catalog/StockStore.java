package io.jishi.catalog;

import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The SQL of locations, levels and movements. */
final class StockStore {
    private static final String MOVE = """
            WITH fitting AS MATERIALIZED (
                SELECT s.id FROM sku s LEFT JOIN stock_level l ON l.sku = s.id AND l.location = $3
                 WHERE s.id = $2 AND coalesce(l.available, 0) + $4 >= 0 AND s.available::bigint + $4 BETWEEN 0 AND $5),
            level AS (
                INSERT INTO stock_level AS l (sku, location, available)
                SELECT id, $3, greatest($4, 0) FROM fitting
                ON CONFLICT (sku, location) DO UPDATE SET available = l.available + $4
                RETURNING available),
            total AS (
                UPDATE sku SET available = sku.available + $4 FROM level WHERE id = $2)
            INSERT INTO stock_movement (id, sku, location, quantity, balance, reason, reference, note, at, counterpart, key)
            SELECT $1, $2, $3, $4, available, $6, $7, $8, $9, $10, $11 FROM level
            RETURNING balance
            """;

    private static final String TAKE = """
            WITH wanted AS MATERIALIZED (
                SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS w (id, sku, quantity)),
            level AS (
                UPDATE stock_level l SET available = l.available - w.quantity FROM wanted w
                 WHERE l.sku = w.sku AND l.location = $4
                RETURNING l.sku, l.available),
            total AS (
                UPDATE sku s SET available = s.available - w.quantity FROM wanted w WHERE s.id = w.sku)
            INSERT INTO stock_movement (id, sku, location, quantity, balance, reason, reference, at)
            SELECT w.id, w.sku, $4, -w.quantity, level.available, $5, $6, $7 FROM wanted w JOIN level ON level.sku = w.sku
            """;

    private static final String OFFERS = """
            SELECT s.id AS sku, s.code, p.name_zh, p.name_en, s.name_zh AS sku_zh, s.name_en AS sku_en, p.id AS product,
                   p.host, s.price_minor, s.available AS total, coalesce(l.available, 0) AS available
              FROM sku s JOIN product p ON p.id = s.product
              LEFT JOIN stock_level l ON l.sku = s.id AND l.location = $2
             WHERE s.id = ANY ($1)
            """;

    private static final String LEVELS = """
            SELECT s.id AS sku, s.code, p.name_zh, p.name_en, s.name_zh AS sku_zh, s.name_en AS sku_en, p.id AS product,
                   p.host, s.price_minor, s.available AS total, l.location, l.available
              FROM stock_level l JOIN sku s ON s.id = l.sku JOIN product p ON p.id = s.product
            """;

    private final Database database;

    StockStore(Database database) {
        this.database = database;
    }

    /** Holds SKUs until the transaction ends, those of lower id first, as everybody does who changes what there is. */
    Future<Void> lock(SqlConnection transaction, Collection<Id<Sku>> skus) {
        return transaction
                .preparedQuery("SELECT 1 FROM sku WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE")
                .execute(Tuple.of((Object) skus.stream().map(Id::value).toArray(Long[]::new)))
                .mapEmpty();
    }

    /**
     * Moves units of a SKU that the transaction holds.
     *
     * @return what is available in the location afterwards; empty, and nothing changed, where it would be less than none,
     *     or all locations together more than {@code availableMax}
     */
    Future<Optional<Integer>> move(
            SqlConnection transaction, Movement movement, @Nullable String key, int availableMax) {
        Id<Movement> counterpart = movement.counterpart();
        return transaction
                .preparedQuery(MOVE)
                .execute(Tuple.from(Arrays.asList(
                        movement.id().value(),
                        movement.skuId().value(),
                        movement.locationId().value(),
                        movement.quantity(),
                        availableMax,
                        movement.reason().text(),
                        movement.reference(),
                        movement.note(),
                        utc(movement.at()),
                        counterpart == null ? null : counterpart.value(),
                        key)))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getInteger("balance")));
    }

    /** Takes units of SKUs, which the transaction holds and has seen to be there, out of a location. */
    Future<Void> take(SqlConnection transaction, List<Movement> movements) {
        Movement any = movements.getFirst();
        return transaction
                .preparedQuery(TAKE)
                .execute(Tuple.of(
                        movements.stream().map(each -> each.id().value()).toArray(Long[]::new),
                        movements.stream().map(each -> each.skuId().value()).toArray(Long[]::new),
                        movements.stream().map(each -> -each.quantity()).toArray(Integer[]::new),
                        any.locationId().value(),
                        any.reason().text(),
                        any.reference(),
                        utc(any.at())))
                .map(rows -> {
                    if (rows.rowCount() != movements.size()) {
                        throw new IllegalStateException("took units that are not there for " + any.reference());
                    }
                    return null;
                });
    }

    /** What SKUs cost, and how many there are in a location, by SKU. */
    Future<Map<Id<Sku>, Offer>> offers(SqlConnection transaction, Collection<Id<Sku>> skus, Id<Location> location) {
        return transaction
                .preparedQuery(OFFERS)
                .execute(Tuple.of(skus.stream().map(Id::value).toArray(Long[]::new), location.value()))
                .map(rows -> {
                    Map<Id<Sku>, Offer> offers = new HashMap<>();
                    for (Row row : rows) {
                        SkuOfProduct sku = sku(row);
                        offers.put(sku.sku().id(), new Offer(sku, row.getInteger("available")));
                    }
                    return offers;
                });
    }

    /** Whether whoever it is has moved something under that key. */
    Future<Boolean> isKnown(SqlConnection transaction, String reference, String key) {
        return transaction
                .preparedQuery("SELECT 1 FROM stock_movement WHERE reference = $1 AND key = $2")
                .execute(Tuple.of(reference, key))
                .map(rows -> rows.rowCount() > 0);
    }

    /** What there is of a SKU in a location. */
    Future<Integer> available(SqlConnection transaction, Id<Sku> sku, Id<Location> location) {
        return transaction
                .preparedQuery("SELECT available FROM stock_level WHERE sku = $1 AND location = $2")
                .execute(Tuple.of(sku.value(), location.value()))
                .map(rows -> rows.rowCount() == 0 ? 0 : rows.iterator().next().getInteger("available"));
    }

    /** Newest first. */
    Future<List<Movement>> movements(
            Id<Sku> sku, @Nullable Id<Location> location, int limit, @Nullable Id<Movement> after) {
        return database.execute(
                        """
                        SELECT id, location, quantity, balance, reason, reference, note, at, counterpart FROM stock_movement
                         WHERE sku = $1 AND id < $2 AND ($4::bigint IS NULL OR location = $4) ORDER BY id DESC LIMIT $3
                        """,
                        Tuple.of(
                                sku.value(),
                                after == null ? Long.MAX_VALUE : after.value(),
                                limit,
                                location == null ? null : location.value()))
                .map(rows -> all(rows, row -> movement(sku, row)));
    }

    Future<Void> insert(SqlConnection transaction, Location location, Instant now) {
        Place place = location.place();
        return transaction
                .preparedQuery("""
                        INSERT INTO location (id, kind, name_zh, name_en, latitude, longitude, created_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        """)
                .execute(Tuple.from(Arrays.asList(
                        location.id().value(),
                        location.kind().text(),
                        location.name().zh(),
                        location.name().en(),
                        place == null ? null : place.latitude(),
                        place == null ? null : place.longitude(),
                        utc(now))))
                .mapEmpty();
    }

    Future<Optional<Location>> location(Id<Location> id) {
        return database.execute("SELECT * FROM location WHERE id = $1", Tuple.of(id.value()))
                .map(rows -> all(rows, StockStore::location).stream().findFirst());
    }

    /** Oldest first. */
    Future<List<Location>> locations(Location.@Nullable Kind kind, int limit, @Nullable Id<Location> after) {
        return database.execute(
                        "SELECT * FROM location WHERE id > $1 AND ($2::text IS NULL OR kind = $2) ORDER BY id LIMIT $3",
                        Tuple.of(after == null ? 0 : after.value(), kind == null ? null : kind.text(), limit))
                .map(rows -> all(rows, StockStore::location));
    }

    /** What there is in a location, by SKU; where a host asks, of its own products. */
    Future<List<StockLevel>> levelsIn(Id<Location> location, @Nullable Long host, int limit, @Nullable Id<?> after) {
        return database.execute(
                        LEVELS + """
                                 WHERE l.location = $1 AND l.sku > $2 AND ($3::bigint IS NULL OR p.host = $3)
                                 ORDER BY l.sku LIMIT $4
                                """, Tuple.of(location.value(), after == null ? 0 : after.value(), host, limit))
                .map(rows -> all(rows, StockStore::level));
    }

    /** What there is of a SKU, by location. */
    Future<List<StockLevel>> levelsOf(Id<Sku> sku, int limit, @Nullable Id<?> after) {
        return database.execute(
                        LEVELS + " WHERE l.sku = $1 AND l.location > $2 ORDER BY l.location LIMIT $3",
                        Tuple.of(sku.value(), after == null ? 0 : after.value(), limit))
                .map(rows -> all(rows, StockStore::level));
    }

    private static SkuOfProduct sku(Row row) {
        Sku sku = new Sku(
                Id.of(row.getLong("sku")),
                new LocalText(row.getString("sku_zh"), row.getString("sku_en")),
                row.getString("code"),
                row.getLong("price_minor"),
                row.getInteger("total"));
        LocalText product = new LocalText(row.getString("name_zh"), row.getString("name_en"));
        return new SkuOfProduct(sku, Id.of(row.getLong("product")), product, Id.of(row.getLong("host")));
    }

    private static StockLevel level(Row row) {
        SkuOfProduct sku = sku(row);
        return new StockLevel(
                sku.sku().id(),
                sku.title(),
                sku.sku().code(),
                Id.of(row.getLong("location")),
                row.getInteger("available"));
    }

    private static Location location(Row row) {
        Double latitude = row.getDouble("latitude");
        return new Location(
                Id.of(row.getLong("id")),
                Location.Kind.of(row.getString("kind")),
                new LocalText(row.getString("name_zh"), row.getString("name_en")),
                latitude == null ? null : new Place(latitude, row.getDouble("longitude")));
    }

    private static Movement movement(Id<Sku> sku, Row row) {
        Long counterpart = row.getLong("counterpart");
        return new Movement(
                Id.of(row.getLong("id")),
                sku,
                Id.of(row.getLong("location")),
                row.getInteger("quantity"),
                row.getInteger("balance"),
                Reason.valueOf(row.getString("reason").toUpperCase(Locale.ROOT)),
                row.getString("reference"),
                row.getString("note"),
                counterpart == null ? null : Id.of(counterpart),
                row.getOffsetDateTime("at").toInstant());
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
        List<T> all = new ArrayList<>(rows.rowCount());
        rows.forEach(row -> all.add(read.apply(row)));
        return all;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
