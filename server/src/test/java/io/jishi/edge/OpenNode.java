package io.jishi.edge;

import io.jishi.cluster.ClusterNode;
import io.jishi.cluster.ClusterSettings;
import io.jishi.core.Outcome;
import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.ChannelRules;
import io.jishi.realtime.ChannelTerms;
import io.jishi.realtime.ChannelTokens;
import io.jishi.realtime.Hub;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.jishi.realtime.SessionCommands;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Real time without the shop: a node of a real cluster with open channels, on which a token is just a user's name. */
public final class OpenNode implements AutoCloseable {
    /** A token that is refused as expired, and one that is refused as forged. */
    public static final String EXPIRED = "expired";

    public static final String FORGED = "forged";

    /** What the echo method does not answer. */
    static final String NEVER = "never";

    /** The key of its server API. */
    public static final String API_KEY = "test-api-key";

    private static final int LOOPS = 2;

    private final ClusterNode cluster;
    private final Hub hub;
    private final HttpEdge edge;
    private final SimpleMeterRegistry meters;
    private final int port;

    private OpenNode(ClusterNode cluster, Hub hub, HttpEdge edge, SimpleMeterRegistry meters, int port) {
        this.meters = meters;
        this.cluster = cluster;
        this.hub = hub;
        this.edge = edge;
        this.port = port;
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A node of the cluster whose members listen on these ports; its own is the one at {@code index}. */
    public static OpenNode start(List<Integer> clusterPorts, int index, Settings more) {
        return start(clusterPorts, index, more, ChannelRules.shipped("open-channels.yaml"));
    }

    /** The same with other rules of channels. */
    static OpenNode start(List<Integer> clusterPorts, int index, Settings more, ChannelRules rules) {
        String members = String.join(
                ",", clusterPorts.stream().map(port -> "127.0.0.1:" + port).toList());
        Settings settings = more.with(ClusterSettings.DISCOVERY, ClusterSettings.Discovery.MEMBERS)
                .with(ClusterSettings.NAME, "open-" + clusterPorts.get(0))
                .with(ClusterSettings.PORT, clusterPorts.get(index))
                .with(ClusterSettings.MEMBERS, members);
        ClusterNode cluster = ClusterNode.join(
                settings,
                Vertx.builder(),
                new VertxOptions().setEventLoopPoolSize(LOOPS).setPreferNativeTransport(true),
                InstantSource.system());
        Vertx vertx = cluster.vertx();
        EventLoops loops = EventLoops.open(vertx, LOOPS).await();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Hub hub = new Hub(loops.loops(), rules, cluster.fanout(), InstantSource.system(), settings, meters);
        hub.start();
        Authorization authorization = Authorization.shipped();
        Methods methods = methods(authorization);
        SessionCommands commands = new SessionCommands(
                        hub, methods, authorization, OpenNode::verify, new Function(), "open")
                .channelTokens(OpenNode::verifyChannel);
        HttpEdge edge = new HttpEdge(
                        vertx, settings.with(HttpSettings.PORT, 0), authorization, OpenNode::verify, meters)
                .serverOptions(WebSocketEndpoint.configure(settings))
                .webSocket(WebSocketEndpoint.PATH, new WebSocketEndpoint(commands, loops, settings, meters));
        Emulation emulation = Emulation.start(vertx, cluster.membership()).await();
        StreamEndpoints.add(edge, vertx, commands, loops, emulation);
        ServerApi.add(
                        edge,
                        settings,
                        Optional.of(API_KEY),
                        new ServerApi.Self(vertx, cluster.membership(), "node-" + index, InstantSource.system()),
                        new HubControl(hub, commands),
                        methods,
                        meters)
                .await();
        return new OpenNode(cluster, hub, edge, meters, edge.start(loops).await());
    }

    private static Methods methods(Authorization authorization) {
        Methods methods = new Methods(authorization);
        methods.add(
                Method.of("catalog.products", Echo.class, Echo.class, "Answers what it is told."),
                (caller, echo) -> echo.text().equals(NEVER)
                        ? Promise.<Outcome<Echo>>promise().future()
                        : Future.succeededFuture(Outcome.done(new Echo(echo.text() + caller.user()))));
        return methods;
    }

    /** What the echo method takes and gives. */
    public record Echo(String text) {}

    private static final class Function implements java.util.function.Function<Caller, List<ChannelName>> {
        @Override
        public List<ChannelName> apply(Caller caller) {
            return caller.user().isEmpty() ? List.of() : List.of(new ChannelName("recovery:" + caller.user()));
        }
    }

    private static Authenticator.Verdict verify(String token, String connection) {
        return switch (token) {
            case EXPIRED -> new Authenticator.Verdict.Expired();
            case FORGED -> new Authenticator.Verdict.Forged();
            default -> {
                String[] parts = token.split("/");
                Caller caller = new Caller(parts[0], parts[0], Set.of(io.jishi.core.Role.VIEWER), connection, "en");
                Instant expiresAt = parts.length > 1 ? Instant.now().plusSeconds(Long.parseLong(parts[1])) : null;
                yield new Authenticator.Verdict.Bearer(caller, expiresAt, Map.of(), null);
            }
        };
    }

    /** A subscription token reads {@code user|channel|seconds}. */
    private static Future<ChannelTokens.Verdict> verifyChannel(String token) {
        if (token.equals(EXPIRED)) {
            return Future.succeededFuture(new ChannelTokens.Verdict.Expired());
        }
        String[] parts = token.split("\\|", -1);
        Instant expiresAt = Instant.now().plusSeconds(Long.parseLong(parts[2]));
        ChannelTerms terms = new ChannelTerms(expiresAt, "{\"seat\":7}", "{\"hello\":1}", ChannelTerms.Overrides.NONE);
        return Future.succeededFuture(new ChannelTokens.Verdict.Granted(parts[0], "", parts[1], terms));
    }

    public String url() {
        return "ws://127.0.0.1:" + port + WebSocketEndpoint.PATH;
    }

    /** Of an HTTP path. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** How many sessions are open. */
    public int connections() {
        return (int) meters.get("jishi.connections").gauge().value();
    }

    /** How many users have as many connections in the cluster as they may. */
    int usersFull() {
        return (int) meters.get("jishi.users.full").gauge().value();
    }

    /** How many subscriptions they have. */
    int subscriptions() {
        return (int) meters.get("jishi.subscriptions").gauge().value();
    }

    /** What went through compression, {@code before} or {@code after} it. */
    double compressed(String stage) {
        return meters.get("jishi.compression.bytes")
                .tag("stage", stage)
                .counter()
                .count();
    }

    /** What a counter has counted of a code. */
    public double counted(String counter, String code) {
        Counter found = meters.find(counter).tag("code", code).counter();
        return found == null ? 0 : found.count();
    }

    /** What was dropped for a reason. */
    double dropped(String reason) {
        return meters.get("jishi.drops").tag("reason", reason).counter().count();
    }

    public Hub hub() {
        return hub;
    }

    public Vertx vertx() {
        return cluster.vertx();
    }

    /** Goes without a word to anybody, as a process does that is killed. */
    public void kill() {
        cluster.terminate();
        cluster.vertx().close();
    }

    int port() {
        return port;
    }

    /** Begins to stop: no new connection comes in. */
    Future<Void> stopListening(long graceMillis) {
        return edge.stop(graceMillis);
    }

    @Override
    public void close() {
        hub.drain(100).await();
        edge.stop(100).await();
        cluster.vertx().close().await();
        cluster.leave();
    }
}
