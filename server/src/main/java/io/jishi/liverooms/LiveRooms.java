package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.core.TokenBuckets;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Methods;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Live sessions: their stages, what is said, liked and shown in them. */
public final class LiveRooms {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRooms.class);
    private static final Setting<Integer> COMMENT_BURST_MAX = Setting.integer(
            "liverooms.comment-burst-max", 5, 1, 1_000, "Comments that a viewer may send to a room at once.");
    private static final Setting<Integer> COMMENT_EVERY_MILLIS = Setting.integer(
            "liverooms.comment-every-millis", 1_000, 1, 600_000, "How long until a viewer may send one comment more.");
    private static final Setting<Integer> UNSAVED_COMMENTS_MAX = Setting.integer(
            "liverooms.unsaved-comments-max",
            2_048,
            64,
            CommentBuffer.OFFSETS_MAX,
            "Comments of a room that all nodes together keep while the database is away; then they refuse more.");
    public static final List<Setting<?>> SETTINGS =
            List.of(COMMENT_BURST_MAX, COMMENT_EVERY_MILLIS, UNSAVED_COMMENTS_MAX, Words.FILE);

    private static final String CHANGED = "liverooms.changed";
    private static final int AUTHORS_MAX = 100_000;
    private static final int LIKE_BURST_MAX = 10;
    private static final int LIKE_EVERY_MILLIS = 200;
    private static final int TRIES_MAX = 3;
    private static final Duration FORGET_LIKES_AFTER = Duration.ofMinutes(1);
    private static final int DRAIN_SECONDS_MAX = 8;

    private final Vertx vertx;
    private final Channels channels;
    private final Ids ids;
    private final InstantSource clock;
    private final Timers timers;
    private final Settings settings;
    private final Products products;
    private final RoomStore store;
    private final CommentStore comments;
    private final CommentBuffer buffer;
    private final CommentDesk desk;
    private final CommentRecovery recovery;
    private final Likes likes;
    private final TokenBuckets<CommentDesk.Lane> likeRates;
    private final Viewers viewers;
    private final RoomViews views;
    private final Greetings greetings;
    private final List<Timers.Timer> running = new ArrayList<>();
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private volatile CommentFilter filter = text -> false;

    /** The products that can be shown in a room; what comes back is sent as it is. */
    @FunctionalInterface
    public interface Products {
        Future<? extends Optional<?>> product(Id<?> product);
    }

    /** The sales of a room that are not over, for newcomers; what comes back is sent as it is. */
    @FunctionalInterface
    public interface Sales {
        Future<? extends List<?>> ofRoom(Id<Room> room);
    }

    public LiveRooms(
            Vertx vertx,
            Database database,
            Channels channels,
            Membership membership,
            Ids ids,
            InstantSource clock,
            Timers timers,
            Settings settings,
            MeterRegistry meters,
            Products products,
            Sales sales) {
        this.vertx = vertx;
        this.channels = channels;
        this.ids = ids;
        this.clock = clock;
        this.timers = timers;
        this.settings = settings;
        this.products = products;
        store = new RoomStore(database);
        comments = new CommentStore(database);
        buffer = new CommentBuffer(
                comments,
                membership,
                timers,
                settings.get(UNSAVED_COMMENTS_MAX),
                meters.summary("jishi.comments.batch"));
        TokenBuckets<CommentDesk.Lane> rates = new TokenBuckets<>(
                clock, settings.get(COMMENT_BURST_MAX), settings.get(COMMENT_EVERY_MILLIS), AUTHORS_MAX);
        likes = new Likes(vertx, store, channels, membership);
        likeRates = new TokenBuckets<>(clock, LIKE_BURST_MAX, LIKE_EVERY_MILLIS, AUTHORS_MAX);
        viewers = new Viewers(vertx, channels, membership);
        views = new RoomViews(store, comments, channels, viewers, likes, products, sales, clock);
        desk = new CommentDesk(
                views::row,
                text -> filter.allows(text),
                rates,
                new CommentClaims(vertx, membership.self()),
                buffer,
                comments,
                channels,
                membership,
                ids,
                clock,
                timers);
        recovery = new CommentRecovery(store, comments, channels, membership, clock, timers);
        greetings = new Greetings(views::greeting, clock, timers);
    }

    /** Reads the word list and begins to listen. */
    public Future<Void> start() {
        channels.guard("room", (caller, key) -> id(key).compose(views::row).map(Optional::isPresent));
        channels.greet("room", (caller, key) -> id(key).compose(greetings::of));
        channels.watch("room", viewers::count);
        return vertx.executeBlocking(() -> Words.load(settings)).map(words -> {
            filter = words;
            likes.start();
            consumers.add(
                    vertx.eventBus().<String>consumer(CHANGED, message -> views.forget(Id.parse(message.body()))));
            running.add(timers.every(Duration.ofSeconds(1), likes::save));
            running.add(timers.every(Duration.ofMillis(500), likes::publish));
            running.add(timers.every(Duration.ofSeconds(1), viewers::tick));
            recovery.start();
            return null;
        });
    }

    /** Writes what is not written yet; to be called once nobody is served any more. */
    public Future<Void> stop() {
        running.forEach(Timers.Timer::cancel);
        recovery.stop();
        filter = text -> false;
        List<Future<Void>> last = new ArrayList<>();
        last.add(buffer.drained().timeout(DRAIN_SECONDS_MAX, TimeUnit.SECONDS));
        last.add(likes.stop());
        last.add(viewers.stop());
        consumers.forEach(consumer -> last.add(consumer.unregister()));
        return Future.join(last).mapEmpty();
    }

    public void register(Methods methods) {
        methods.add(RoomMethods.SCHEDULE, this::schedule);
        methods.add(RoomMethods.START, (caller, p) -> command(caller, p.roomId(), LiveRoom.Command.START));
        methods.add(RoomMethods.END, (caller, p) -> command(caller, p.roomId(), LiveRoom.Command.END));
        methods.add(RoomMethods.LIST, this::list);
        methods.add(RoomMethods.GET, this::get);
        methods.add(RoomMethods.COMMENT, this::comment);
        methods.add(RoomMethods.COMMENTS, this::comments);
        methods.add(RoomMethods.LIKE, this::like);
        methods.add(RoomMethods.PIN, this::pin);
    }

    /** The session as it was a moment ago at the most. */
    public Future<Optional<Room>> room(Id<Room> id) {
        return views.row(id)
                .compose(row -> row.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : views.view(row.get()).map(Optional::of));
    }

    /** Publishes another capability's message on the room's channel. */
    public Future<Void> announce(Id<Room> id, Object publication) {
        return channels.publish(ChannelName.room(id), publication).mapEmpty();
    }

    private Future<Outcome<Room>> schedule(Caller caller, RoomRequest.Schedule request) {
        RoomState state = new RoomState.Scheduled(request.startsAt());
        RoomRow row = new RoomRow(ids.next(), caller.userId(), caller.name(), request.title(), state, 0, null);
        return store.insert(row, request.startsAt()).map(nothing -> Outcome.done(row.view(0, 0, null)));
    }

    private Future<Outcome<Room>> command(Caller caller, Id<Room> id, LiveRoom.Command command) {
        return asHost(caller, id, row -> command(row, command, TRIES_MAX));
    }

    private Future<Outcome<Room>> command(RoomRow row, LiveRoom.Command command, int tries) {
        Instant now = clock.instant();
        return switch (LiveRoom.decide(row.state(), command, now)) {
            case Outcome.Refused<RoomState>(var refusal) -> Future.succeededFuture(Outcome.refused(refusal));
            case Outcome.Done<RoomState>(var to)
            when to.equals(row.state()) -> views.view(row).map(Outcome::done);
            case Outcome.Done<RoomState>(var to) ->
                store.move(row.id(), row.state().stage(), to)
                        .compose(moved -> moved ? moved(row.id(), to, now) : again(row.id(), command, tries));
        };
    }

    private Future<Outcome<Room>> again(Id<Room> id, LiveRoom.Command command, int tries) {
        return tries == 0
                ? Future.succeededFuture(Outcome.refused(RoomRefusal.BUSY))
                : store.find(id).compose(row -> command(row.orElseThrow(), command, tries - 1));
    }

    private Future<Outcome<Room>> moved(Id<Room> id, RoomState to, Instant now) {
        tell(id, new RoomEvent.Staged(to.stage(), now));
        if (to instanceof RoomState.Ended) {
            timers.after(FORGET_LIKES_AFTER, () -> likes.forget(id));
        }
        return fresh(id);
    }

    private Future<Outcome<Room>> fresh(Id<Room> id) {
        return store.find(id).compose(row -> views.view(row.orElseThrow())).map(Outcome::done);
    }

    /** To the room's channel, and to all nodes that what they know of the room is old. */
    private void tell(Id<Room> id, RoomEvent event) {
        vertx.eventBus().publish(CHANGED, id.toString());
        channels.publish(ChannelName.room(id), event)
                .onFailure(fault -> LOG.warn("event=not-published room={} fault={}", id, fault.toString()));
    }

    private Future<Outcome<Room>> asHost(Caller caller, Id<Room> id, Function<RoomRow, Future<Outcome<Room>>> act) {
        return store.find(id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Outcome.refused(RoomRefusal.UNKNOWN_ROOM));
            }
            boolean own = found.get().hostId().toString().equals(caller.user());
            return own || caller.has(Role.ADMIN)
                    ? act.apply(found.get())
                    : Future.succeededFuture(Outcome.refused(RoomRefusal.NOT_YOURS));
        });
    }

    private Future<Outcome<RoomAnswer.Rooms>> list(Caller caller, RoomRequest.ListRooms request) {
        int limit = request.limitOrDefault();
        return store.list(request.stage(), request.after(), limit + 1).compose(rows -> {
            boolean more = rows.size() > limit;
            List<RoomRow> shown = more ? rows.subList(0, limit) : rows;
            return views.views(shown)
                    .map(items -> Outcome.done(new RoomAnswer.Rooms(
                            items, more ? items.get(limit - 1).id() : null)));
        });
    }

    private Future<Outcome<Room>> get(Caller caller, RoomRequest.Get request) {
        return room(request.roomId())
                .map(room -> room.map(Outcome::done).orElseGet(() -> Outcome.refused(RoomRefusal.UNKNOWN_ROOM)));
    }

    private Future<Outcome<RoomAnswer.Posted>> comment(Caller caller, RoomRequest.Say request) {
        return desk.post(caller, request);
    }

    private Future<Outcome<RoomAnswer.Comments>> comments(Caller caller, RoomRequest.ListComments request) {
        int limit = request.limitOrDefault();
        Id<Comment> after = request.after();
        return comments.newest(request.roomId(), after == null ? Long.MAX_VALUE : after.value(), limit + 1)
                .map(said -> {
                    boolean more = said.size() > limit;
                    List<Comment> items = said.stream()
                            .limit(limit)
                            .map(CommentStore.Said::comment)
                            .toList();
                    return Outcome.done(new RoomAnswer.Comments(
                            items, more ? items.get(limit - 1).id() : null));
                });
    }

    private Future<Outcome<RoomAnswer.Liked>> like(Caller caller, RoomRequest.Like request) {
        return views.row(request.roomId()).map(row -> {
            if (row.isEmpty()) {
                return Outcome.refused(RoomRefusal.UNKNOWN_ROOM);
            }
            if (!row.get().isLive()) {
                return Outcome.refused(RoomRefusal.NOT_LIVE);
            }
            if (!likeRates.take(new CommentDesk.Lane(request.roomId().value(), caller.user()))) {
                return Outcome.refused(RoomRefusal.TOO_FAST);
            }
            return likes.add(request.roomId(), request.count())
                    ? Outcome.done(new RoomAnswer.Liked())
                    : Outcome.refused(RoomRefusal.BUSY);
        });
    }

    private Future<Outcome<Room>> pin(Caller caller, RoomRequest.Pin request) {
        return asHost(caller, request.roomId(), row -> {
            Id<?> id = request.productId();
            if (id == null) {
                return pinned(row.id(), null, null);
            }
            return products.product(id)
                    .compose(product -> product.isEmpty()
                            ? Future.succeededFuture(Outcome.refused(RoomRefusal.UNKNOWN_PRODUCT))
                            : pinned(row.id(), id, product.get()));
        });
    }

    private Future<Outcome<Room>> pinned(Id<Room> room, @Nullable Id<?> id, @Nullable Object product) {
        return store.pin(room, id).compose(done -> {
            if (!done) {
                return Future.succeededFuture(Outcome.refused(RoomRefusal.ALREADY_ENDED));
            }
            tell(room, new RoomEvent.Pinned(product));
            return fresh(room);
        });
    }

    /** Fails with {@link io.jishi.core.Invalid} where the key is not an id. */
    private static Future<Id<Room>> id(String key) {
        return Future.succeededFuture(key).map(Id::parse);
    }
}
