package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.catalog.Location;
import io.jishi.catalog.Movement.Reason;
import io.jishi.catalog.SkuOfProduct;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.jishi.flashsales.FlashSaleRequest.ActsPage;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.Extend;
import io.jishi.flashsales.FlashSaleRequest.ListActs;
import io.jishi.flashsales.FlashSaleRequest.Start;
import io.jishi.flashsales.SaleAct.Facts;
import io.jishi.flashsales.SaleAct.Kind;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What hosts do with their sales: start, extend, add stock, stop. Each act is one transaction, which holds the sale's
 * pool while it looks and changes, so that acts, closing, and each other's repetitions have one order; what was done is
 * written down in the same transaction.
 */
final class SaleControl {
    private final Database database;
    private final SaleStore store;
    private final SaleActStore acts;
    private final Waitlist waitlist;
    private final Catalog catalog;
    private final Rooms rooms;
    private final Ids ids;
    private final InstantSource clock;

    SaleControl(
            Database database,
            SaleStore store,
            Waitlist waitlist,
            Catalog catalog,
            Rooms rooms,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.acts = new SaleActStore(database);
        this.waitlist = waitlist;
        this.catalog = catalog;
        this.rooms = rooms;
        this.ids = ids;
        this.clock = clock;
    }

    Future<Outcome<SaleState>> start(Caller caller, Start request) {
        String key = request.key();
        if (key == null) {
            return startNew(caller, request);
        }
        return started(caller, key)
                .compose(earlier -> earlier.isPresent()
                        ? Future.succeededFuture(earlier.get())
                        : startNew(caller, request)
                                .recover(failure -> SaleActStore.isStarted(failure)
                                        ? started(caller, key).map(Optional::orElseThrow)
                                        : Future.failedFuture(failure)));
    }

    /** The sale that somebody has started with a key. */
    private Future<Optional<Outcome<SaleState>>> started(Caller caller, String key) {
        return acts.started(caller.userId(), key)
                .compose(sale -> sale.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : store.state(sale.get()).map(state -> state.map(Outcome::done)));
    }

    private Future<Outcome<SaleState>> startNew(Caller caller, Start request) {
        Future<Boolean> mayUseRoom = request.roomId() == null
                ? Future.succeededFuture(true)
                : rooms.hostOf(request.roomId())
                        .map(host -> host.isPresent() && (isSelf(caller, host.get()) || caller.has(Role.ADMIN)));
        return mayUseRoom.compose(may -> may
                ? catalog.sku(request.skuId()).compose(sku -> start(caller, request, sku))
                : refused(FlashSaleRefusal.NOT_YOUR_ROOM));
    }

    private Future<Outcome<SaleState>> start(Caller caller, Start request, Optional<SkuOfProduct> sku) {
        if (sku.isEmpty()) {
            return refused(CatalogRefusal.SKU_NOT_FOUND);
        }
        if (!isSelf(caller, sku.get().hostId()) && !caller.has(Role.ADMIN)) {
            return refused(CatalogRefusal.NOT_YOUR_PRODUCT);
        }
        Instant now = now();
        Instant opensAt = request.opensAt(now);
        if (opensAt.isBefore(now) || opensAt.isAfter(now.plus(FlashSale.AHEAD_MAX))) {
            return refused(FlashSaleRefusal.BEYOND_BOUNDS);
        }
        SaleTerms terms = request.terms(ids.next(), caller.userId(), sku.get().title(), opensAt);
        Id<Location> location = request.location();
        return catalog.stock()
                .location(location)
                .compose(found -> found.isEmpty()
                        ? refused(CatalogRefusal.LOCATION_NOT_FOUND)
                        : start(caller, request, terms, location, now));
    }

    private Future<Outcome<SaleState>> start(
            Caller caller, Start request, SaleTerms terms, Id<Location> location, Instant now) {
        return database.transaction(transaction -> take(transaction, terms, location, terms.quantity())
                .compose(refusal -> refusal == null
                        ? store.insert(transaction, terms, location, now)
                                .compose(done -> acts.invite(transaction, terms.id(), request.guests()))
                                .compose(done -> record(
                                        transaction, caller, terms, Kind.START, now, null, facts(terms), request.key()))
                                .map(Outcome.done(new SaleState(
                                        terms,
                                        false,
                                        terms.quantity(),
                                        terms.quantity(),
                                        0,
                                        null,
                                        terms.lobby() == null ? null : LobbyState.EMPTY)))
                        : refused(refusal)));
    }

