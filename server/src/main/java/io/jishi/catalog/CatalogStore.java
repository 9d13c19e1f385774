package io.jishi.catalog;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue's SQL. */
final class CatalogStore {
    private static final String PRODUCT_WITH_SKUS = """
            SELECT p.id, p.host, p.name_zh, p.name_en, p.description_zh, p.description_en, p.image,
                   s.id AS sku, s.code, s.name_zh AS sku_zh, s.name_en AS sku_en, s.price_minor, s.available
              FROM product p JOIN sku s ON s.product = p.id
            """;

    private final Database database;

    CatalogStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(SqlConnection transaction, Product product, Instant now) {
        LocalText description = product.description();
        return transaction
                .preparedQuery("""
                        INSERT INTO product (id, host, name_zh, name_en, description_zh, description_en, image, created_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        """)
                .execute(Tuple.from(java.util.Arrays.asList(
                        product.id().value(),
                        product.hostId().value(),
                        product.name().zh(),
                        product.name().en(),
                        description == null ? null : description.zh(),
                        description == null ? null : description.en(),
                        product.image(),
                        utc(now))))
                .compose(done -> insertSkus(transaction, product));
    }

    private static Future<Void> insertSkus(SqlConnection transaction, Product product) {
        List<Tuple> rows = new ArrayList<>();
        for (Sku sku : product.skus()) {
            rows.add(Tuple.of(
                    sku.id().value(),
                    product.id().value(),
                    rows.size(),
                    sku.code(),
                    sku.name().zh(),
                    sku.name().en(),
                    sku.priceMinor()));
        }
        return transaction.preparedQuery("""
                        INSERT INTO sku (id, product, position, code, name_zh, name_en, price_minor)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        """).executeBatch(rows).mapEmpty();
    }

    /** Newest first. */
    Future<List<Product>> products(int limit, @Nullable Id<Product> after) {
        return database.execute(
                        PRODUCT_WITH_SKUS + """
                                 WHERE p.id IN (SELECT id FROM product WHERE id < $1 ORDER BY id DESC LIMIT $2)
                                 ORDER BY p.id DESC, s.position
                                """, Tuple.of(after == null ? Long.MAX_VALUE : after.value(), limit))
                .map(CatalogStore::products);
    }

    Future<Optional<Product>> product(Id<Product> id) {
        return database.execute(PRODUCT_WITH_SKUS + " WHERE p.id = $1 ORDER BY s.position", Tuple.of(id.value()))
                .map(rows -> products(rows).stream().findFirst());
    }

    Future<Map<Id<Sku>, SkuOfProduct>> skus(Collection<Id<Sku>> ids) {
        Long[] wanted = ids.stream().map(Id::value).toArray(Long[]::new);
        return database.execute(PRODUCT_WITH_SKUS + " WHERE s.id = ANY ($1)", Tuple.of(wanted))
                .map(rows -> {
                    Map<Id<Sku>, SkuOfProduct> found = new HashMap<>();
                    for (Row row : rows) {
                        Sku sku = sku(row);
                        found.put(
                                sku.id(),
                                new SkuOfProduct(sku, Id.of(row.getLong("id")), name(row), Id.of(row.getLong("host"))));
                    }
                    return found;
                });
    }

    private static List<Product> products(RowSet<Row> rows) {
        Map<Long, Product> products = new LinkedHashMap<>();
        for (Row row : rows) {
            products.merge(row.getLong("id"), product(row), (before, more) -> {
                List<Sku> skus = new ArrayList<>(before.skus());
                skus.addAll(more.skus());
                return new Product(
                        before.id(), before.name(), before.description(), before.image(), before.hostId(), skus);
            });
        }
        return List.copyOf(products.values());
    }

    private static Product product(Row row) {
        String zh = row.getString("description_zh");
        return new Product(
                Id.of(row.getLong("id")),
                name(row),
                zh == null ? null : new LocalText(zh, row.getString("description_en")),
                row.getString("image"),
                Id.of(row.getLong("host")),
                List.of(sku(row)));
    }

    private static LocalText name(Row row) {
        return new LocalText(row.getString("name_zh"), row.getString("name_en"));
    }

    private static Sku sku(Row row) {
        return new Sku(
                Id.of(row.getLong("sku")),
                new LocalText(row.getString("sku_zh"), row.getString("sku_en")),
                row.getString("code"),
                row.getLong("price_minor"),
                row.getInteger("available"));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
