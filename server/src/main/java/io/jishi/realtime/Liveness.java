package io.jishi.realtime;

import io.jishi.core.Settings;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a connection owes and by when: its connect command, its answer to a ping, its next token. */
final class Liveness {
    /** How long after the expiry of a token a new one may come: clients fetch one when the old one is over. */
    private static final long EXPIRY_GRACE_MILLIS = 3_000;

    private final Settings settings;
    private final long openedMillis;
    private long lastPingMillis;
    private long pongBeforeMillis;

    Liveness(Settings settings, long nowMillis) {
        this.settings = settings;
        this.openedMillis = nowMillis;
    }

    long openedMillis() {
        return openedMillis;
    }

    /** Pings are counted from now on. */
    void connected(long nowMillis) {
        lastPingMillis = nowMillis;
    }

    /** The client has answered a ping. */
    void answered() {
        pongBeforeMillis = 0;
    }

    /** Whether the connect command is overdue. */
    boolean isStale(long nowMillis) {
        return nowMillis - openedMillis > settings.get(RealtimeSettings.CONNECT_SECONDS_MAX) * 1_000L;
    }

    /** Whether the answer to a ping is overdue. */
    boolean isSilent(long nowMillis) {
        return pongBeforeMillis > 0 && nowMillis > pongBeforeMillis;
    }

    /** Whether the client is to be pinged now; it is then taken to be. */
    boolean isPingDue(long nowMillis) {
        if (nowMillis - lastPingMillis < settings.get(RealtimeSettings.PING_SECONDS) * 1_000L) {
            return false;
        }
        lastPingMillis = nowMillis;
        if (pongBeforeMillis == 0) {
            pongBeforeMillis = nowMillis + settings.get(RealtimeSettings.PONG_SECONDS_MAX) * 1_000L;
        }
        return true;
    }

    /** Whether a new token is overdue. */
    static boolean isOver(@Nullable Instant expiresAt, long nowMillis) {
        return expiresAt != null && expiresAt.toEpochMilli() + EXPIRY_GRACE_MILLIS < nowMillis;
    }
}
