package io.jishi.edge;

import io.jishi.core.Settings;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.Format;
import io.jishi.realtime.RealtimeSettings;
import io.jishi.realtime.Session;
import io.jishi.realtime.SessionCommands;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /connection/websocket}: a session for each socket. */
public final class WebSocketEndpoint implements Handler<ServerWebSocket> {
    public static final String PATH = "/connection/websocket";
    private static final String PROTOBUF_SUB_PROTOCOL = "centrifuge-protobuf";
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketEndpoint.class);

    private final SessionCommands commands;
    private final EventLoops loops;
    private final Deflate deflate;
    private final boolean behindProxy;
    private final int messageBytesMax;

    public WebSocketEndpoint(SessionCommands commands, EventLoops loops, Settings settings, MeterRegistry meters) {
        this.commands = commands;
        this.loops = loops;
        this.deflate = new Deflate(settings, meters);
        this.behindProxy = settings.get(HttpSettings.BEHIND_PROXY);
        this.messageBytesMax = settings.get(RealtimeSettings.MESSAGE_BYTES_MAX);
    }

    /** What the server must be told before it starts. */
    public static Consumer<HttpServerOptions> configure(Settings settings) {
        int messageBytesMax = settings.get(RealtimeSettings.MESSAGE_BYTES_MAX);
        return options -> options.setMaxWebSocketFrameSize(messageBytesMax)
                .setMaxWebSocketMessageSize(messageBytesMax)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(settings.get(Deflate.ENABLED))
                .addWebSocketSubProtocol(PROTOBUF_SUB_PROTOCOL);
    }

    @Override
    public void handle(ServerWebSocket opened) {
        Format format = format(opened);
        String address = ClientAddress.ofOthers(opened.headers(), opened.remoteAddress(), behindProxy);
        Socket.take(opened, messageBytesMax, socket -> {
            WebSocketTransport transport = new WebSocketTransport(socket, format.isBinary(), deflate);
            return new ToSession(
                    commands.open(loops.current(), transport, format).from(address), format);
        });
    }

    private record ToSession(Session session, Format format) implements Socket.Receiver {
        @Override
        public void text(Buffer message) {
            received(message, !format.isBinary());
        }

        @Override
        public void binary(Buffer message) {
            received(message, format.isBinary());
        }

        private void received(Buffer message, boolean isOfFormat) {
            if (isOfFormat) {
                session.received(message);
            } else {
                session.close(DisconnectCode.BAD_REQUEST);
            }
        }

        @Override
        public void broken(DisconnectCode why) {
            session.close(why);
        }

        @Override
        public void failed(Throwable fault) {
            LOG.debug("event=socket-failed connection={} cause={}", session.id(), fault.toString());
            session.closed();
        }

        @Override
        public void writable() {
            session.writable();
        }

        @Override
        public void closed() {
            session.closed();
        }
    }

    private static Format format(ServerWebSocket socket) {
        String query = socket.query();
        boolean protobuf = PROTOBUF_SUB_PROTOCOL.equals(socket.subProtocol())
                || (query != null && List.of(query.split("&")).contains("format=protobuf"));
        return protobuf ? Format.PROTOBUF : Format.JSON;
    }
}
