package io.jishi.violations.orders;

final class UsesEdge {
    io.jishi.violations.edge.Socket socket;
}
