package io.jishi.shelves;

import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unmanned shelves: what their devices report, their twins and alerts. */
public final class Shelves {
    private static final Logger LOG = LoggerFactory.getLogger(Shelves.class);
    private static final Setting<Integer> OFFLINE_SECONDS = Setting.integer(
            "shelves.offline-seconds", 60, 5, 86_400, "How long a shelf may say nothing before it counts as offline.");
    private static final Setting<Integer> HISTORY_SECONDS = Setting.integer(
            "shelves.history-seconds",
            300,
            1,
            86_400,
            "A message that arrives later than this after it happened opens no alert.");
    private static final Setting<Integer> RESTOCK_AGAIN_SECONDS = Setting.integer(
            "shelves.restock-again-seconds",
            1_800,
            10,
            604_800,
            "After this a shelf that is still low is asked to be filled again.");
    private static final Setting<Integer> QUEUE_MESSAGES_MAX = Setting.integer(
            "shelves.queue-messages-max",
            20_000,
            200,
            1_000_000,
            "Messages of devices that wait on one node to be written; further reports are refused.");
    public static final List<Setting<?>> SETTINGS =
            List.of(OFFLINE_SECONDS, HISTORY_SECONDS, RESTOCK_AGAIN_SECONDS, QUEUE_MESSAGES_MAX, Retention.DAYS);

    private static final String NEWS = "shelves.news";
    private static final int DEVICES_MAX = 100_000;
    private static final int DEADLINE_SECONDS = 10;

    private final Vertx vertx;
    private final Database database;
    private final Channels channels;
    private final Ids ids;
    private final InstantSource clock;
    private final DeviceCredentials credentials;
    private final SkuNames skuNames;
    private final AlertStore alerts;
    private final ShelfStore store;
    private final Twins twins;
    private final ReportBatches batches;
    private final Shards shards;
    private final Retention retention;
    private final Map<String, Future<Optional<ShelfRow>>> devices = new BoundedMap<>(DEVICES_MAX);
    private RegisteredListener registered = (transaction, shelf, name, place) -> Future.succeededFuture();
    private @Nullable MessageConsumer<JsonObject> consumer;

    public Shelves(
            Vertx vertx,
            Database database,
            Channels channels,
            Membership membership,
            Leases leases,
            Ids ids,
            InstantSource clock,
            Timers timers,
            Settings settings,
            MeterRegistry meters,
            DeviceCredentials credentials,
            SkuNames skuNames,
            Restocking restocking) {
        this.vertx = vertx;
        this.database = database;
        this.channels = channels;
        this.ids = ids;
        this.clock = clock;
        this.credentials = credentials;
        this.skuNames = skuNames;
        TelemetryStore telemetry = new TelemetryStore(database);
        alerts = new AlertStore(database);
        store = new ShelfStore(database, alerts);
        twins = new Twins(vertx);
        batches = new ReportBatches(
                telemetry, settings.get(QUEUE_MESSAGES_MAX), meters.summary("jishi.telemetry.batch"), this::tellOwners);
        ShardOwner.Tools tools = new ShardOwner.Tools(
                telemetry,
                store,
                new ShardStore(database, leases, store, alerts),
                twins,
                channels,
                restocking,
                limits(settings),
                ids,
                clock,
                timers);
        shards = new Shards(leases, membership, timers, tools);
        retention = new Retention(telemetry, shards, clock, timers, settings);
    }

    private static ShelfRules.Limits limits(Settings settings) {
        return new ShelfRules.Limits(
                Duration.ofSeconds(settings.get(HISTORY_SECONDS)),
                Duration.ofSeconds(settings.get(OFFLINE_SECONDS)),
                Duration.ofSeconds(settings.get(RESTOCK_AGAIN_SECONDS)));
    }

    /** Takes this node's share of the shelves. Restocking must be ready. */
    public Future<Void> start() {
        channels.guard("shelf", this::maySubscribe);
        channels.greet(
                "shelf",
                (caller, key) -> Future.succeededFuture(key)
                        .map(Id::<Shelf>parse)
                        .compose(this::shelf)
                        .map(shelf -> new ShelfAnswer.Greeting(shelf.orElseThrow())));
        consumer = vertx.eventBus().consumer(NEWS, message -> {
            Set<Integer> numbers = new HashSet<>();
            message.body().getJsonArray("shards").forEach(shard -> numbers.add((Integer) shard));
            shards.nudge(numbers, message.body().getLong("writtenBy"));
        });
        retention.start();
        return shards.start();
    }

