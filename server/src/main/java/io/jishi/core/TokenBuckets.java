package io.jishi.core;

import java.time.InstantSource;
import java.util.Map;

/**
 * How often somebody may do something: a burst at once, then one a period. Who is evicted from the bounded table, the
 * one unheard of for longest, starts with a full bucket again. Thread-safe.
 */
public final class TokenBuckets<K> {
    private final InstantSource clock;
    private final int burstMax;
    private final int refillMillis;
    private final Map<K, Bucket> buckets;

    /** @param fullAtMillis when it will be full again if nothing more is taken */
    private record Bucket(long fullAtMillis) {}

    public TokenBuckets(InstantSource clock, int burstMax, int refillMillis, int bucketsMax) {
        this.clock = clock;
        this.burstMax = burstMax;
        this.refillMillis = refillMillis;
        this.buckets = new BoundedMap<>(bucketsMax);
    }

    /** @return whether there was one to take */
    public synchronized boolean take(K key) {
        long now = clock.millis();
        Bucket bucket = buckets.get(key);
        long fullAt = (bucket == null ? now : Math.max(now, bucket.fullAtMillis())) + refillMillis;
        if (fullAt - now > (long) burstMax * refillMillis) {
            return false;
        }
        buckets.put(key, new Bucket(fullAt));
        return true;
    }

    synchronized int size() {
        return buckets.size();
    }
}
