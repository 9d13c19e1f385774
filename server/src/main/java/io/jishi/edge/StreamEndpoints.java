package io.jishi.edge;

import io.jishi.realtime.Session;
import io.jishi.realtime.SessionCommands;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /connection/http_stream} and {@code /connection/sse}, for networks that let no WebSocket through: a session for
 * each request, which brings its first commands and whose answer is what the session hears. Further commands come to
 * {@link Emulation}, on any node.
 */
public final class StreamEndpoints {
    static final String HTTP_STREAM = "/connection/http_stream";
    static final String SERVER_SENT_EVENTS = "/connection/sse";

    /** Where a browser's event source, which can only ask by GET, puts its first commands. */
    private static final String FIRST_COMMANDS = "cf_connect";

    private final Vertx vertx;
    private final SessionCommands commands;
    private final EventLoops loops;
    private final Emulation emulation;
    private final boolean behindProxy;

    private StreamEndpoints(
            Vertx vertx, SessionCommands commands, EventLoops loops, Emulation emulation, boolean behindProxy) {
        this.behindProxy = behindProxy;
        this.vertx = vertx;
        this.commands = commands;
        this.loops = loops;
        this.emulation = emulation;
    }

    public static void add(
            HttpEdge edge, Vertx vertx, SessionCommands commands, EventLoops loops, Emulation emulation) {
        StreamEndpoints endpoints = new StreamEndpoints(vertx, commands, loops, emulation, edge.isBehindProxy());
        edge.stream(HttpMethod.POST, HTTP_STREAM, endpoints::httpStream).stream(
                        HttpMethod.GET, SERVER_SENT_EVENTS, endpoints::eventsByGet)
                .stream(HttpMethod.POST, SERVER_SENT_EVENTS, endpoints::eventsByPost)
                .raw(HttpMethod.POST, Emulation.PATH, emulation::handle);
    }

    private void httpStream(RoutingContext context) {
        open(context, Emulation.isProtobuf(context) ? StreamFraming.LENGTHS : StreamFraming.LINES, body(context));
    }

    private void eventsByGet(RoutingContext context) {
        String first = context.request().getParam(FIRST_COMMANDS);
        open(context, StreamFraming.EVENTS, Buffer.buffer(first == null ? "" : first));
    }

    private void eventsByPost(RoutingContext context) {
        open(context, StreamFraming.EVENTS, body(context));
    }

    private String address(RoutingContext context) {
        return ClientAddress.ofOthers(
                context.request().headers(), context.request().remoteAddress(), behindProxy);
    }

    private static Buffer body(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? Buffer.buffer() : body;
    }

    private void open(RoutingContext context, StreamFraming framing, Buffer first) {
        if (first.length() == 0) {
            Answers.error(context, HttpError.BAD_REQUEST);
            return;
        }
        Emulation.Mailbox mailbox = emulation.open();
        StreamTransport transport = new StreamTransport(vertx, context.request(), framing, mailbox.address());
        Session session =
                commands.open(loops.current(), transport, framing.format()).from(address(context));
        context.addEndHandler(ended -> {
            mailbox.close();
            transport.closed();
            session.closed();
        });
        Context loop = vertx.getOrCreateContext();
        mailbox.receive(frame -> loop.runOnContext(ignored -> session.received(frame)));
        transport.open(session::writable);
        session.received(first);
    }
}
