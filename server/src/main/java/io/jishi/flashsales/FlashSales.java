package io.jishi.flashsales;

import io.jishi.accounts.Tokens;
import io.jishi.accounts.User;
import io.jishi.catalog.Catalog;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.flashsales.Door.Visitor;
import io.jishi.flashsales.FlashSaleRequest.AddStock;
import io.jishi.flashsales.FlashSaleRequest.Announcement;
import io.jishi.flashsales.FlashSaleRequest.AskChallenge;
import io.jishi.flashsales.FlashSaleRequest.Claim;
import io.jishi.flashsales.FlashSaleRequest.Enter;
import io.jishi.flashsales.FlashSaleRequest.Extend;
import io.jishi.flashsales.FlashSaleRequest.ListSales;
import io.jishi.flashsales.FlashSaleRequest.Page;
import io.jishi.flashsales.FlashSaleRequest.Start;
import io.jishi.flashsales.FlashSaleRequest.Stop;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.flashsales.FlashSaleRequest.Work;
import io.jishi.orders.Order;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Flash sales: started by a host, claimed by many, never oversold. */
public final class FlashSales {
    public static final List<Setting<?>> SETTINGS = FlashSaleSettings.ALL;

    private final SaleStore store;
    private final Waitlist waitlist;
    private final SaleControl control;
    private final SaleDesks desks;
    private final SaleWatch watch;
    private final Channels channels;
    private final ReturnedUnits returnedUnits;
    private final Rooms rooms;
    private final Door door;
    private final ClaimPace pace;
    /** Null where claims need not earn anything. */
    private final @Nullable Challenge challenge;

    private final InstantSource clock;

    public FlashSales(
            Database database,
            Channels channels,
            Membership membership,
            Catalog catalog,
            Rooms rooms,
            Audiences audiences,
            Ids ids,
            InstantSource clock,
            Timers timers,
            Settings settings) {
        this.store = new SaleStore(database);
        this.channels = channels;
        FlashSaleSettings bounds = FlashSaleSettings.of(settings);
        this.waitlist = new Waitlist(database, store, ids, clock, bounds);
        this.returnedUnits = new ReturnedUnits(store, waitlist, catalog.stock());
        this.control = new SaleControl(database, store, waitlist, catalog, rooms, ids, clock);
        this.rooms = rooms;
        this.door = new Door(clock);
        this.pace = new ClaimPace(bounds, clock);
        this.challenge =
                bounds.workBits() == 0 ? null : new ProofOfWork(settings.get(Tokens.SECRET), bounds.workBits());
        this.clock = clock;
        ClaimStore claims = new ClaimStore(database);
        this.desks = new SaleDesks(
                store,
                new SaleDesk.Tools(
                        claims,
                        new FirstOrderStore(database),
                        new LobbyStore(database),
                        new SaleActStore(database),
                        audiences,
                        new DeviceSeats.Store(database),
                        membership,
                        ids,
                        clock,
                        timers,
                        bounds));
        this.watch = new SaleWatch(
                store, claims, desks, channels, membership, clock, timers, control::close, waitlist::serve);
    }

    public void register(Methods methods) {
        methods.add(FlashSaleMethods.START, this::start);
        methods.add(FlashSaleMethods.EXTEND, this::extend);
        methods.add(FlashSaleMethods.ADD_STOCK, this::addStock);
        methods.add(FlashSaleMethods.STOP, this::stop);
        methods.add(FlashSaleMethods.ACTS, control::acts);
        methods.add(
                FlashSaleMethods.GET,
                (caller, request) -> sale(request.saleId())
                        .map(found -> found.map(Outcome::done)
                                .orElseGet(() -> Outcome.refused(FlashSaleRefusal.SALE_NOT_FOUND))));
        methods.add(FlashSaleMethods.LIST, (caller, request) -> list(request));
        methods.add(
                FlashSaleMethods.WAIT,
                (caller, request) -> paced(caller, () -> join(caller.userId(), request, caller.address())));
        methods.add(
                FlashSaleMethods.LEAVE,
                (caller, request) ->
                        leave(caller.userId(), request.saleId()).map(done -> Outcome.done(new Method.Nothing())));
        methods.add(
                FlashSaleMethods.ENTER,
                (caller, request) -> paced(caller, () -> enter(caller.userId(), request, caller.address())));
        methods.add(
                FlashSaleMethods.CHALLENGE,
                (caller, request) -> paced(caller, () -> Future.succeededFuture(challenge(caller, request))));
        methods.add(
                FlashSaleMethods.CLAIM,
                (caller, request) -> paced(caller, () -> claim(caller.userId(), request, caller.address())));
        channels.guard("sale", (caller, key) -> sale(Id.parse(key)).map(Optional::isPresent));
        channels.greet("sale", (caller, key) -> sale(Id.parse(key)).map(found -> found.orElseThrow()));
    }

