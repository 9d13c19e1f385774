package io.jishi.liverooms;

import io.jishi.core.BoundedMap;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was read for a moment, so that a hot key costs one read a moment however many ask. While reading fails,
 * what was read last stays in use. Thread-safe.
 */
final class FreshReads<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(FreshReads.class);

    private final InstantSource clock;
    private final int freshMillis;
    private final int readMillisMax;
    private final Function<K, Future<V>> read;
    private final Map<K, Kept<V>> entries;
    private long numbers;

    private static final class Kept<V> {
        private @Nullable V value;
        private @Nullable Future<V> reading;
        private long readAtMillis;
        private long number;
        private boolean stale = true;
    }

    FreshReads(InstantSource clock, int freshMillis, int readMillisMax, int keysMax, Function<K, Future<V>> read) {
        this.clock = clock;
        this.freshMillis = freshMillis;
        this.readMillisMax = readMillisMax;
        this.read = read;
        this.entries = new BoundedMap<>(keysMax);
    }

    /** What was read a moment ago, else what is read now, else what was read last. */
    Future<V> get(K key) {
        synchronized (this) {
            Kept<V> entry = entries.computeIfAbsent(key, k -> new Kept<>());
            if (entry.reading != null) {
                return entry.reading;
            }
            V value = entry.value;
            if (value != null && !entry.stale && clock.millis() - entry.readAtMillis < freshMillis) {
                return Future.succeededFuture(value);
            }
        }
        return read(key);
    }

    /** What is read from now on. */
    Future<V> read(K key) {
        long askedAt = clock.millis();
        long number;
        synchronized (this) {
            number = ++numbers;
            entries.computeIfAbsent(key, k -> new Kept<>()).stale = false;
        }
        Future<V> reading = read.apply(key)
                .timeout(readMillisMax, TimeUnit.MILLISECONDS)
                .onSuccess(value -> keep(key, value, number, askedAt))
                .recover(fault -> lastOf(key, fault));
        synchronized (this) {
            if (!reading.isComplete()) {
                entries.computeIfAbsent(key, k -> new Kept<>()).reading = reading;
            }
        }
        return reading.onComplete(done -> readEnded(key, reading));
    }

    /** The next that asks reads. */
    synchronized void forget(K key) {
        Kept<V> entry = entries.get(key);
        if (entry != null) {
            entry.stale = true;
            entry.reading = null;
        }
    }

    private synchronized void keep(K key, V value, long number, long askedAt) {
        Kept<V> entry = entries.computeIfAbsent(key, k -> new Kept<>());
        if (number > entry.number) {
            entry.number = number;
            entry.value = value;
            entry.readAtMillis = askedAt;
        }
    }

    @SuppressWarnings("ReferenceEquality") // another reading of the same key may have begun meanwhile
    private synchronized void readEnded(K key, Future<V> reading) {
        Kept<V> entry = entries.get(key);
        if (entry != null && entry.reading == reading) {
            entry.reading = null;
        }
    }

    private synchronized Future<V> lastOf(K key, Throwable fault) {
        Kept<V> entry = entries.get(key);
        V last = entry == null ? null : entry.value;
        if (entry == null || last == null) {
            return Future.failedFuture(fault);
        }
        entry.readAtMillis = clock.millis();
        LOG.warn("event=stale-read key={} fault={}", key, fault.toString());
        return Future.succeededFuture(last);
    }
}
