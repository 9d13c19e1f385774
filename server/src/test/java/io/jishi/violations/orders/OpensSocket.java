package io.jishi.violations.orders;

final class OpensSocket {
    io.vertx.core.net.NetSocket socket;
}
