package io.jishi.edge;

import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.Format;
import io.jishi.realtime.Session;
import io.jishi.realtime.SessionCommands;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /connection/websocket}: a session for each socket. */
public final class WebSocketEndpoint implements Handler<ServerWebSocket> {
    public static final String PATH = "/connection/websocket";
    public static final int MESSAGE_BYTES_MAX = 65_536;

    private static final String PROTOBUF_SUB_PROTOCOL = "centrifuge-protobuf";
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketEndpoint.class);

    private final SessionCommands commands;
    private final EventLoops loops;

    public WebSocketEndpoint(SessionCommands commands, EventLoops loops) {
        this.commands = commands;
        this.loops = loops;
    }

    /** What the server must be told before it starts. */
    public static void configure(HttpServerOptions options) {
        options.setMaxWebSocketFrameSize(MESSAGE_BYTES_MAX)
                .setMaxWebSocketMessageSize(MESSAGE_BYTES_MAX)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .addWebSocketSubProtocol(PROTOBUF_SUB_PROTOCOL)
                .setWebSocketClosingTimeout(5);
    }

    @Override
    public void handle(ServerWebSocket socket) {
        Format format = format(socket);
        WebSocketTransport transport = new WebSocketTransport(socket, format.isBinary());
        Session session = commands.open(loops.current(), transport, format);
        if (format.isBinary()) {
            socket.binaryMessageHandler(session::received);
            socket.textMessageHandler(ignored -> session.close(DisconnectCode.BAD_REQUEST));
        } else {
            socket.textMessageHandler(text -> session.received(Buffer.buffer(text)));
            socket.binaryMessageHandler(ignored -> session.close(DisconnectCode.BAD_REQUEST));
        }
        socket.drainHandler(ignored -> session.writable());
        socket.exceptionHandler(fault -> {
            LOG.debug("event=socket-failed connection={} cause={}", session.id(), fault.toString());
            session.closed();
        });
        socket.closeHandler(ignored -> session.closed());
    }

    private static Format format(ServerWebSocket socket) {
        String query = socket.query();
        boolean protobuf = PROTOBUF_SUB_PROTOCOL.equals(socket.subProtocol())
                || (query != null && List.of(query.split("&")).contains("format=protobuf"));
        return protobuf ? Format.PROTOBUF : Format.JSON;
    }
}
