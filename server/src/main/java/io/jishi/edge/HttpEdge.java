package io.jishi.edge;

import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_VERSION;

import io.jishi.core.Settings;
import io.jishi.realtime.Authenticator;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.FaultLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a node: declared routes, plain ones, the WebSocket's upgrade, and the pages. One server runs on each
 * of the given event loops, all on one port, so that a connection stays on one loop for its whole life.
 */
public final class HttpEdge {
    private static final FaultLog FAULTS =
            new FaultLog(LoggerFactory.getLogger(HttpEdge.class), InstantSource.system());

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final Routes routes;
    private final Arrival arrival;
    private final CrossOrigin crossOrigin;
    private final ConnectionLimit connections;
    private final boolean behindProxy;
    private final Entrance entrance;
    private String webSocketPath = "";
    private Handler<ServerWebSocket> webSocketHandler = ServerWebSocket::close;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    public HttpEdge(
            Vertx vertx,
            Settings settings,
            Authorization authorization,
            Authenticator authenticator,
            MeterRegistry meters) {
        this.vertx = vertx;
        options = HttpSettings.serverOptions(settings);
        routes = new Routes(authorization, authenticator, settings);
        arrival = new Arrival(meters);
        crossOrigin = new CrossOrigin(HttpSettings.allowedOrigins(settings));
        entrance = new Entrance(settings, meters);
        behindProxy = settings.get(HttpSettings.BEHIND_PROXY);
        connections = new ConnectionLimit(
                settings.get(HttpSettings.CONNECTIONS_MAX), settings.get(HttpSettings.REQUEST_SECONDS_MAX), meters);
    }

    /** @throws IllegalStateException where the route is there already or has no row in the authorisation table */
    public <P, R> HttpEdge add(Route<P, R> route, Route.Handler<P, R> handler) {
        routes.add(route, handler);
        return this;
    }

    /** Adds a route for GET (and HEAD) whose handler writes its own answer in time. */
    public HttpEdge get(String path, Handler<RoutingContext> handler) {
        routes.addPlain(new Routes.Plain(path, handler));
        return this;
    }

    /**
     * Opens sockets.
     *
     * @param path where; a request there that asks for no socket is malformed, a socket elsewhere is turned away
     * @param handler runs on the loop of the connection
     */
    public HttpEdge webSocket(String path, Handler<ServerWebSocket> handler) {
        routes.addPlain(new Routes.Plain(path, context -> Answers.error(context, HttpError.BAD_REQUEST)));
        webSocketPath = path;
        webSocketHandler = handler;
        return this;
    }

    /**
     * Adds a route whose answer may stay open for as long as the client likes; its handler is called when the body is
     * there, bounded in size and time as any.
     */
    public HttpEdge raw(HttpMethod method, String path, Handler<RoutingContext> handler) {
        routes.addRaw(new Routes.Raw(method, path, handler));
        return this;
    }

    /** As {@link #raw}, with a body that may be longer than others. */
    HttpEdge raw(HttpMethod method, String path, int bodyBytesMax, Handler<RoutingContext> handler) {
        routes.addRaw(new Routes.Raw(method, path, handler, bodyBytesMax));
        return this;
    }

    /** As {@link #raw}, for POST, open to whoever has the key, besides the roles of the route's row in the table. */
    HttpEdge keyed(ApiKey key, String path, Handler<RoutingContext> handler) {
        routes.addKeyed(new Routes.Keyed(key, path, handler));
        return this;
    }

    /** As {@link #raw}, for answers that are real-time connections: their number and origin are checked as sockets' are. */
    public HttpEdge stream(HttpMethod method, String path, Handler<RoutingContext> handler) {
        return raw(method, path, context -> {
            String address = address(context);
            Optional<Entrance.Reason> refused = entrance.enter(context.request().headers(), address);
            if (refused.isPresent()) {
                Answers.error(context, refused.get().error());
            } else {
                context.addEndHandler(ended -> entrance.leave(address));
                handler.handle(context);
            }
        });
    }

    private void decide(ServerWebSocketHandshake handshake) {
        if (!webSocketPath.equals(handshake.path())) {
            handshake.reject(HttpError.NOT_FOUND.status());
            return;
        }
        if (!WebSocketVersion.V13.toHttpHeaderValue().equals(handshake.headers().get(SEC_WEBSOCKET_VERSION))) {
            handshake.reject(HttpError.BAD_REQUEST.status()); // a draft: Vert.x would speak it, its frames differ
            return;
        }
        String address = ClientAddress.of(handshake.headers(), handshake.remoteAddress(), behindProxy);
        Optional<Entrance.Reason> refused = entrance.enter(handshake.headers(), address);
        if (refused.isPresent()) {
            handshake.reject(refused.get().error().status());
        } else {
            handshake.accept().onFailure(broken -> entrance.leave(address)).onSuccess(socket -> {
                Channel channel =
                        ((WebSocketInternal) socket).channelHandlerContext().channel();
                ConnectionLimit.asked(channel);
                channel.closeFuture().addListener(closed -> entrance.leave(address));
            });
        }
    }

