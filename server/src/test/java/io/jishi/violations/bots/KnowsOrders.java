package io.jishi.violations.bots;

final class KnowsOrders {
    io.jishi.violations.orders.Orders orders;
}