    Future<Outcome<SaleState>> extend(Caller caller, Extend request) {
        return act(caller, request.saleId(), request.key(), (transaction, state) -> {
            SaleTerms terms = state.terms();
            Instant endsAt = terms.endsAt().plusSeconds(request.seconds());
            if (Duration.between(terms.opensAt(), endsAt).compareTo(FlashSale.DURATION_MAX) > 0) {
                return Future.succeededFuture(FlashSaleRefusal.BEYOND_BOUNDS);
            }
            Facts after = new Facts(terms.quantity(), endsAt);
            return store.change(transaction, terms.id(), after)
                    .compose(done ->
                            record(transaction, caller, terms, Kind.EXTEND, now(), facts(terms), after, request.key()))
                    .map((Refusal) null);
        });
    }

    /** The new units go into the pool, from where nodes take them into their segments as they do with all others. */
    Future<Outcome<SaleState>> addStock(Caller caller, AddStock request) {
        return act(caller, request.saleId(), request.key(), (transaction, state) -> {
            SaleTerms terms = state.terms();
            if (terms.quantity() + request.quantity() > FlashSale.QUANTITY_MAX) {
                return Future.succeededFuture(FlashSaleRefusal.BEYOND_BOUNDS);
            }
            Facts after = new Facts(terms.quantity() + request.quantity(), terms.endsAt());
            return store.location(transaction, terms.id())
                    .compose(location -> take(transaction, terms, location, request.quantity()))
                    .compose(refusal -> refusal != null
                            ? Future.succeededFuture(refusal)
                            : store.putBack(transaction, terms.id(), request.quantity())
                                    .compose(done -> store.change(transaction, terms.id(), after))
                                    .compose(done -> waitlist.serve(transaction, terms.id()))
                                    .compose(done -> record(
                                            transaction,
                                            caller,
                                            terms,
                                            Kind.ADD_STOCK,
                                            now(),
                                            facts(terms),
                                            after,
                                            request.key()))
                                    .map((Refusal) null));
        });
    }

    /** What a host does with a sale that runs, in the transaction that holds its pool. */
    private interface Step {
        /** @return why it was not done; null where it was */
        Future<@Nullable Refusal> take(SqlConnection transaction, SaleState state);
    }

    private Future<Outcome<SaleState>> act(Caller caller, Id<Sale> id, String key, Step step) {
        return mine(caller, id)
                .compose(refusal -> refusal != null
                        ? refused(refusal)
                        : database.transaction(transaction -> store.lock(transaction, id)
                                        .compose(done -> acts.isKnown(transaction, id, key))
                                        .compose(known -> known
                                                ? Future.<@Nullable Refusal>succeededFuture(null)
                                                : store.state(transaction, id)
                                                        .compose(state -> actOn(transaction, state, step))))
                                .compose(why -> why != null
                                        ? refused(why)
                                        : store.state(id).map(state -> Outcome.done(state.orElseThrow()))));
    }

    private Future<@Nullable Refusal> actOn(SqlConnection transaction, SaleState state, Step step) {
        return FlashSale.isOver(state.terms(), state.closed(), clock.instant())
                ? Future.succeededFuture(FlashSaleRefusal.ENDED)
                : step.take(transaction, state);
    }

    Future<Outcome<SaleState>> stop(Caller caller, Id<Sale> id) {
        return mine(caller, id)
                .compose(refusal -> refusal != null
                        ? refused(refusal)
                        : database.transaction(transaction -> store.lock(transaction, id)
                                        .compose(done -> store.state(transaction, id))
                                        .compose(state -> stop(transaction, caller, state)))
                                .compose(done -> store.state(id))
                                .map(state -> Outcome.done(state.orElseThrow())));
    }