    private <R> Future<Outcome<R>> paced(Caller caller, Supplier<Future<Outcome<R>>> act) {
        return pace.allows(caller) ? act.get() : refused(FlashSaleRefusal.TOO_FAST);
    }

    private Outcome<Work> challenge(Caller caller, AskChallenge request) {
        if (challenge == null) {
            return Outcome.done(new Work(null, 0, null));
        }
        Challenge.Asked asked = challenge.ask(request.saleId(), caller.userId(), request.key(), clock.instant());
        return Outcome.done(new Work(asked.text(), asked.bits(), asked.until()));
    }

    /** Hears of orders that were made of places in waiting lists, in the transaction that makes them. */
    @FunctionalInterface
    public interface OfferedListener {
        Future<Void> offered(SqlConnection transaction, List<Order> orders);
    }

    /** Who tells buyers that units are kept for them. Called while wiring. */
    public void onOffered(OfferedListener listener) {
        waitlist.onOffered(listener);
    }

    /** Begins to stream sales, to end them in time, and to look after the units of nodes that are gone. */
    public Future<Void> start() {
        watch.start();
        return Future.succeededFuture();
    }

    /** Refuses new claims, answers those under way, returns this node's units. */
    public Future<Void> stop() {
        return desks.stop().onComplete(stopped -> watch.stop());
    }

    /** Leaves only claims at work. For tests that count statements. */
    void pauseWatch() {
        watch.stop();
    }

    /** Whether this node knows who has orders of a sale that is sold out. For tests. */
    boolean knowsWinners(Id<Sale> sale) {
        SaleDesk desk = desks.opened(sale);
        return desk != null && desk.knowsWinners();
    }

    /** As if the process had died. For tests. */
    void abandon() {
        watch.stop();
        desks.abandon();
    }

    public Future<Optional<Sale>> sale(Id<Sale> id) {
        return store.state(id).map(found -> found.map(this::view));
    }

    /** Sales of a room that have not ended, newest first. */
    public Future<List<Sale>> salesOfRoom(Id<?> room) {
        return store.sales(room, FlashSaleRequest.PAGE_MAX, null)
                .map(found -> found.stream()
                        .map(this::view)
                        .filter(sale -> sale.stage() != SaleStage.ENDED)
                        .toList());
    }

    public Future<Outcome<Order>> claim(Id<User> buyer, Claim request) {
        return claim(buyer, request, "");
    }

    private Future<Outcome<Order>> claim(Id<User> buyer, Claim request, String address) {
        SaleDesk opened = desks.opened(request.saleId());
        return opened != null
                ? claim(opened, buyer, request, address)
                : desks.desk(request.saleId())
                        .compose(desk -> desk.isEmpty() ? noSale() : claim(desk.get(), buyer, request, address));
    }

    private static <R> Future<Outcome<R>> noSale() {
        return refused(FlashSaleRefusal.SALE_NOT_FOUND);
    }

    private static <R> Future<Outcome<R>> refused(FlashSaleRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }

    /** Waits for units of a sold-out sale that come back. */
    public Future<Outcome<Waiting>> join(Id<User> buyer, Wait request) {
        return join(buyer, request, "");
    }

    private Future<Outcome<Waiting>> join(Id<User> buyer, Wait request, String address) {
        return desks.desk(request.saleId()).compose(desk -> {
            if (desk.isEmpty()) {
                return noSale();
            }
            SaleTerms terms = desk.get().terms();
            if (terms.lobby() != null) {
                return refused(FlashSaleRefusal.TURN_NEEDED);
            }
            return clock.instant().isBefore(terms.opensAt())
                    ? refused(FlashSaleRefusal.NOT_OPEN)
                    : door.through(
                            desk.get(),
                            new Visitor(buyer, request.device(), address),
                            () -> waitlist.join(terms, buyer, request));
        });
    }

