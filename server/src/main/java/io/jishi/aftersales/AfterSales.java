package io.jishi.aftersales;

import io.jishi.accounts.User;
import io.jishi.aftersales.AfterSalesRequest.Decide;
import io.jishi.aftersales.AfterSalesRequest.ListOpen;
import io.jishi.aftersales.AfterSalesRequest.ListOwn;
import io.jishi.aftersales.AfterSalesRequest.Page;
import io.jishi.aftersales.AfterSalesRequest.Receive;
import io.jishi.aftersales.CaseDesk.Move;
import io.jishi.aftersales.CaseFile.Evidence;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.orders.Orders;
import io.jishi.orders.Sweeps;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happens after the delivery: returns, exchanges and complaints. */
public final class AfterSales {
    public static final Setting<Integer> PHOTO_BYTES_MAX =
            Setting.integer("aftersales.photo-bytes-max", 1_048_576, 1_024, 16_777_216, "The longest photo of a case.");
    public static final Setting<Integer> PHOTOS_MAX =
            Setting.integer("aftersales.photos-max", 9, 1, 100, "Photos that a case may have.");
    public static final Setting<Integer> CASES_MAX = Setting.integer(
            "aftersales.cases-per-order-max", 20, 1, 1_000, "Cases that an order may have, those that ended included.");
    public static final List<Setting<?>> SETTINGS = Stream.concat(
                    Deadlines.SETTINGS.stream(), Stream.of(PHOTO_BYTES_MAX, PHOTOS_MAX, CASES_MAX))
            .toList();

    /** Deadlines are hours away: this is how much later than they say something happens at most. */
    private static final Duration DUE_TICK = Duration.ofSeconds(10);

    private static final Duration KEY_CHANGE_TICK = Duration.ofSeconds(10);
    private static final int DUE_AT_ONCE_MAX = 100;

    private final CaseStore store;
    private final EvidenceStore evidence;
    private final CaseDesk desk;
    private final Opening opening;
    private final PhotoDesk photos;
    private final Catalog catalog;
    private final InstantSource clock;
    private final Sweeps sweeps;

    public AfterSales(
            Database database,
            Orders orders,
            Catalog catalog,
            Ids ids,
            InstantSource clock,
            Timers timers,
            Settings settings) {
        this.store = new CaseStore(database);
        this.evidence = new EvidenceStore(database);
        this.catalog = catalog;
        this.clock = clock;
        this.sweeps = new Sweeps(timers);
        Deadlines deadlines = new Deadlines(settings);
        Consequences consequences = new Consequences(catalog.stock(), orders.aftercare(), ids, clock);
        desk = new CaseDesk(database, evidence, orders.aftercare(), consequences, deadlines, ids, clock);
        opening = new Opening(database, orders, catalog, desk, deadlines, ids, clock, settings.get(CASES_MAX));
        photos = new PhotoDesk(
                database, desk, evidence, ids, clock, settings.get(PHOTO_BYTES_MAX), settings.get(PHOTOS_MAX));
        orders.aftercare().onRefunded(desk::paidBack);
    }

    public void register(Methods methods) {
        methods.add(AfterSalesMethods.OPEN, (caller, request) -> opening.open(caller.userId(), request));
        methods.add(AfterSalesMethods.GET, (caller, request) -> file(caller, request.caseId()));
        methods.add(AfterSalesMethods.LIST, (caller, request) -> own(caller.userId(), request));
        methods.add(AfterSalesMethods.TO_DO, this::open);
        step(methods, AfterSalesMethods.WITHDRAW, Deed.WITHDRAW);
        step(methods, AfterSalesMethods.SEND_BACK, Deed.SEND_BACK);
        step(methods, AfterSalesMethods.ACCEPT, Deed.ACCEPT);
        explained(methods, AfterSalesMethods.ESCALATE, Deed.ESCALATE);
        explained(methods, AfterSalesMethods.DECLINE, Deed.DECLINE);
        explained(methods, AfterSalesMethods.REJECT, Deed.REJECT);
        methods.add(
                AfterSalesMethods.APPROVE,
                (caller, request) -> desk.act(
                        caller,
                        request.caseId(),
                        Move.of(Deed.APPROVE, caller.userId(), request.text())
                                .insteadOfGoods(Boolean.TRUE.equals(request.refundInstead()))));
        methods.add(
                AfterSalesMethods.ANSWER,
                (caller, request) -> desk.act(
                        caller,
                        request.caseId(),
                        Move.of(Deed.ANSWER, caller.userId(), request.text()).sharing(request.percent())));
        methods.add(AfterSalesMethods.RECEIVE, this::receive);
        methods.add(
                AfterSalesMethods.SETTLE,
                (caller, request) -> desk.act(
                        caller,
                        request.caseId(),
                        Move.of(Deed.SETTLE, caller.userId(), request.text()).ofDamaged(request.damaged())));
        methods.add(AfterSalesMethods.DECIDE, this::decide);
    }