    /** Lets go of this node's share, with everything written; to be called once nobody is served any more. */
    public Future<Void> stop() {
        MessageConsumer<JsonObject> listening = consumer;
        retention.stop();
        return shards.stop().eventually(() -> listening == null ? Future.succeededFuture() : listening.unregister());
    }

    /** Takes part in the transaction that registers a shelf. */
    @FunctionalInterface
    public interface RegisteredListener {
        Future<Void> registered(SqlConnection transaction, Id<Shelf> shelf, LocalText name, Place place);
    }

    /** Called while wiring. */
    public void onRegistered(RegisteredListener listener) {
        registered = listener;
    }

    public void register(Methods methods) {
        methods.add(ShelfMethods.REGISTER, this::register);
        methods.add(ShelfMethods.REPORT, this::report);
        methods.add(ShelfMethods.GET, this::get);
        methods.add(ShelfMethods.LIST, this::list);
        methods.add(ShelfMethods.ALERTS, this::alerts);
    }

    /** The shelf as its owner last knew it, or as it is written where the owner has not told. */
    public Future<Optional<Shelf>> shelf(Id<Shelf> id) {
        return twins.get(id)
                .otherwise(Optional.empty())
                .compose(twin -> twin.isPresent()
                        ? Future.succeededFuture(twin)
                        : store.find(id).map(found -> found.map(ShelfState::view)));
    }

    private void tellOwners(Set<Integer> written, long writtenBy) {
        JsonObject news = new JsonObject()
                .put("shards", new JsonArray(List.copyOf(written)))
                .put("writtenBy", writtenBy);
        vertx.eventBus().publish(NEWS, news);
    }

    /** A device sees its own shelf, everybody else every shelf. */
    private Future<Boolean> maySubscribe(Caller caller, String key) {
        return Future.succeededFuture(key)
                .map(Id::<Shelf>parse)
                .compose(id -> isOnlyDevice(caller)
                        ? rowOf(caller)
                                .map(row -> row.isPresent() && row.get().id().equals(id))
                        : shelf(id).map(Optional::isPresent));
    }

    private static boolean isOnlyDevice(Caller caller) {
        return caller.roles().equals(Set.of(Role.DEVICE));
    }

    private Future<Outcome<ShelfAnswer.Registered>> register(Caller caller, ShelfRequest.Register request) {
        Set<Id<?>> skus = new HashSet<>();
        request.slots().forEach(slot -> skus.add(slot.skuId()));
        return skuNames.of(skus).compose(found -> {
            Map<Long, LocalText> names = new HashMap<>();
            found.forEach((sku, name) -> names.put(sku.value(), name));
            if (names.size() < skus.size()) {
                return Future.succeededFuture(Outcome.refused(ShelfRefusal.UNKNOWN_SKU));
            }
            return database.transaction(transaction -> credentials
                            .issue(transaction)
                            .compose(issued -> {
                                ShelfState shelf = ShelfState.unknown(row(request, issued.device(), names));
                                return store.insert(transaction, shelf.row(), clock.instant())
                                        .compose(done -> registered.registered(
                                                transaction,
                                                shelf.row().id(),
                                                shelf.row().name(),
                                                shelf.row().place()))
                                        .map(new ShelfAnswer.Registered(
                                                shelf.view(), issued.device(), issued.secret()));
                            }))
                    .map(Outcome::done);
        });
    }

    private ShelfRow row(ShelfRequest.Register request, Id<?> device, Map<Long, LocalText> names) {
        TreeMap<Integer, ShelfRow.Slot> slots = new TreeMap<>();
        for (ShelfRequest.Slot slot : request.slots()) {
            LocalText name = names.get(slot.skuId().value());
            if (name == null) {
                throw new IllegalStateException("a SKU without a name: " + slot.skuId());
            }
            slots.put(
                    slot.slot(),
                    new ShelfRow.Slot(
                            slot.slot(), slot.skuId(), name, slot.capacity(), slot.unitGrams(), slot.lowStock()));
        }
        return new ShelfRow(
                ids.next(),
                device,
                request.name(),
                request.group(),
                request.place(),
                request.temperatureMaxCelsius(),
                slots);
    }