    /** Gives a place in a waiting list up. */
    public Future<Void> leave(Id<User> buyer, Id<Sale> sale) {
        return waitlist.leave(sale, buyer);
    }

    /** Takes a place in the waiting room of a sale. */
    public Future<Outcome<LobbyPlace>> enter(Id<User> buyer, Enter request) {
        return enter(buyer, request, "");
    }

    private Future<Outcome<LobbyPlace>> enter(Id<User> buyer, Enter request, String address) {
        return desks.desk(request.saleId()).compose(desk -> {
            if (desk.isEmpty()) {
                return noSale();
            }
            Lobby lobby = desk.get().lobby();
            return lobby == null
                    ? refused(FlashSaleRefusal.NO_LOBBY)
                    : door.through(
                            desk.get(),
                            new Visitor(buyer, request.device(), address),
                            () -> lobby.enter(buyer, Boolean.TRUE.equals(request.again())));
        });
    }

    /** Where nothing is asked of anybody the way to the desk is as short as it can be. */
    private Future<Outcome<Order>> claim(SaleDesk desk, Id<User> buyer, Claim request, String address) {
        return challenge == null && desk.isOpenToAll()
                ? desk.claim(buyer, request.quantity(), request.key())
                : claim(desk, new Visitor(buyer, request.device(), address), request);
    }

    private Future<Outcome<Order>> claim(SaleDesk desk, Visitor visitor, Claim request) {
        Instant now = clock.instant();
        if (challenge != null
                && !challenge.isMet(request.saleId(), visitor.buyer(), request.key(), request.proof(), now)) {
            return refused(FlashSaleRefusal.PROOF_NEEDED);
        }
        FlashSaleRefusal turn = turn(desk.terms(), visitor, request, now);
        return door.keepsOut(desk, visitor)
                .compose(kept -> kept == FlashSaleRefusal.BUSY
                        ? refused(kept)
                        : desk.claim(visitor.buyer(), request.quantity(), request.key(), kept == null ? turn : kept));
    }

    /** Why it is not the visitor's turn; null where it is, or where nobody asks. */
    private static @Nullable FlashSaleRefusal turn(SaleTerms terms, Visitor visitor, Claim request, Instant now) {
        LobbyTerms lobby = terms.lobby();
        if (lobby == null) {
            return null;
        }
        return switch (lobby.passes().judge(request.pass(), terms.id(), visitor.buyer(), now)) {
            case FORGED -> FlashSaleRefusal.TURN_NEEDED;
            case OVER -> FlashSaleRefusal.TURN_OVER;
            case GOOD -> null;
        };
    }

    public Future<Outcome<Sale>> start(Caller caller, Start request) {
        return control.start(caller, request).map(this::viewed).onSuccess(this::announce);
    }

    private Outcome<Sale> viewed(Outcome<SaleState> outcome) {
        return outcome.map(this::view);
    }

    private void announce(Outcome<Sale> started) {
        if (started instanceof Outcome.Done<Sale>(Sale sale) && sale.roomId() != null) {
            rooms.announce(sale.roomId(), new Announcement(sale));
        }
    }

    public Future<Outcome<Sale>> extend(Caller caller, Extend request) {
        return control.extend(caller, request).map(this::viewed);
    }

    public Future<Outcome<Sale>> addStock(Caller caller, AddStock request) {
        return control.addStock(caller, request).map(this::viewed);
    }

    public Future<Outcome<Sale>> stop(Caller caller, Stop request) {
        return control.stop(caller, request.saleId()).map(this::viewed);
    }

    /** For {@code Orders.onReleased}, see {@link ReturnedUnits}. */
    public Future<Void> released(SqlConnection transaction, List<Order> orders) {
        return returnedUnits.putBack(transaction, orders);
    }

    private Future<Outcome<Page>> list(ListSales request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.sales(request.roomId(), limit + 1, request.after()).map(found -> {
            boolean more = found.size() > limit;
            List<Sale> items = found.stream().limit(limit).map(this::view).toList();
            return Outcome.done(new Page(items, more ? items.get(limit - 1).id() : null));
        });
    }

    private Sale view(SaleState state) {
        return FlashSale.view(state, clock.instant());
    }
}
