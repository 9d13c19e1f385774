package io.jishi.catalog;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Setting;
import io.jishi.database.Database;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Products and SKUs; what there is of them is {@link Stock}. */
public final class Catalog {
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
    private final Database database;
    private final CatalogStore store;
    private final Stock stock;
    private final StockDesk desk;
    private final Ids ids;
    private final InstantSource clock;

    public Catalog(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.store = new CatalogStore(database);
        StockStore stocks = new StockStore(database);
        this.stock = new Stock(stocks, ids, clock);
        this.desk = new StockDesk(database, store, stocks, stock, ids, clock);
        this.ids = ids;
        this.clock = clock;
    }

    public Stock stock() {
        return stock;
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
        desk.register(methods);
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

    private Future<Outcome<CatalogAnswer.Products>> products(CatalogRequest.Products request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.products(limit + 1, request.after())
                .map(found ->
                        Outcome.done(new CatalogAnswer.Products(first(found, limit), next(found, limit, Product::id))));
    }

    static <T> List<T> first(List<T> found, int limit) {
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** The id to ask for the next page after; null where this one is the last. */
    static <T, K> @Nullable Id<K> next(List<T> found, int limit, Function<T, Id<K>> id) {
        return found.size() > limit ? id.apply(found.get(limit - 1)) : null;
    }
}