    private Future<Outcome<ShelfAnswer.Reported>> report(Caller caller, ShelfRequest.Report request) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return rowOf(caller)
                .compose(
                        row -> row.isEmpty()
                                ? Future.succeededFuture(Outcome.refused(ShelfRefusal.NOT_REGISTERED))
                                : report(row.get(), request, now),
                        fault -> {
                            LOG.warn("event=device-not-looked-up fault={}", fault.toString());
                            return Future.succeededFuture(Outcome.refused(ShelfRefusal.BUSY));
                        });
    }

    private Future<Outcome<ShelfAnswer.Reported>> report(ShelfRow shelf, ShelfRequest.Report request, Instant now) {
        List<Telemetry> messages = new ArrayList<>(request.messages().size());
        for (ShelfRequest.Message message : request.messages()) {
            Integer slot = message.slot();
            if (slot != null && !shelf.slots().containsKey(slot)) {
                return Future.succeededFuture(Outcome.refused(ShelfRefusal.UNKNOWN_SLOT));
            }
            messages.add(new Telemetry(
                    shelf.id(),
                    shelf.device(),
                    request.boot(),
                    message.sequence(),
                    message.kind(),
                    slot == null ? 0 : slot,
                    message.value(),
                    Instant.ofEpochMilli(message.at().toEpochMilli()),
                    now));
        }
        return batches.add(messages);
    }

    /** The shelf of the device that calls. It never changes, so it is kept; one that is not there is asked for again. */
    private Future<Optional<ShelfRow>> rowOf(Caller caller) {
        Promise<Optional<ShelfRow>> row = Promise.promise();
        synchronized (devices) {
            Future<Optional<ShelfRow>> known = devices.putIfAbsent(caller.user(), row.future());
            if (known != null) {
                return known;
            }
        }
        store.ofDevice(caller.userId())
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .onComplete(found -> {
                    if (found.failed() || found.result().isEmpty()) {
                        synchronized (devices) {
                            devices.remove(caller.user(), row.future());
                        }
                    }
                    row.handle(found);
                });
        return row.future();
    }

    private Future<Outcome<Shelf>> get(Caller caller, ShelfRequest.Get request) {
        return shelf(request.shelfId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Outcome.refused(ShelfRefusal.UNKNOWN_SHELF));
            }
            if (!isOnlyDevice(caller)) {
                return Future.succeededFuture(Outcome.done(found.get()));
            }
            return rowOf(caller)
                    .map(own -> own.isPresent() && own.get().id().equals(request.shelfId())
                            ? Outcome.done(found.get())
                            : Outcome.refused(ShelfRefusal.NOT_YOURS));
        });
    }

    private Future<Outcome<ShelfAnswer.Shelves>> list(Caller caller, ShelfRequest.ListShelves request) {
        int limit = request.limitOrDefault();
        return store.list(request.group(), request.after(), limit + 1).compose(found -> {
            boolean more = found.size() > limit;
            List<Future<Shelf>> shelves = new ArrayList<>();
            for (ShelfState shelf : more ? found.subList(0, limit) : found) {
                shelves.add(twins.get(shelf.row().id())
                        .otherwise(Optional.empty())
                        .map(twin -> twin.orElseGet(shelf::view)));
            }
            return Future.all(shelves).map(all -> {
                List<Shelf> items = shelves.stream().map(Future::result).toList();
                return Outcome.done(
                        new ShelfAnswer.Shelves(items, more ? items.getLast().id() : null));
            });
        });
    }

    private Future<Outcome<ShelfAnswer.Alerts>> alerts(Caller caller, ShelfRequest.ListAlerts request) {
        int limit = request.limitOrDefault();
        return alerts.list(request.open(), request.after(), limit + 1).map(found -> {
            boolean more = found.size() > limit;
            List<Alert> items = more ? found.subList(0, limit) : found;
            return Outcome.done(
                    new ShelfAnswer.Alerts(items, more ? items.getLast().id() : null));
        });
    }
}
