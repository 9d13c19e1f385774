package io.jishi.carts;

import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The tables {@code cart} and {@code cart_line}. */
final class CartStore {
    /** Holds a buyer's cart until the transaction ends. */
    Future<Void> lock(SqlConnection transaction, Id<User> buyer, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO cart (buyer, changed_at) VALUES ($1, $2)
                        ON CONFLICT (buyer) DO UPDATE SET changed_at = excluded.changed_at
                        """)
                .execute(Tuple.of(buyer.value(), now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    /** Units by SKU, first what was put in first. */
    Future<SequencedMap<Id<Sku>, Integer>> lines(SqlConnection transaction, Id<User> buyer) {
        return transaction
                .preparedQuery("SELECT sku, quantity FROM cart_line WHERE buyer = $1 ORDER BY added_at, sku")
                .execute(Tuple.of(buyer.value()))
                .map(rows -> {
                    SequencedMap<Id<Sku>, Integer> lines = new LinkedHashMap<>();
                    for (Row row : rows) {
                        lines.put(Id.of(row.getLong("sku")), row.getInteger("quantity"));
                    }
                    return lines;
                });
    }

    Future<Void> put(SqlConnection transaction, Id<User> buyer, Id<Sku> sku, int quantity, Instant now) {
        return transaction
                .preparedQuery("""
                        INSERT INTO cart_line (buyer, sku, quantity, added_at) VALUES ($1, $2, $3, $4)
                        ON CONFLICT (buyer, sku) DO UPDATE SET quantity = excluded.quantity
                        """)
                .execute(Tuple.of(buyer.value(), sku.value(), quantity, now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    Future<Void> remove(SqlConnection transaction, Id<User> buyer, Id<Sku> sku) {
        return transaction
                .preparedQuery("DELETE FROM cart_line WHERE buyer = $1 AND sku = $2")
                .execute(Tuple.of(buyer.value(), sku.value()))
                .mapEmpty();
    }

    Future<Void> empty(SqlConnection transaction, Id<User> buyer) {
        return transaction
                .preparedQuery("DELETE FROM cart_line WHERE buyer = $1")
                .execute(Tuple.of(buyer.value()))
                .mapEmpty();
    }
}
