package io.jishi.edge;

import io.jishi.core.Settings;
import io.jishi.realtime.DisconnectCode;
import io.jishi.realtime.Format;
import io.jishi.realtime.RealtimeSettings;
import io.jishi.realtime.Session;
import io.jishi.realtime.SessionCommands;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
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

    public WebSocketEndpoint(SessionCommands commands, EventLoops loops) {
        this.commands = commands;
        this.loops = loops;
    }

    /** What the server must be told before it starts. */
    public static Consumer<HttpServerOptions> configure(Settings settings) {
        return options -> configure(options, settings.get(RealtimeSettings.MESSAGE_BYTES_MAX));
    }

    private static void configure(HttpServerOptions options, int messageBytesMax) {
        options.setMaxWebSocketFrameSize(messageBytesMax)
                .setMaxWebSocketMessageSize(messageBytesMax)
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
            validateText(socket);
            socket.textMessageHandler(text -> session.received(Buffer.buffer(text)));
            socket.binaryMessageHandler(ignored -> session.close(DisconnectCode.BAD_REQUEST));
        }
        socket.drainHandler(ignored -> session.writable());
        socket.exceptionHandler(fault -> {
            LOG.debug("event=socket-failed connection={} cause={}", session.id(), fault.toString());
            failed(socket, session, fault);
        });
        socket.closeHandler(ignored -> session.closed());
    }

    /** Vert.x itself reads what is not UTF-8 as other characters. */
    private static void validateText(ServerWebSocket socket) {
        ChannelHandlerContext vertx = ((WebSocketInternal) socket).channelHandlerContext();
        vertx.pipeline().addBefore(vertx.name(), "jishi-utf8", new Utf8FrameValidator(false));
    }

    /** Tells the client what was wrong with its frames, before the socket goes. */
    private static void failed(ServerWebSocket socket, Session session, Throwable fault) {
        DisconnectCode code = switch (fault) {
            case CorruptedWebSocketFrameException corrupted -> corrupted(corrupted.closeStatus());
            case TooLongFrameException _ -> DisconnectCode.MESSAGE_TOO_BIG;
            // how Vert.x says that the frames of a message are too long together
            case IllegalStateException _ -> DisconnectCode.MESSAGE_TOO_BIG;
            default -> DisconnectCode.SERVER_ERROR;
        };
        if (code == DisconnectCode.SERVER_ERROR) {
            session.closed();
            socket.close();
        } else {
            session.close(code);
        }
    }

    private static DisconnectCode corrupted(WebSocketCloseStatus status) {
        if (status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA)) {
            return DisconnectCode.INVALID_TEXT;
        }
        return status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
                ? DisconnectCode.MESSAGE_TOO_BIG
                : DisconnectCode.BAD_REQUEST;
    }

    private static Format format(ServerWebSocket socket) {
        String query = socket.query();
        boolean protobuf = PROTOBUF_SUB_PROTOCOL.equals(socket.subProtocol())
                || (query != null && List.of(query.split("&")).contains("format=protobuf"));
        return protobuf ? Format.PROTOBUF : Format.JSON;
    }
}
