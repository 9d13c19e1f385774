package io.jishi.edge;

import io.jishi.accounts.AccountsWorld;
import io.jishi.aftersales.AfterSales;
import io.jishi.catalog.Catalog;
import io.jishi.core.Membership;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Orders;
import io.jishi.orders.SandboxProvider;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.ChannelRules;
import io.jishi.realtime.Hub;
import io.jishi.realtime.HubControl;
import io.jishi.realtime.LocalFanout;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RecordingChannels;
import io.jishi.realtime.SessionCommands;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A real server with real accounts on a free port of the loopback. */
final class EdgeWorld implements AutoCloseable {
    static final int LOOPS = 2;
    static final String API_KEY = "a key for the server API";
    static final String SANDBOX_SECRET = "a secret for the sandbox";

    final Vertx vertx = Vertx.vertx(new io.vertx.core.VertxOptions().setEventLoopPoolSize(LOOPS));
    final AccountsWorld accounts;
    final Metrics metrics = new Metrics();
    final AtomicReference<Set<String>> members = new AtomicReference<>(Set.of("self"));
    final Health health;
    final HttpEdge edge;
    final EventLoops loops;
    final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    EdgeWorld() {
        this(Settings.defaults(), Authorization.shipped(), edge -> {});
    }

    EdgeWorld(Settings given, Authorization authorization, Consumer<HttpEdge> more) {
        Settings settings = given.with(HttpSettings.PORT, 0).with(ApiKey.KEY, API_KEY);
        accounts = new AccountsWorld(vertx, settings);
        health = new Health(accounts.database, new TestMembership(), settings);
        edge = new HttpEdge(vertx, settings, authorization, accounts.tokens, metrics.registry());
        AccountRoutes.add(edge, accounts.accounts);
        Timers timers = new NoTimers();
        Orders orders = new Orders(
                accounts.database,
                new RecordingChannels(),
                new Ledger(accounts.database, accounts.ids, accounts.clock),
                List.of(new SandboxProvider(
                        timers, accounts.clock, settings.with(SandboxProvider.SECRET, SANDBOX_SECRET))),
                accounts.ids,
                accounts.clock,
                timers,
                settings);
        PaymentRoutes.add(edge, orders);
        Catalog catalog = new Catalog(accounts.database, accounts.ids, accounts.clock);
        PhotoRoutes.add(
                edge,
                new AfterSales(accounts.database, orders, catalog, accounts.ids, accounts.clock, timers, settings),
                settings);
        OperationRoutes.add(edge, health, metrics.registry());
        edge.serverOptions(WebSocketEndpoint.configure(settings))
                .webSocket(WebSocketEndpoint.PATH, socket -> socket.textMessageHandler(socket::writeTextMessage));
        loops = EventLoops.open(vertx, LOOPS).await();
        addStreams(settings, authorization);
        more.accept(edge);
        edge.pages(WebClient.load(EdgeWorld.class.getClassLoader(), "pages/"));
        port = edge.start(loops).await();
    }

    /** Real time with a log in memory, on a cluster of one. */
    private void addStreams(Settings settings, Authorization authorization) {
        Hub hub = new Hub(
                loops.loops(),
                ChannelRules.shipped("channels.yaml"),
                new LocalFanout(accounts.clock).node("self"),
                accounts.clock,
                settings,
                metrics.registry());
        Methods methods = new Methods(authorization);
        SessionCommands commands =
                new SessionCommands(hub, methods, authorization, accounts.tokens, caller -> List.of(), "here");
        ServerApi.add(
                        edge,
                        settings,
                        Optional.empty(),
                        new ServerApi.Self(vertx, new TestMembership(), "here", accounts.clock),
                        new HubControl(hub, commands),
                        methods,
                        metrics.registry())
                .await();
        hub.start();
        Emulation emulation = Emulation.start(vertx, new TestMembership()).await();
        StreamEndpoints.add(edge, vertx, commands, loops, emulation);
    }

    /** Nothing happens later: no test here waits for the sandbox. */
    private static final class NoTimers implements Timers {
        @Override
        public Timer after(Duration delay, Runnable action) {
            return () -> {};
        }

        @Override
        public Timer every(Duration period, Runnable action) {
            return () -> {};
        }
    }

    private final class TestMembership implements Membership {
        @Override
        public String self() {
            return "self";
        }

        @Override
        public Set<String> members() {
            return members.get();
        }

        @Override
        public void onChange(Consumer<Set<String>> listener) {}
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, String json, String... headers) {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends bytes as they are and reads until the server closes. */
    String raw(String request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        edge.stop(100).await();
        accounts.close();
        vertx.close().await();
    }
}
