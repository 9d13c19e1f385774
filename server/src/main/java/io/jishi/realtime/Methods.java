package io.jishi.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The registry of remote procedures. A call is checked against the authorisation table, decoded, and handled. */
public final class Methods {
    private static final FaultLog FAULTS = new FaultLog(LoggerFactory.getLogger(Methods.class), InstantSource.system());

    private final Authorization authorization;
    private final Map<String, Entry<?, ?>> entries = new LinkedHashMap<>();

    public Methods(Authorization authorization) {
        this.authorization = authorization;
    }

    /** @throws IllegalStateException where the name is taken or has no row in the authorisation table */
    public <P, R> void add(Method<P, R> method, Method.Handler<P, R> handler) {
        if (!authorization.knows("rpc " + method.name())) {
            throw new IllegalStateException("no row in the authorisation table for " + method.name());
        }
        if (entries.putIfAbsent(method.name(), new Entry<>(method, handler)) != null) {
            throw new IllegalStateException("declared twice: " + method.name());
        }
    }

    /** All declarations in the order in which they were added. */
    public List<Method<?, ?>> declared() {
        List<Method<?, ?>> methods = new ArrayList<>();
        entries.values().forEach(entry -> methods.add(entry.method));
        return methods;
    }

    /**
     * Answers a call.
     *
     * @param params JSON, or null for none
     * @return never fails: faults are answers too
     */
    public Future<Answer> call(String name, Caller caller, @Nullable JsonNode params) {
        Entry<?, ?> entry = entries.get(name);
        if (entry == null) {
            // No capability has a method without a dot: whoever calls one looks for another kind of server.
            return Future.succeededFuture(
                    Answer.error(name.indexOf('.') < 0 ? ProtocolError.NOT_AVAILABLE : ProtocolError.METHOD_NOT_FOUND));
        }
        if (!authorization.mayCall(caller, name)) {
            return Future.succeededFuture(Answer.error(ProtocolError.PERMISSION_DENIED));
        }
        return entry.call(caller, params);
    }

    /** What is sent back. */
    public sealed interface Answer {
        record Result(Buffer json) implements Answer {}

        @SuppressWarnings("AvoidCommonTypeNames") // always read as Answer.Error
        record Error(int code, String message, boolean temporary) implements Answer {}

        static Answer error(ProtocolError error) {
            return new Error(error.code(), error.message(), error.temporary());
        }
    }

    private record Entry<P, R>(Method<P, R> method, Method.Handler<P, R> handler) {
        Future<Answer> call(Caller caller, @Nullable JsonNode json) {
            Future<Outcome<R>> handled;
            try {
                P params = Json.decode(json == null ? Json.MAPPER.createObjectNode() : json, method.params());
                handled = handler.handle(caller, params);
            } catch (RuntimeException e) {
                handled = Future.failedFuture(e);
            }
            return handled.map(Entry::answer).otherwise(fault -> answer(caller, fault));
        }

        private static <R> Answer answer(Outcome<R> outcome) {
            return switch (outcome) {
                case Outcome.Done<R> done -> new Answer.Result(Json.encode(done.result()));
                case Outcome.Refused<R> refused ->
                    new Answer.Error(
                            refused.refusal().code(),
                            refused.refusal().name().toLowerCase(java.util.Locale.ROOT),
                            refused.refusal().temporary());
            };
        }

        private Answer answer(Caller caller, Throwable fault) {
            if (fault instanceof Invalid invalid) {
                return new Answer.Error(
                        ProtocolError.BAD_REQUEST.code(),
                        ProtocolError.BAD_REQUEST.message() + ": " + invalid.sentence(),
                        false);
            }
            if (fault instanceof Publisher.QueueFull) {
                return Answer.error(ProtocolError.TOO_MANY_REQUESTS);
            }
            FAULTS.error("event=method-failed method=" + method.name(), "connection=" + caller.connection(), fault);
            return Answer.error(ProtocolError.INTERNAL);
        }
    }
}
