package io.jishi.bench;

import io.jishi.bench.RedisSale.Variant;
import io.jishi.bench.RedisSale.Write;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.edge.EventLoops;
import io.jishi.edge.HttpEdge;
import io.jishi.edge.HttpSettings;
import io.jishi.edge.WebSocketEndpoint;
import io.jishi.flashsales.FlashSaleRefusal;
import io.jishi.flashsales.FlashSaleRequest;
import io.jishi.flashsales.FlashSales;
import io.jishi.flashsales.Sale;
import io.jishi.orders.Order;
import io.jishi.orders.OrderStage;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelRules;
import io.jishi.realtime.Fanout;
import io.jishi.realtime.Hub;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.jishi.realtime.RealtimeSettings;
import io.jishi.realtime.SessionCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Jishi's WebSocket front in a process of its own, with one event loop and one method: {@code flashsales.claim}, answered
 * by Jishi's flash sales or from Redis. A token is a user's id; how fast one may claim is not limited. For each line of its
 * input it opens a sale of so many units, and tells its id.
 */
final class ClaimFront {
    private static final long ANY = 1;
    private static final int PER_SECOND_MAX = 100_000;

    private ClaimFront() {}

    /** What answers claims. */
    private interface Seller {
        void register(Methods methods);

        /** @return its id */
        String open(int units);
    }

    /** @param arguments the URL of the database, and the port of Redis, 0 for Jishi's own flash sales */
    public static void main(String[] arguments) throws Exception {
        int redis = Integer.parseInt(arguments[1]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        Seller seller = redis == 0 ? jishi(vertx, arguments[0]) : redis(arguments[0], redis);
        int port = serve(vertx, seller);
        System.out.println("port " + port);
        for (String line = IO.readln(); line != null; line = IO.readln()) {
            System.out.println("sale " + seller.open(Integer.parseInt(line)));
        }
        System.exit(0);
    }

    private static int serve(Vertx vertx, Seller seller) {
        Settings settings = Settings.defaults()
                .with(RealtimeSettings.COMMANDS_PER_SECOND_MAX, PER_SECOND_MAX)
                .with(HttpSettings.PORT, 0);
        Authorization authorization = Authorization.shipped();
        Methods methods = new Methods(authorization);
        seller.register(methods);
        EventLoops loops = EventLoops.open(vertx, 1).await();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Hub hub = new Hub(
                loops.loops(),
                ChannelRules.shipped("channels.yaml"),
                nowhere(),
                InstantSource.system(),
                settings,
                meters);
        hub.start();
        SessionCommands commands =
                new SessionCommands(hub, methods, authorization, ClaimFront::verify, caller -> List.of(), "front");
        return new HttpEdge(vertx, settings, authorization, ClaimFront::verify, meters)
                .serverOptions(WebSocketEndpoint.configure(settings))
                .webSocket(WebSocketEndpoint.PATH, new WebSocketEndpoint(commands, loops, settings, meters))
                .start(loops)
                .await();
    }

    private static Authenticator.Verdict verify(String token, String connection) {
        return new Authenticator.Verdict.Bearer(
                new Caller(token, token, Set.of(Role.VIEWER), connection, "en"), null, Map.of(), null);
    }

    /** Nobody subscribes here. */
    private static Fanout nowhere() {
        return (Fanout) Proxy.newProxyInstance(
                Fanout.class.getClassLoader(),
                new Class<?>[] {Fanout.class},
                (proxy, method, arguments) -> method.getReturnType() == Future.class ? Future.succeededFuture() : null);
    }

    private static Seller jishi(Vertx vertx, String database) {
        FlashSaleNode node = FlashSaleNode.start(database, vertx, 2, unlimited());
        return new Seller() {
            @Override
            public void register(Methods methods) {
                node.register(methods);
            }

            @Override
            public String open(int units) {
                return node.open(units).id().toString();
            }
        };
    }

    @SuppressWarnings("unchecked") // all of them are numbers
    private static Settings unlimited() {
        Settings settings = Settings.defaults();
        for (Setting<?> setting : FlashSales.SETTINGS) {
            if (setting.name().startsWith("flashsales.claims-per-second")) {
                settings = settings.with((Setting<Integer>) setting, 0);
            }
        }
        return settings;
    }

    private static Seller redis(String database, int port) {
        AtomicLong orders = new AtomicLong(System.currentTimeMillis() << 20);
        RedisSale shop = RedisSale.open(port, database, new Variant(Write.ASYNCHRONOUS, 1, 1), orders, false);
        shop.startWriter();
        return new Seller() {
            @Override
            public void register(Methods methods) {
                methods.add(
                        Method.of("flashsales.claim", FlashSaleRequest.Claim.class, Order.class, "Takes a unit."),
                        (caller, claim) -> shop.claim(orders.incrementAndGet())
                                .map(taken -> taken
                                        ? Outcome.done(order(caller, claim))
                                        : Outcome.refused(FlashSaleRefusal.SOLD_OUT)));
            }

            @Override
            public String open(int units) {
                shop.stock(units);
                return Id.of(ANY).toString();
            }
        };
    }

    /** As Jishi answers a claim. */
    private static Order order(Caller caller, FlashSaleRequest.Claim claim) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Id<Sale> sale = claim.saleId();
        return new Order(
                Id.of(ANY),
                caller.userId(),
                sale,
                Id.of(ANY),
                new LocalText("龙井茶", "Longjing tea"),
                claim.quantity(),
                1900,
                "CNY",
                OrderStage.RESERVED,
                now,
                now.plusSeconds(3_600),
                null,
                null);
    }
}
