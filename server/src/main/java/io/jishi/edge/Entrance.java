package io.jishi.edge;

import io.jishi.core.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a real-time connection may be opened, the same for every transport: from which page it comes, and how many of
 * its address are open on this node already.
 */
final class Entrance {
    /** Why a connection is turned away. */
    enum Reason {
        /** A page of a foreign origin asks: browsers open WebSockets for any page (RFC 6455, section 10.2). */
        ORIGIN(HttpError.PERMISSION_DENIED),
        ADDRESS(HttpError.TOO_MANY_REQUESTS),
        /** This node is about to stop: a client would be moved again. */
        STOPPING(HttpError.STOPPING);

        private final HttpError error;

        Reason(HttpError error) {
            this.error = error;
        }

        HttpError error() {
            return error;
        }
    }

    private final Set<String> allowedOrigins;
    private final int perAddressMax;
    /** Holds an address for as long as it has a connection, so the limit of connections bounds it. */
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    private volatile boolean stopping;

    private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);

    Entrance(Settings settings, MeterRegistry meters) {
        allowedOrigins = HttpSettings.allowedOrigins(settings);
        perAddressMax = settings.get(HttpSettings.CONNECTIONS_PER_ADDRESS_MAX);
        for (Reason reason : Reason.values()) {
            refused.put(
                    reason,
                    Counter.builder("jishi.connections.refused")
                            .description("Real-time connections turned away before they were opened")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    /**
     * Takes a place for a connection, which {@link #leave} gives back.
     *
     * @param address as {@link ClientAddress} counts it
     * @return why there is none; empty where the place is taken
     */
    Optional<Reason> enter(MultiMap headers, String address) {
        Optional<Reason> reason = reason(headers, address);
        reason.map(refused::get).ifPresent(Counter::increment);
        return reason;
    }

    private Optional<Reason> reason(MultiMap headers, String address) {
        if (!isFromOwnPage(headers)) {
            return Optional.of(Reason.ORIGIN);
        }
        if (stopping) {
            return Optional.of(Reason.STOPPING);
        }
        return takesPlace(address) ? Optional.empty() : Optional.of(Reason.ADDRESS);
    }

    /** From now on nobody enters any more. */
    void stop() {
        stopping = true;
    }

    void leave(String address) {
        open.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
    }

    private boolean takesPlace(String address) {
        if (ClientAddress.isLoopback(address)) {
            return true;
        }
        int[] taken = {0};
        open.compute(address, (a, count) -> {
            int before = count == null ? 0 : count;
            taken[0] = before < perAddressMax ? 1 : 0;
            return before + taken[0] == 0 ? null : Integer.valueOf(before + taken[0]);
        });
        return taken[0] == 1;
    }

    /** A client that is no browser names no origin. */
    private boolean isFromOwnPage(MultiMap headers) {
        String origin = headers.get(HttpHeaders.ORIGIN);
        return origin == null
                || allowedOrigins.contains(origin)
                || authority(origin).equalsIgnoreCase(headers.get(HttpHeaders.HOST));
    }

    private static String authority(String origin) {
        try {
            @Nullable String authority = URI.create(origin).getRawAuthority();
            return authority == null ? "" : authority;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
