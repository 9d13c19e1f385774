package io.jishi.catalog;

import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What there is of each SKU in each location, and a movement for every change of it. */
public final class Stock {
    /** Units that one SKU may hold, so that no sum of them leaves an {@code int}. */
    public static final int AVAILABLE_MAX = 1_000_000_000;

    private final StockStore store;
    private final Ids ids;
    private final InstantSource clock;

    Stock(StockStore store, Ids ids, InstantSource clock) {
        this.store = store;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Holds SKUs until the transaction ends. Who moves more than one in a transaction holds them all first by this, after
     * whatever else it holds: so nobody waits for somebody who waits for him.
     */
    public Future<Void> lock(SqlConnection transaction, Collection<Id<Sku>> skus) {
        return store.lock(transaction, skus);
    }

    /** In the main warehouse, see {@link #move(SqlConnection, Id, Id, int, Reason, String)}. */
    public Future<Outcome<Integer>> move(
            SqlConnection transaction, Id<Sku> sku, int quantity, Reason reason, String reference) {
        return move(transaction, sku, Location.MAIN, quantity, reason, reference);
    }

    /**
     * Changes a SKU's stock in a location, in the caller's transaction, and writes the movement that explains it.
     *
     * @param quantity positive into the stock, negative out of it, never 0
     * @param reference what caused it: {@code sale:{id}}, {@code order:{id}}, {@code user:{id}}
     * @return what is available there afterwards; refused, with nothing changed, where it would become negative
     */
    public Future<Outcome<Integer>> move(
            SqlConnection transaction,
            Id<Sku> sku,
            Id<Location> location,
            int quantity,
            Reason reason,
            String reference) {
        return store.lock(transaction, List.of(sku))
                .compose(done -> write(
                        transaction, movement(ids.next(), sku, location, quantity, reason, reference, null), null));
    }

    /** Writes a movement of a SKU that the transaction holds. */
    Future<Outcome<Integer>> write(SqlConnection transaction, Movement movement, @Nullable String key) {
        CatalogRefusal refusal =
                movement.quantity() < 0 ? CatalogRefusal.NOT_ENOUGH_STOCK : CatalogRefusal.TOO_MUCH_STOCK;
        return store.move(transaction, movement, key, AVAILABLE_MAX)
                .map(available -> available.map(Outcome::done).orElseGet(() -> Outcome.refused(refusal)));
    }

    Movement movement(
            Id<Movement> id,
            Id<Sku> sku,
            Id<Location> location,
            int quantity,
            Reason reason,
            String reference,
            @Nullable String note) {
        return new Movement(id, sku, location, quantity, 0, reason, reference, note, null, clock.instant());
    }

    /**
     * What SKUs cost, and how many there are in a location. Where the transaction holds the SKUs it stays so until its end.
     *
     * @return those of the SKUs that exist
     */
    public Future<Map<Id<Sku>, Offer>> offers(
            SqlConnection transaction, Collection<Id<Sku>> skus, Id<Location> location) {
        return store.offers(transaction, skus, location);
    }

    /**
     * Takes units out of a location for an order, each SKU once. The transaction holds the SKUs and has seen in their
     * offers that there are so many; where there are not, this fails.
     */
    public Future<Void> take(
            SqlConnection transaction, Map<Id<Sku>, Integer> units, Id<Location> location, String reference) {
        List<Movement> movements = new ArrayList<>();
        units.forEach((sku, quantity) ->
                movements.add(movement(ids.next(), sku, location, -quantity, Reason.ORDER_RESERVED, reference, null)));
        return store.take(transaction, movements);
    }

    public Future<Optional<Location>> location(Id<Location> id) {
        return store.location(id);
    }

    /** A shelf is a location too, from the transaction in which it is registered. */
    public Future<Void> addShelf(SqlConnection transaction, Location shelf) {
        return store.insert(transaction, shelf, clock.instant());
    }
}
