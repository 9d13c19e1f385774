package io.jishi.webhooks;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.orders.OrderMessage;
import io.jishi.outbound.OutboundHttp;
import io.jishi.realtime.Json;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.jishi.webhooks.WebhookStore.New;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells subscribers over HTTP what became of orders. */
public final class Webhooks {
    public static final Setting<String> URLS = Setting.text(
            "webhooks.urls",
            "",
            "Who is told over HTTP what becomes of orders: up to 10 addresses, joined by commas; https outside of tests.");
    public static final Setting<String> SECRET = Setting.secret("webhooks.secret", """
                    Signs what subscribers are told; 16 characters or more. Several, joined by commas, are for the \
                    addresses in their order, so that no subscriber can speak for the shop to another.""");
    public static final Setting<Integer> TRIES_MAX = Setting.integer(
            "webhooks.tries-max", 12, 1, 30, "After how many tries that were not taken a delivery is dead.");
    public static final Setting<Boolean> PRIVATE = Setting.flag(
            "webhooks.private-network",
            false,
            "Whether subscribers may live in a private network, or on this machine.");
    public static final List<Setting<?>> SETTINGS = List.of(URLS, SECRET, TRIES_MAX, PRIVATE);

    public static final Method<OpenOf, Page> DELIVERIES = Method.of(
            "webhooks.deliveries",
            OpenOf.class,
            Page.class,
            "What subscribers have not taken, newest first: what waits for its next try, or what is dead.");
    public static final Method<Resend, Method.Nothing> RESEND = Method.of(
            "webhooks.resend",
            Resend.class,
            Method.Nothing.class,
            "Sends a dead delivery again, from the first try on.",
            WebhookRefusal.DELIVERY_NOT_DEAD);

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final int PAGE_MAX = 100;
    private static final int PAGE_DEFAULT = 50;
    private static final int SUBSCRIBERS_MAX = 10;
    private static final int SECRET_CHARACTERS_MIN = 16;
    private static final int FORGOTTEN_AT_ONCE_MAX = 1_000;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGET_TICK = Duration.ofMinutes(1);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);

    private final WebhookStore store;
    private final Ids ids;
    private final InstantSource clock;
    private final Timers timers;
    private final List<Subscriber> subscribers;
    private final List<Timers.Timer> running = new ArrayList<>();

    /** @throws Invalid where there are subscribers without a secret, or an address is none */
    public Webhooks(
            Database database,
            OutboundHttp http,
            Ids ids,
            InstantSource clock,
            Timers timers,
            RandomGenerator random,
            Settings settings) {
        store = new WebhookStore(database);
        this.ids = ids;
        this.clock = clock;
        this.timers = timers;
        boolean mayBePrivate = settings.get(PRIVATE);
        List<URI> urls = subscribers(settings.get(URLS), mayBePrivate);
        List<String> secrets = secrets(settings.get(SECRET), urls.size());
        Subscriber.Tools tools =
                new Subscriber.Tools(store, http, clock, random, settings.get(TRIES_MAX), mayBePrivate);
        List<Subscriber> all = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            all.add(new Subscriber(urls.get(i), new WebhookSignature(secrets.get(i)), tools));
        }
        subscribers = List.copyOf(all);
    }

    /** One for each of the subscribers, or the same for all. */
    private static List<String> secrets(String text, int count) {
        List<String> listed =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        boolean shared = count <= 1 || listed.size() == 1;
        if (!shared && listed.size() != count) {
            throw new Invalid(SECRET.name(), SECRET.name() + " must be one, or as many as there are addresses.");
        }
        List<String> all = shared ? Collections.nCopies(count, text) : listed;
        if (all.stream().anyMatch(secret -> secret.length() < SECRET_CHARACTERS_MIN)) {
            throw new Invalid(SECRET.name(), SECRET.name() + " must have 16 characters or more.");
        }
        return all;
    }

    private static List<URI> subscribers(String text, boolean mayBePrivate) {
        List<URI> all = new ArrayList<>();
        for (String each : text.isBlank() ? new String[0] : text.split(",", -1)) {
            try {
                URI url = URI.create(each.strip());
                boolean secure = "https".equals(url.getScheme());
                if (url.getHost() != null
                        && url.getUserInfo() == null
                        && (secure || mayBePrivate && "http".equals(url.getScheme()))) {
                    all.add(url);
                    continue;
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw new Invalid(URLS.name(), URLS.name() + " must be https addresses, joined by commas.");
        }
        if (all.size() > SUBSCRIBERS_MAX) {
            throw new Invalid(URLS.name(), URLS.name() + " must be at most " + SUBSCRIBERS_MAX + ".");
        }
        return List.copyOf(all);
    }

    /** @param dead whether to list the dead ones, not those that wait */
    public record OpenOf(
            @Nullable Boolean dead,
            @Nullable Integer limit,
            @Nullable Id<Delivery> after) {
        public OpenOf {
            dead = dead != null && dead;
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    public record Page(List<Delivery> items, @Nullable Id<Delivery> next) {}

    public record Resend(Id<Delivery> deliveryId) {
        public Resend {
            Check.present("deliveryId", deliveryId);
        }
    }

    public void register(Methods methods) {
        methods.add(DELIVERIES, (caller, request) -> open(request));
        methods.add(
                RESEND,
                (caller, request) -> store.revive(request.deliveryId(), clock.instant())
                        .map(revived -> revived
                                ? Outcome.done(new Method.Nothing())
                                : Outcome.refused(WebhookRefusal.DELIVERY_NOT_DEAD)));
    }

    public Future<Void> start() {
        running.add(timers.every(TICK, this::tick));
        running.add(timers.every(FORGET_TICK, this::forget));
        return Future.succeededFuture();
    }

    public Future<Void> stop() {
        running.forEach(Timers.Timer::cancel);
        running.clear();
        return Future.succeededFuture();
    }

    /** Writes, in the transaction of the events, their deliveries to every subscriber. */
    public Future<Void> told(SqlConnection transaction, List<? extends OrderMessage> messages) {
        if (subscribers.isEmpty() || messages.isEmpty()) {
            return Future.succeededFuture();
        }
        List<New> deliveries = new ArrayList<>();
        for (OrderMessage message : messages) {
            String body = Json.encode(message).toString();
            subscribers.forEach(each -> deliveries.add(new New(ids.next(), message.eventId(), each.url(), body)));
        }
        return store.insert(transaction, deliveries, clock.instant());
    }

    private void tick() {
        subscribers.forEach(Subscriber::work);
    }

    private void forget() {
        store.forget(clock.instant().minus(FORGET_AFTER), FORGOTTEN_AT_ONCE_MAX)
                .onFailure(fault -> LOG.warn("event=webhooks-not-forgotten reason=\"{}\"", fault.getMessage()));
    }

    /**
     * Sends of what is due as much to each subscriber as is sent to one at once.
     *
     * @return how many were sent, taken or not
     */
    Future<Integer> send() {
        return Future.join(subscribers.stream().map(Subscriber::send).toList())
                .map(all ->
                        all.<Integer>list().stream().mapToInt(Integer::intValue).sum());
    }

    private Future<Outcome<Page>> open(OpenOf request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.open(Objects.requireNonNull(request.dead()), limit + 1, request.after())
                .map(found -> {
                    boolean more = found.size() > limit;
                    List<Delivery> items = more ? found.subList(0, limit) : found;
                    return Outcome.done(
                            new Page(items, more ? items.get(limit - 1).id() : null));
                });
    }
}