    private void step(Methods methods, Method<AfterSalesRequest.Step, Case> method, Deed deed) {
        methods.add(
                method,
                (caller, request) ->
                        desk.act(caller, request.caseId(), Move.of(deed, caller.userId(), request.text())));
    }

    private void explained(Methods methods, Method<AfterSalesRequest.Explain, Case> method, Deed deed) {
        methods.add(
                method,
                (caller, request) ->
                        desk.act(caller, request.caseId(), Move.of(deed, caller.userId(), request.text())));
    }

    /** Begins to do what deadlines bring, and to seal anew what an old key seals. */
    public Future<Void> start() {
        sweeps.every(DUE_TICK, "aftersales-deadlines", this::expireDue);
        sweeps.every(KEY_CHANGE_TICK, "aftersales-key-change", evidence.contents()::changeKeys);
        return evidence.contents().prepare();
    }

    public Future<Void> stop() {
        sweeps.stop();
        return Future.succeededFuture();
    }

    /** A case with all that was done and said in it. */
    private Future<Outcome<CaseFile>> file(Caller caller, Id<Case> id) {
        return desk.visible(caller, id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Outcome.refused(AfterSalesRefusal.CASE_NOT_FOUND))
                        : file(caller, found.get()).map(Outcome::done));
    }

    private Future<CaseFile> file(Caller caller, Case it) {
        return store.steps(it.id())
                .compose(steps ->
                        evidence.of(it).map(said -> new CaseFile(it, CaseDesk.isBuyer(it, caller), steps, said)));
    }

    private Future<Outcome<Page>> own(Id<User> buyer, ListOwn request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.own(buyer, request, limit + 1).map(found -> Outcome.done(page(found, limit)));
    }

    private Future<Outcome<Page>> open(Caller caller, ListOpen request) {
        int limit = Objects.requireNonNull(request.limit());
        @Nullable Id<User> host = caller.has(Role.STAFF) || caller.has(Role.ADMIN) ? null : caller.userId();
        return store.open(host, request, limit + 1).map(found -> Outcome.done(page(found, limit)));
    }

    private static Page page(List<Case> found, int limit) {
        boolean more = found.size() > limit;
        List<Case> items = more ? found.subList(0, limit) : found;
        return new Page(items, more ? items.getLast().id() : null);
    }

    private Future<Outcome<Case>> receive(Caller caller, Receive request) {
        return catalog.stock()
                .location(request.locationId())
                .compose(location -> location.isEmpty()
                        ? Future.succeededFuture(Outcome.refused(CatalogRefusal.LOCATION_NOT_FOUND))
                        : desk.act(
                                caller,
                                request.caseId(),
                                Move.of(Deed.RECEIVE, caller.userId(), request.text())
                                        .to(request.locationId())));
    }

    private Future<Outcome<Case>> decide(Caller caller, Decide request) {
        Deed deed = request.forBuyer() ? Deed.DECIDE_FOR_BUYER : Deed.DECIDE_FOR_SHOP;
        return desk.act(
                caller,
                request.caseId(),
                Move.of(deed, caller.userId(), request.text()).sharing(request.forBuyer() ? request.percent() : null));
    }

    /**
     * Does what deadlines that have come bring.
     *
     * @return how many cases it has looked at
     */
    Future<Integer> expireDue() {
        return store.due(clock.instant(), DUE_AT_ONCE_MAX)
                .compose(due -> oneByOne(due, desk::expire).map(done -> due.size()));
    }

    /** One case that cannot go on does not keep the others from it. */
    private static Future<Void> oneByOne(List<Case> cases, Function<Case, Future<Void>> work) {
        Future<Void> all = Future.succeededFuture();
        for (Case each : cases) {
            all = all.transform(before -> work.apply(each)
                    .transform(done -> before.failed() && done.succeeded()
                            ? Future.failedFuture(before.cause())
                            : done.succeeded() ? Future.<Void>succeededFuture() : Future.failedFuture(done.cause())));
        }
        return all;
    }

    /**
     * Adds a photo to a case.
     *
     * @param key made by the client, so that sending it again adds it once
     */
    public Future<Outcome<Id<Evidence>>> addPhoto(Caller caller, Id<Case> id, String key, Buffer bytes) {
        return photos.add(caller, id, key, bytes);
    }

    /** A photo as it is shown to those whom its case concerns. */
    public record Shown(String type, Buffer bytes) {}

    /** Empty where there is none that concerns who asks. */
    public Future<Optional<Shown>> photo(Caller caller, Id<Evidence> id) {
        return photos.find(caller, id).map(found -> found.map(photo -> new Shown(photo.type(), photo.bytes())));
    }
}
