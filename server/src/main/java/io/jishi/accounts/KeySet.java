package io.jishi.accounts;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys that others publish and change. They are fetched when they have grown old, and when a token names a key
 * that is not known here; not more often than every ten seconds, or forged tokens would make it fetch at will. What
 * was fetched last stays good while fetching fails.
 */
final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final Duration OLD = Duration.ofHours(1);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final KeySource source;
    private final InstantSource clock;
    private volatile JWKSet keys = new JWKSet();
    private Instant fetchedAt = Instant.MIN;
    private Instant triedAt = Instant.MIN;
    private @Nullable Future<Void> fetching;

    KeySet(KeySource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** The key of that name as it is known now; null where there is none. */
    @Nullable
    JWK key(String name) {
        return keys.getKeyByKeyId(name);
    }

    /** Completes when {@link #key} can tell: never fails. */
    synchronized Future<Void> ready(String name) {
        Future<Void> underWay = fetching;
        if (underWay != null) {
            return underWay;
        }
        Instant now = clock.instant();
        boolean wanted = key(name) == null || isBefore(fetchedAt, now, OLD);
        if (!wanted || !isBefore(triedAt, now, PAUSE)) {
            return Future.succeededFuture();
        }
        triedAt = now;
        Future<Void> begun = source.fetch()
                .map(this::parse)
                .onSuccess(this::keep)
                .onFailure(fault -> LOG.warn("event=key-set-not-fetched cause={}", fault.toString()))
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(done -> end());
        fetching = begun.isComplete() ? null : begun;
        return begun;
    }

    private static boolean isBefore(Instant then, Instant now, Duration age) {
        return then.equals(Instant.MIN) || then.plus(age).isBefore(now);
    }

    private JWKSet parse(String json) {
        try {
            return JWKSet.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException("the key set is not of RFC 7517", e);
        }
    }

    private synchronized void keep(JWKSet fetched) {
        keys = fetched;
        fetchedAt = clock.instant();
    }

    private synchronized void end() {
        fetching = null;
    }
}