    /** Adds the web client; to be called last, because it answers every path that is left. */
    public HttpEdge pages(WebClient pages) {
        routes.addPlain(new Routes.Plain("/", pages::handle));
        return this;
    }

    /** Changes how sockets are opened: frames, compression, subprotocols. */
    public HttpEdge serverOptions(Consumer<HttpServerOptions> change) {
        change.accept(options);
        return this;
    }

    /** The request's id, for logs; the client is told it in {@code X-Request-Id}. */
    public static String requestId(RoutingContext context) {
        return Arrival.requestId(context);
    }

    boolean isBehindProxy() {
        return behindProxy;
    }

    /** Where a request comes from, as limits count it; never for logs. */
    public String address(RoutingContext context) {
        return ClientAddress.of(context.request(), behindProxy);
    }

    /** The rows of the authorisation table that this server serves. */
    Set<String> rows() {
        return routes.rows();
    }

    List<Route<?, ?>> declared() {
        return routes.declared();
    }

    /**
     * Listens on every event loop.
     *
     * @return the port; fails where it is taken
     */
    public Future<Integer> start(EventLoops loops) {
        List<Future<Integer>> listening = new ArrayList<>();
        loops.contexts().forEach(context -> listening.add(listen(context)));
        return Future.all(listening).compose(all -> listening.getFirst());
    }

    /** Opens no real-time connection any more, on connections that are there already either; other requests are answered. */
    public void drain() {
        entrance.stop();
    }

    /**
     * Listens no more from now on, so that whoever comes is refused at once and goes to another node; lets requests end and
     * sockets be closed from within, then closes what is left.
     *
     * @param graceMillis how long what is open may stay
     * @return completes once nothing is open
     */
    public Future<Void> stop(long graceMillis) {
        drain();
        List<Future<Void>> closing = new ArrayList<>();
        servers.forEach(server -> closing.add(server.shutdown(graceMillis, TimeUnit.MILLISECONDS)));
        return Future.join(closing).mapEmpty();
    }

    private Future<Integer> listen(Context context) {
        Promise<Integer> listening = Promise.promise();
        context.runOnContext(ignored -> {
            HttpServer server = vertx.createHttpServer(options)
                    .requestHandler(router())
                    .webSocketHandshakeHandler(this::decide)
                    .webSocketHandler(this::upgraded)
                    .connectionHandler(this::opened)
                    .invalidRequestHandler(InvalidRequests::answer);
            server.listen().map(HttpServer::actualPort).onComplete(listening);
            servers.add(server);
        });
        return listening.future();
    }

    private void opened(HttpConnection connection) {
        Channel channel =
                ((HttpServerConnection) connection).channelHandlerContext().channel();
        Upgrade.install(channel, options.getPerMessageWebSocketCompressionSupported());
        connections.opened(connection);
    }

    private void upgraded(ServerWebSocket socket) {
        webSocketHandler.handle(socket);
        Upgrade.done(((WebSocketInternal) socket).channelHandlerContext().channel());
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(HttpEdge::asked);
        router.route().handler(arrival::handle);
        router.route().handler(crossOrigin::handle);
        routes.mount(router);
        router.route().last().handler(this::unmatched);
        router.route().failureHandler(HttpEdge::failed);
        return router;
    }

    private static void asked(RoutingContext context) {
        ConnectionLimit.asked(((HttpServerConnection) context.request().connection())
                .channelHandlerContext()
                .channel());
        context.next();
    }

    private void unmatched(RoutingContext context) {
        String methods = routes.methodsOf(context.normalizedPath());
        if (methods.isEmpty() || methods.contains(context.request().method().name())) {
            Answers.error(context, HttpError.NOT_FOUND);
        } else {
            context.response().putHeader("Allow", methods);
            Answers.error(context, HttpError.METHOD_NOT_ALLOWED);
        }
    }

    private static void failed(RoutingContext context) {
        HttpError error = context.statusCode() > 0 ? HttpError.of(context.statusCode()) : HttpError.INTERNAL;
        if (error == HttpError.INTERNAL) {
            Throwable fault = Objects.requireNonNullElseGet(context.failure(), IllegalStateException::new);
            FAULTS.error("event=request-failed", "request=" + Arrival.requestId(context), fault);
        }
        Answers.error(context, error);
    }
}
