package io.jishi.catalog;

import io.jishi.catalog.CatalogAnswer.Levels;
import io.jishi.catalog.CatalogAnswer.Locations;
import io.jishi.catalog.CatalogAnswer.Movements;
import io.jishi.catalog.CatalogAnswer.Transferred;
import io.jishi.catalog.CatalogRequest.AddLocation;
import io.jishi.catalog.CatalogRequest.Correct;
import io.jishi.catalog.CatalogRequest.Receive;
import io.jishi.catalog.CatalogRequest.Transfer;
import io.jishi.catalog.Movement.Reason;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What hosts and operators ask of the stock. */
final class StockDesk {
    public static final Method<Receive, CatalogAnswer.Stock> RECEIVE = Method.of(
            "catalog.receive",
            Receive.class,
            CatalogAnswer.Stock.class,
            "Adds units that have arrived in a location to a SKU's stock there.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT,
            CatalogRefusal.LOCATION_NOT_FOUND,
            CatalogRefusal.TOO_MUCH_STOCK);
    public static final Method<Correct, CatalogAnswer.Stock> CORRECT = Method.of(
            "catalog.correct",
            Correct.class,
            CatalogAnswer.Stock.class,
            "Adds or takes units that a count has shown to be there or not. Repeated with the same key it is done once.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT,
            CatalogRefusal.LOCATION_NOT_FOUND,
            CatalogRefusal.NOT_ENOUGH_STOCK,
            CatalogRefusal.TOO_MUCH_STOCK);
    public static final Method<Transfer, Transferred> TRANSFER = Method.of(
            "catalog.transfer",
            Transfer.class,
            Transferred.class,
            "Brings units of a SKU from one location to another. Repeated with the same key it is done once.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT,
            CatalogRefusal.LOCATION_NOT_FOUND,
            CatalogRefusal.SAME_LOCATION,
            CatalogRefusal.NOT_ENOUGH_STOCK);
    public static final Method<CatalogRequest.Movements, Movements> MOVEMENTS = Method.of(
            "catalog.movements",
            CatalogRequest.Movements.class,
            Movements.class,
            "What has changed a SKU's stock, in one location or in all, newest first.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT);
    public static final Method<CatalogRequest.Levels, Levels> LEVELS = Method.of(
            "catalog.stock",
            CatalogRequest.Levels.class,
            Levels.class,
            "What there is in a location, or of a SKU; a host sees its own products.",
            CatalogRefusal.SKU_NOT_FOUND,
            CatalogRefusal.NOT_YOUR_PRODUCT);
    public static final Method<CatalogRequest.Locations, Locations> LOCATIONS = Method.of(
            "catalog.locations", CatalogRequest.Locations.class, Locations.class, "Where units are, oldest first.");
    public static final Method<AddLocation, Location> ADD_LOCATION = Method.of(
            "catalog.add_location", AddLocation.class, Location.class, "Adds a warehouse or a counter to the shop.");

    private final Database database;
    private final CatalogStore products;
    private final StockStore store;
    private final Stock stock;
    private final Ids ids;
    private final InstantSource clock;

    StockDesk(Database database, CatalogStore products, StockStore store, Stock stock, Ids ids, InstantSource clock) {
        this.database = database;
        this.products = products;
        this.store = store;
        this.stock = stock;
        this.ids = ids;
        this.clock = clock;
    }

    void register(Methods methods) {
        methods.add(RECEIVE, this::receive);
        methods.add(CORRECT, this::correct);
        methods.add(TRANSFER, this::transfer);
        methods.add(MOVEMENTS, this::movements);
        methods.add(LEVELS, this::levels);
        methods.add(LOCATIONS, (caller, request) -> locations(request));
        methods.add(ADD_LOCATION, (caller, request) -> addLocation(request));
    }

    private Future<Outcome<Location>> addLocation(AddLocation request) {
        Location location = new Location(ids.next(), request.kind(), request.name(), request.place());
        return database.transaction(transaction -> store.insert(transaction, location, clock.instant()))
                .map(done -> Outcome.done(location));
    }

    private Future<Outcome<Locations>> locations(CatalogRequest.Locations request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.locations(request.kind(), limit + 1, request.after())
                .map(found -> Outcome.done(
                        new Locations(Catalog.first(found, limit), Catalog.next(found, limit, Location::id))));
    }

    private Future<Outcome<CatalogAnswer.Stock>> receive(Caller caller, Receive request) {
        Id<Location> location = Objects.requireNonNull(request.locationId());
        return change(
                caller, request.skuId(), location, request.quantity(), Reason.RECEIPT, request.note(), request.key());
    }

    private Future<Outcome<CatalogAnswer.Stock>> correct(Caller caller, Correct request) {
        return change(
                caller,
                request.skuId(),
                request.locationId(),
                request.quantity(),
                Reason.CORRECTION,
                request.note(),
                request.key());
    }

    private Future<Outcome<CatalogAnswer.Stock>> change(
            Caller caller,
            Id<Sku> sku,
            Id<Location> location,
            int quantity,
            Reason reason,
            @Nullable String note,
            @Nullable String key) {
        Movement movement = stock.movement(ids.next(), sku, location, quantity, reason, person(caller), note);
        return withRight(
                caller,
                sku,
                Role.OPERATOR,
                () -> known(
                        List.of(location),
                        () -> once(
                                        movement,
                                        key,
                                        transaction -> stock.write(transaction, movement, key)
                                                .map(StockDesk::refusal))
                                .compose(refusal -> answer(refusal, () -> available(sku, location)))));
    }

    private Future<Outcome<Transferred>> transfer(Caller caller, Transfer request) {
        Id<Sku> sku = request.skuId();
        Id<Movement> in = ids.next();
        Movement out = stock.movement(
                        ids.next(),
                        sku,
                        request.fromId(),
                        -request.quantity(),
                        Reason.TRANSFER,
                        person(caller),
                        request.note())
                .against(in);
        return withRight(
                caller,
                sku,
                Role.OPERATOR,
                () -> request.fromId().equals(request.toId())
                        ? Future.succeededFuture(Outcome.refused(CatalogRefusal.SAME_LOCATION))
                        : known(
                                List.of(request.fromId(), request.toId()),
                                () -> once(
                                                out,
                                                request.key(),
                                                transaction ->
                                                        transfer(transaction, out, request.toId(), request.key()))
                                        .compose(refusal -> answer(
                                                refusal,
                                                () -> available(sku, request.fromId())
                                                        .compose(from -> available(sku, request.toId())
                                                                .map(to -> new Transferred(from, to)))))));
    }

    private Future<@Nullable Refusal> transfer(SqlConnection transaction, Movement out, Id<Location> to, String key) {
        return stock.write(transaction, out, key).compose(taken -> {
            Refusal refusal = refusal(taken);
            return refusal != null
                    ? Future.succeededFuture(refusal)
                    : stock.write(transaction, out.otherSide(to), null).map(StockDesk::refusal);
        });
    }

    /** Does something that a person asks for in a transaction that holds the SKU, unless the key has done it before. */
    private Future<@Nullable Refusal> once(
            Movement movement, @Nullable String key, Function<SqlConnection, Future<@Nullable Refusal>> work) {
        return database.transaction(transaction -> store.lock(transaction, List.of(movement.skuId()))
                .compose(done -> key == null
                        ? Future.succeededFuture(false)
                        : store.isKnown(transaction, movement.reference(), key))
                .compose(known -> known ? Future.<@Nullable Refusal>succeededFuture(null) : work.apply(transaction)));
    }

    private static <R> Future<Outcome<R>> answer(@Nullable Refusal refusal, Supplier<Future<R>> done) {
        return refusal != null
                ? Future.succeededFuture(Outcome.refused(refusal))
                : done.get().map(Outcome::done);
    }

    private Future<CatalogAnswer.Stock> available(Id<Sku> sku, Id<Location> location) {
        return database.transaction(transaction -> store.available(transaction, sku, location))
                .map(available -> new CatalogAnswer.Stock(sku, location, available));
    }

    private static @Nullable Refusal refusal(Outcome<Integer> moved) {
        return switch (moved) {
            case Outcome.Done<Integer> done -> null;
            case Outcome.Refused<Integer> refused -> refused.refusal();
        };
    }

    private Future<Outcome<Movements>> movements(Caller caller, CatalogRequest.Movements request) {
        int limit = Objects.requireNonNull(request.limit());
        return withRight(
                caller,
                request.skuId(),
                Role.STAFF,
                () -> store.movements(request.skuId(), request.locationId(), limit + 1, request.after())
                        .map(found -> Outcome.done(
                                new Movements(Catalog.first(found, limit), Catalog.next(found, limit, Movement::id)))));
    }

    private Future<Outcome<Levels>> levels(Caller caller, CatalogRequest.Levels request) {
        int limit = Objects.requireNonNull(request.limit());
        Id<Sku> sku = request.skuId();
        Id<Location> location = request.locationId();
        if (location != null) {
            Long host = seesAll(caller, Role.STAFF) ? null : caller.userId().value();
            return store.levelsIn(location, host, limit + 1, request.after())
                    .map(found -> Outcome.done(
                            new Levels(Catalog.first(found, limit), Catalog.next(found, limit, StockLevel::skuId))));
        }
        Id<Sku> wanted = Objects.requireNonNull(sku);
        return withRight(
                caller,
                wanted,
                Role.STAFF,
                () -> store.levelsOf(wanted, limit + 1, request.after())
                        .map(found -> Outcome.done(new Levels(
                                Catalog.first(found, limit), Catalog.next(found, limit, StockLevel::locationId)))));
    }

    private <R> Future<Outcome<R>> known(List<Id<Location>> locations, Supplier<Future<Outcome<R>>> action) {
        Future<Boolean> known = Future.succeededFuture(true);
        for (Id<Location> location : locations) {
            known = known.compose(so -> store.location(location).map(found -> so && found.isPresent()));
        }
        return known.compose(
                so -> so ? action.get() : Future.succeededFuture(Outcome.refused(CatalogRefusal.LOCATION_NOT_FOUND)));
    }

    /** A host acts on its own products; operators, admins and the role named act on all. */
    private <R> Future<Outcome<R>> withRight(
            Caller caller, Id<Sku> sku, Role other, Supplier<Future<Outcome<R>>> action) {
        return products.skus(List.of(sku)).compose(all -> {
            SkuOfProduct found = all.get(sku);
            if (found == null) {
                return Future.succeededFuture(Outcome.refused(CatalogRefusal.SKU_NOT_FOUND));
            }
            if (!seesAll(caller, other) && !found.hostId().toString().equals(caller.user())) {
                return Future.succeededFuture(Outcome.refused(CatalogRefusal.NOT_YOUR_PRODUCT));
            }
            return action.get();
        });
    }

    private static boolean seesAll(Caller caller, Role other) {
        return caller.has(Role.OPERATOR) || caller.has(Role.ADMIN) || caller.has(other);
    }

    private static String person(Caller caller) {
        return "user:" + caller.user();
    }
}
