package io.jishi;

import io.jishi.accounts.TokenKeys;
import io.jishi.accounts.Tokens;
import io.jishi.cluster.ClusterNode;
import io.jishi.core.Ids;
import io.jishi.core.Invalid;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.DatabaseClock;
import io.jishi.database.DatabaseSettings;
import io.jishi.database.Leases;
import io.jishi.database.Migrations;
import io.jishi.database.NodeNumbers;
import io.jishi.edge.AccountRoutes;
import io.jishi.edge.Emulation;
import io.jishi.edge.EventLoopLag;
import io.jishi.edge.EventLoops;
import io.jishi.edge.Health;
import io.jishi.edge.HttpEdge;
import io.jishi.edge.Metrics;
import io.jishi.edge.OperationRoutes;
import io.jishi.edge.PaymentRoutes;
import io.jishi.edge.PhotoRoutes;
import io.jishi.edge.PublishedKeys;
import io.jishi.edge.ServerApi;
import io.jishi.edge.StreamEndpoints;
import io.jishi.edge.WebClient;
import io.jishi.edge.WebSocketEndpoint;
import io.jishi.outbound.OutboundHttp;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.ChannelRules;
import io.jishi.realtime.Hub;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.Methods;
import io.jishi.realtime.SessionCommands;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running node, from the cluster up to the sockets. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int DRAIN_MILLIS = 2_000;
    /** How long clients that were told to go may take to close their sockets. */
    private static final int CLOSE_MILLIS = 1_000;

    private static final int START_SECONDS_MAX = 120;

    private final ClusterNode cluster;
    private final Database database;
    private final Hub hub;
    private final Shop shop;
    private final Health health;
    private final HttpEdge http;

    private Node(ClusterNode cluster, Database database, Hub hub, Shop shop, Health health, HttpEdge http) {
        this.cluster = cluster;
        this.database = database;
        this.hub = hub;
        this.shop = shop;
        this.health = health;
        this.http = http;
    }

    /** Blocks until the node serves. */
    static Node start(Settings settings) {
        long began = System.nanoTime();
        DatabaseClock clock = new DatabaseClock();
        ChannelRules rules = rules(settings);
        Metrics metrics = new Metrics();
        int loopCount = loopCount(settings);
        ClusterNode cluster = ClusterNode.join(
                settings,
                Vertx.builder().withMetrics(metrics.factory()),
                new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(loopCount)
                        .setMetricsOptions(metrics.options()),
                clock);
        Vertx vertx = cluster.vertx();
        try {
            Database database = DatabaseSettings.open(vertx, settings);
            Node node = await(Migrations.run(vertx, database, settings.get(DatabaseSettings.URL))
                    .compose(version -> clock.follow(database, new VertxTimers(vertx)))
                    .compose(looked -> NodeNumbers.take(database))
                    .compose(number -> Future.all(
                                    EventLoops.open(vertx, loopCount), Emulation.start(vertx, cluster.membership()))
                            .map(parts -> build(
                                    settings,
                                    cluster,
                                    database,
                                    rules,
                                    metrics.registry(),
                                    clock,
                                    new Ids(clock, number),
                                    parts.resultAt(0),
                                    parts.resultAt(1)))
                            .compose(built -> built.node()
                                    .shop
                                    .start()
                                    .compose(done -> built.fillDemo(settings))
                                    .compose(done -> built.api())
                                    .compose(done -> built.node().http.start(built.loops()))
                                    .map(port -> {
                                        LOG.info(
                                                "event=ready port={} members={} millis={}",
                                                port,
                                                cluster.membership().members().size(),
                                                (System.nanoTime() - began) / 1_000_000);
                                        return built.node();
                                    }))));
            return node;
        } catch (RuntimeException e) {
            cluster.closeVertx();
            cluster.terminate();
            throw e;
        }
    }

    private record Built(Node node, EventLoops loops, Leases leases, DemoShop demo, Future<Void> api) {
        /** One node fills the shop; the others need not wait for it. */
        Future<Void> fillDemo(Settings settings) {
            if (!settings.get(NodeSettings.DEMO_SEED)) {
                return Future.succeededFuture();
            }
            return leases.take("demo", "seed")
                    .compose(mine -> mine.isPresent() ? demo.fill().mapEmpty() : Future.succeededFuture());
        }
    }

    private static Built build(
            Settings settings,
            ClusterNode cluster,
            Database database,
            ChannelRules rules,
            PrometheusMeterRegistry registry,
            InstantSource clock,
            Ids ids,
            EventLoops loops,
            Emulation emulation) {
        Hub hub = new Hub(loops.loops(), rules, cluster.fanout(), clock, settings, registry);
        Authorization authorization = Authorization.shipped();
        Tokens tokens = Tokens.of(
                settings,
                clock,
                rules.developmentOnly() ? Tokens.Makers.ANY : Tokens.Makers.OWN,
                TokenKeys.of(
                        settings,
                        rules.tokenSecret(),
                        new PublishedKeys(new OutboundHttp(cluster.vertx()), settings.get(TokenKeys.JWKS_URL)),
                        clock));
        Leases leases = new Leases(database, cluster.membership());
        Shop shop = new Shop(
                new Shop.Kernel(
                        cluster.vertx(),
                        database,
                        leases,
                        cluster.membership(),
                        hub,
                        clock,
                        ids,
                        new VertxTimers(cluster.vertx()),
                        registry,
                        settings),
                tokens);
        Methods methods = new Methods(authorization);
        shop.register(methods);
        hub.start();
        EventLoopLag.watch(cluster.vertx(), registry);
        SessionCommands commands = new SessionCommands(
                        hub, methods, authorization, tokens, Shop::channelsOf, settings.get(NodeSettings.NAME))
                .channelTokens(tokens);
        Health health = new Health(database, cluster.membership(), settings);
        HttpEdge http = new HttpEdge(cluster.vertx(), settings, authorization, tokens, registry)
                .serverOptions(WebSocketEndpoint.configure(settings))
                .webSocket(WebSocketEndpoint.PATH, new WebSocketEndpoint(commands, loops, settings, registry));
        StreamEndpoints.add(http, cluster.vertx(), commands, loops, emulation);
        Future<Void> api = ServerApi.add(
                http,
                settings,
                rules.apiKey(),
                new ServerApi.Self(cluster.vertx(), cluster.membership(), settings.get(NodeSettings.NAME), clock),
                new HubControl(hub, commands),
                methods,
                registry);
        AccountRoutes.add(http, shop.accounts);
        PaymentRoutes.add(http, shop.orders);
        PhotoRoutes.add(http, shop.afterSales, settings);
        OperationRoutes.add(http, health, registry);
        http.pages(WebClient.load(Node.class.getClassLoader(), "webroot/"));
        DemoShop demo =
                new DemoShop(cluster.vertx(), shop.accounts, methods, settings.get(NodeSettings.DEMO_DIRECTORY));
        return new Built(new Node(cluster, database, hub, shop, health, http), loops, leases, demo, api);
    }

    /** @throws Invalid where they cannot be read, or are for another profile than this one */
    static ChannelRules rules(Settings settings) {
        String name = settings.get(NodeSettings.CHANNELS);
        ChannelRules rules;
        try {
            rules = name.indexOf('/') >= 0
                    ? ChannelRules.parse(Files.readString(Path.of(name)))
                    : ChannelRules.shipped(name);
        } catch (IOException | IllegalStateException e) {
            throw new Invalid("channels", "The channel rules " + name + " cannot be read.");
        }
        if (rules.developmentOnly() && settings.get(Configuration.PROFILE) != Profile.DEVELOPMENT) {
            throw new Invalid("channels", "The channel rules " + name + " are for JISHI_PROFILE=development only.");
        }
        return rules;
    }

    private static int loopCount(Settings settings) {
        int configured = settings.get(NodeSettings.EVENT_LOOPS);
        return configured > 0 ? configured : Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("not started within " + START_SECONDS_MAX + " s", e);
        }
    }

    /** Calls back, with why, once the others may have given this node up: it must not go on. */
    void onExpelled(Consumer<String> action) {
        cluster.onExpelled(action);
    }

    /** Stops accepting, tells clients to go elsewhere, gives ownership back, closes the pool, leaves the cluster. */
    void stop(int secondsMax) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
        health.drain();
        Future<Void> closed = http.stop(DRAIN_MILLIS + CLOSE_MILLIS);
        step("drain", hub.drain(DRAIN_MILLIS), deadline);
        step("http", closed, deadline);
        step("shop", shop.stop(), deadline);
        step("database", database.close(), deadline);
        step("vertx", cluster.closeVertx(), deadline);
        cluster.leave();
    }

    private static void step(String name, Future<?> step, long deadlineNanos) {
        long left = Math.max(1, deadlineNanos - System.nanoTime());
        try {
            step.toCompletionStage().toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.warn("event=stop-step-failed step={} cause={}", name, e.toString());
        }
    }
}
