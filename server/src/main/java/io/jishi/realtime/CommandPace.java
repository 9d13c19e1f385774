package io.jishi.realtime;

/** A token bucket over the commands of one connection; a burst may be two seconds' worth. */
final class CommandPace {
    private final int perSecond;
    private double tokens;
    private long lastMillis;

    CommandPace(int perSecond, long nowMillis) {
        this.perSecond = perSecond;
        this.tokens = 2.0 * perSecond;
        this.lastMillis = nowMillis;
    }

    boolean allows(long nowMillis) {
        tokens = Math.min(2.0 * perSecond, tokens + Math.max(0, nowMillis - lastMillis) * perSecond / 1_000.0);
        lastMillis = nowMillis;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