    private Future<Void> stop(SqlConnection transaction, Caller caller, SaleState state) {
        SaleTerms terms = state.terms();
        Instant now = now();
        Instant endsAt = now.isBefore(terms.endsAt()) ? now : terms.endsAt();
        return store.close(transaction, terms.id(), true, now)
                .compose(left -> left.isEmpty()
                        ? Future.succeededFuture()
                        : putBack(transaction, terms, left.get())
                                .compose(done -> store.revise(transaction, terms.id()))
                                .compose(done -> record(
                                        transaction,
                                        caller,
                                        terms,
                                        Kind.STOP,
                                        now,
                                        facts(terms),
                                        new Facts(terms.quantity(), endsAt),
                                        null)));
    }

    /** Closes a sale whose time is over and returns what is left to its SKU. */
    Future<Void> close(Id<Sale> id) {
        return database.transaction(transaction -> store.lock(transaction, id)
                .compose(done -> store.state(transaction, id))
                .compose(state -> store.close(transaction, id, false, clock.instant())
                        .compose(left -> left.isEmpty()
                                ? Future.succeededFuture()
                                : putBack(transaction, state.terms(), left.get()))));
    }

    /** What a host's sale has seen, for the host and for operators. */
    Future<Outcome<ActsPage>> acts(Caller caller, ListActs request) {
        int limit = Objects.requireNonNull(request.limit());
        Future<@Nullable Refusal> allowed = caller.has(Role.OPERATOR) || caller.has(Role.STAFF)
                ? store.state(request.saleId()).map(found -> found.isEmpty() ? FlashSaleRefusal.SALE_NOT_FOUND : null)
                : mine(caller, request.saleId());
        return allowed.compose(refusal -> refusal != null
                ? Future.succeededFuture(Outcome.refused(refusal))
                : acts.page(request.saleId(), limit + 1, request.after()).map(found -> {
                    List<SaleAct> items = found.subList(0, Math.min(limit, found.size()));
                    return Outcome.done(new ActsPage(
                            items, found.size() > limit ? items.getLast().id() : null));
                }));
    }

    private Future<@Nullable Refusal> mine(Caller caller, Id<Sale> id) {
        return store.state(id).map(found -> {
            if (found.isEmpty()) {
                return FlashSaleRefusal.SALE_NOT_FOUND;
            }
            boolean mine = isSelf(caller, found.get().terms().host()) || caller.has(Role.ADMIN);
            return mine ? null : FlashSaleRefusal.NOT_YOUR_SALE;
        });
    }

    /** @return why the SKU has not given them; null where it has */
    private Future<@Nullable Refusal> take(
            SqlConnection transaction, SaleTerms terms, Id<Location> location, int units) {
        return catalog.stock()
                .move(transaction, terms.sku(), location, -units, Reason.SALE_RESERVED, "sale:" + terms.id())
                .map(moved -> switch (moved) {
                    case Outcome.Done<Integer> done -> null;
                    case Outcome.Refused<Integer> no -> no.refusal();
                });
    }

    private Future<Void> putBack(SqlConnection transaction, SaleTerms terms, int units) {
        return units == 0
                ? Future.succeededFuture()
                : store.location(transaction, terms.id())
                        .compose(location -> ReturnedUnits.moved(catalog.stock()
                                .move(
                                        transaction,
                                        terms.sku(),
                                        location,
                                        units,
                                        Reason.SALE_RETURNED,
                                        "sale:" + terms.id())));
    }

    private Future<Void> record(
            SqlConnection transaction,
            Caller caller,
            SaleTerms terms,
            Kind kind,
            Instant at,
            @Nullable Facts before,
            Facts after,
            @Nullable String key) {
        return acts.insert(
                transaction, new SaleAct(ids.next(), terms.id(), kind, caller.userId(), at, before, after), key);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Facts facts(SaleTerms terms) {
        return new Facts(terms.quantity(), terms.endsAt());
    }

    private static <R> Future<Outcome<R>> refused(Refusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    private static boolean isSelf(Caller caller, Id<User> user) {
        return user.toString().equals(caller.user());
    }
}
