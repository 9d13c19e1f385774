package io.jishi.catalog;

import io.jishi.accounts.User;
import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Products, SKUs, and a movement for every change of stock. */
public final class Catalog {
    /** Units that one SKU may hold, so that no sum of them leaves an {@code int}. */
    public static final int AVAILABLE_MAX = 1_000_000_000;

    public static final List<Setting<?>> SETTINGS = List.of();

    public static final Method<CatalogRequest.Products, CatalogAnswer.Products> PRODUCTS = Method.of(
            "catalog.products", CatalogRequest.Products.class, CatalogAnswer.Products.class, "Products, newest first.");
    public static final Method<CatalogRequest.OneProduct, Product> PRODUCT = Method.of(
            "catalog.product",
            CatalogRequest.OneProduct.class,
            Product.class,
            "One product with its SKUs.",
            CatalogRefusal.PRODUCT_NOT_FOUND);
    public static final Method<CatalogRequest.Create, Product> CREATE = Method.of(
            "catalog.create", CatalogRequest.Create.class, Product.class, "Adds a product of the host who asks.");
    public static final Method<CatalogRequest.Receive, CatalogAnswer.Stock> RECEIVE = Method.of(
            "catalog.receive",
            CatalogRequest.Receive.class,
            CatalogAnswer.Stock.class,
            "Adds units that have arrived to a SKU's stock.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT,
            CatalogRefusal.TOO_MUCH_STOCK);
    public static final Method<CatalogRequest.Movements, CatalogAnswer.Movements> MOVEMENTS = Method.of(
            "catalog.movements",
            CatalogRequest.Movements.class,
            CatalogAnswer.Movements.class,
            "What has changed a SKU's stock, newest first.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT);

    private final Database database;
    private final CatalogStore store;
    private final Ids ids;
    private final InstantSource clock;

    public Catalog(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.store = new CatalogStore(database);
        this.ids = ids;
        this.clock = clock;
    }

    public void register(Methods methods) {
        methods.add(PRODUCTS, (caller, request) -> products(request));
        methods.add(
                PRODUCT,
                (caller, request) -> product(request.productId())
                        .map(found -> found.map(Outcome::done)
                                .orElseGet(() -> Outcome.refused(CatalogRefusal.PRODUCT_NOT_FOUND))));
        methods.add(
                CREATE, (caller, request) -> create(caller.userId(), request).map(Outcome::done));
        methods.add(RECEIVE, this::receive);
        methods.add(MOVEMENTS, this::movements);
    }

    public Future<Optional<Product>> product(Id<Product> id) {
        return store.product(id);
    }

    public Future<Optional<SkuOfProduct>> sku(Id<Sku> id) {
        return store.skus(List.of(id)).map(found -> Optional.ofNullable(found.get(id)));
    }

    /** Those of the SKUs that exist. */
    public Future<Map<Id<Sku>, SkuOfProduct>> skus(Collection<Id<Sku>> ids) {
        return store.skus(ids);
    }

    public Future<Product> create(Id<User> host, CatalogRequest.Create request) {
        List<Sku> skus = request.skus().stream()
                .map(sku -> new Sku(ids.next(), sku.name(), sku.code(), sku.priceMinor(), 0))
                .toList();
        Product product = new Product(ids.next(), request.name(), request.description(), request.image(), host, skus);
        return database.transaction(transaction -> store.insert(transaction, product, clock.instant()))
                .map(done -> product);
    }

    /**
     * Changes a SKU's stock in the caller's transaction and writes the movement that explains it.
     *
     * @param quantity positive into the stock, negative out of it, never 0
     * @param reference what caused it: {@code sale:{id}}, {@code order:{id}}, {@code user:{id}}
     * @return what is available afterwards; refused, with nothing changed, where the stock would become negative
     */
    public Future<Outcome<Integer>> move(
            SqlConnection transaction, Id<Sku> sku, int quantity, Reason reason, String reference) {
        return move(transaction, sku, quantity, reason, reference, null);
    }

    private Future<Outcome<Integer>> move(
            SqlConnection transaction,
            Id<Sku> sku,
            int quantity,
            Reason reason,
            String reference,
            @Nullable String note) {
        Instant now = clock.instant();
        Movement movement = new Movement(ids.next(), sku, quantity, 0, reason, reference, note, now);
        CatalogRefusal refusal = quantity < 0 ? CatalogRefusal.NOT_ENOUGH_STOCK : CatalogRefusal.TOO_MUCH_STOCK;
        return store.move(transaction, movement, AVAILABLE_MAX)
                .map(available -> available.map(Outcome::done).orElseGet(() -> Outcome.refused(refusal)));
    }

    private Future<Outcome<CatalogAnswer.Products>> products(CatalogRequest.Products request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.products(limit + 1, request.after())
                .map(found ->
                        Outcome.done(new CatalogAnswer.Products(first(found, limit), next(found, limit, Product::id))));
    }

    private Future<Outcome<CatalogAnswer.Stock>> receive(Caller caller, CatalogRequest.Receive request) {
        return withRight(
                caller,
                request.skuId(),
                Role.OPERATOR,
                () -> database.transaction(transaction -> move(
                                transaction,
                                request.skuId(),
                                request.quantity(),
                                Reason.RECEIPT,
                                "user:" + caller.user(),
                                request.note()))
                        .map(outcome -> outcome.map(available -> new CatalogAnswer.Stock(request.skuId(), available))));
    }

    private Future<Outcome<CatalogAnswer.Movements>> movements(Caller caller, CatalogRequest.Movements request) {
        int limit = Objects.requireNonNull(request.limit());
        return withRight(
                caller,
                request.skuId(),
                Role.STAFF,
                () -> store.movements(request.skuId(), limit + 1, request.after())
                        .map(found -> Outcome.done(
                                new CatalogAnswer.Movements(first(found, limit), next(found, limit, Movement::id)))));
    }

    /** A host acts on its own products; operators, admins and the role named act on all. */
    private <R> Future<Outcome<R>> withRight(
            Caller caller, Id<Sku> sku, Role other, Supplier<Future<Outcome<R>>> action) {
        return sku(sku).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Outcome.refused(CatalogRefusal.SKU_NOT_FOUND));
            }
            boolean everything = caller.has(Role.OPERATOR) || caller.has(Role.ADMIN) || caller.has(other);
            if (!everything && !found.get().hostId().toString().equals(caller.user())) {
                return Future.succeededFuture(Outcome.refused(CatalogRefusal.NOT_YOUR_PRODUCT));
            }
            return action.get();
        });
    }

    private static <T> List<T> first(List<T> found, int limit) {
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** The id to ask for the next page after; null where this one is the last. */
    private static <T> @Nullable Id<T> next(List<T> found, int limit, Function<T, Id<T>> id) {
        return found.size() > limit ? id.apply(found.get(limit - 1)) : null;
    }
}
