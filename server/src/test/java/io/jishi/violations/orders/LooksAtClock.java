package io.jishi.violations.orders;

final class LooksAtClock {
    long now() {
        return System.currentTimeMillis();
    }
}
