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
import io.jishi.outbound.OutboundHttp.Reply;
import io.jishi.outbound.OutboundHttp.Request;
import io.jishi.realtime.Json;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.jishi.webhooks.WebhookStore.Due;
import io.jishi.webhooks.WebhookStore.New;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
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
    public static final Setting<String> SECRET =
            Setting.secret("webhooks.secret", "Signs what subscribers are told; 16 characters or more.");
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
    private static final int SENT_AT_ONCE_MAX = 20;
    private static final int FORGOTTEN_AT_ONCE_MAX = 1_000;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGET_TICK = Duration.ofMinutes(1);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration MINE = Duration.ofSeconds(30);
    private static final int ERROR_CHARACTERS_MAX = 200;

    private final WebhookStore store;
    private final OutboundHttp http;
    private final Ids ids;
    private final InstantSource clock;
    private final Timers timers;
    private final RandomGenerator random;
    private final List<URI> subscribers;
    private final WebhookSignature signature;
    private final int triesMax;
    private final boolean mayBePrivate;
    private final List<Timers.Timer> running = new ArrayList<>();
    private final AtomicBoolean sending = new AtomicBoolean();

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
        this.http = http;
        this.ids = ids;
        this.clock = clock;
        this.timers = timers;
        this.random = random;
        triesMax = settings.get(TRIES_MAX);
        mayBePrivate = settings.get(PRIVATE);
        subscribers = subscribers(settings.get(URLS), mayBePrivate);
        String secret = settings.get(SECRET);
        if (!subscribers.isEmpty() && secret.length() < SECRET_CHARACTERS_MIN) {
            throw new Invalid(SECRET.name(), SECRET.name() + " must have 16 characters or more.");
        }
        signature = new WebhookSignature(secret.isEmpty() ? "none" : secret);
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
            subscribers.forEach(url -> deliveries.add(new New(ids.next(), message.eventId(), url.toString(), body)));
        }
        return store.insert(transaction, deliveries, clock.instant());
    }

    private void tick() {
        if (sending.compareAndSet(false, true)) {
            send().onComplete(done -> {
                sending.set(false);
                if (done.failed()) {
                    LOG.warn("event=webhooks-failed reason=\"{}\"", done.cause().getMessage());
                }
            });
        }
    }

    private void forget() {
        store.forget(clock.instant().minus(FORGET_AFTER), FORGOTTEN_AT_ONCE_MAX)
                .onFailure(fault -> LOG.warn("event=webhooks-not-forgotten reason=\"{}\"", fault.getMessage()));
    }

    /**
     * Sends what is due.
     *
     * @return how many were sent, taken or not
     */
    Future<Integer> send() {
        Instant now = clock.instant();
        return store.takeDue(now, now.plus(MINE), SENT_AT_ONCE_MAX)
                .compose(due ->
                        Future.join(due.stream().map(this::send).toList()).map(done -> due.size()));
    }

    private Future<Void> send(Due due) {
        Delivery delivery = due.delivery();
        Request request = new Request(
                "POST",
                URI.create(delivery.url()),
                Map.of(
                        "Content-Type",
                        "application/json",
                        "Jishi-Event-Id",
                        delivery.eventId().toString(),
                        WebhookSignature.HEADER,
                        signature.of(clock.instant(), due.body())),
                due.body(),
                DEADLINE);
        Future<Reply> sent = mayBePrivate ? http.send(request) : http.sendToPublic(request);
        return sent.transform(reply -> reply.succeeded() && reply.result().isOk()
                ? store.taken(delivery.id(), clock.instant())
                : failed(
                        delivery,
                        reply.succeeded()
                                ? "status " + reply.result().status()
                                : String.valueOf(reply.cause().getMessage())));
    }

    private Future<Void> failed(Delivery delivery, String error) {
        Instant now = clock.instant();
        int tries = delivery.tries() + 1;
        boolean dead = tries >= triesMax;
        if (dead) {
            LOG.warn("event=webhook-dead delivery={} tries={}", delivery.id(), tries);
        }
        return store.failed(
                delivery.id(),
                error.substring(0, Math.min(error.length(), ERROR_CHARACTERS_MAX)),
                now.plus(Delivery.waitAfter(tries, random)),
                dead ? now : null);
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
