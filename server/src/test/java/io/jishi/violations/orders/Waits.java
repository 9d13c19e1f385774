package io.jishi.violations.orders;

final class Waits {
    void wait(io.vertx.core.Future<Void> later) {
        later.await();
    }
}
