package io.jishi.realtime;

import io.jishi.core.Invalid;
import io.vertx.core.Future;
import java.time.InstantSource;
import org.slf4j.LoggerFactory;

/** How commands are answered that cannot be carried out, or not at once. */
final class Replies {
    private static final FaultLog FAULTS = new FaultLog(LoggerFactory.getLogger(Replies.class), InstantSource.system());

    private Replies() {}

    static void refuse(Session session, Command command, ProtocolError error) {
        session.reply(command, Reply.Error.of(error));
    }

    static void invalid(Session session, Command command, Invalid invalid) {
        ProtocolError error = ProtocolError.BAD_REQUEST;
        session.reply(command, new Reply.Error(error.code(), error.message() + ": " + invalid.sentence(), false));
    }

    static void fault(Session session, Command command, Throwable fault) {
        if (fault instanceof Publisher.QueueFull) {
            refuse(session, command, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        FAULTS.error(
                "event=command-failed command=" + command.getClass().getSimpleName(),
                "connection=" + session.id(),
                fault);
        refuse(session, command, ProtocolError.INTERNAL);
    }

    /** Answers once the reply is there, unless too many commands of the session wait already. */
    static void later(Session session, Command command, Future<? extends Reply> reply) {
        if (!session.beginCommand()) {
            refuse(session, command, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        reply.onComplete(answered -> session.loop().loop.runSoon(() -> {
            session.endCommand();
            if (answered.failed()) {
                fault(session, command, answered.cause());
            } else {
                session.reply(command, answered.result());
            }
        }));
    }
}
