package io.jishi.violations.core;

final class KnowsVertx {
    io.vertx.core.Future<Void> later;
}
