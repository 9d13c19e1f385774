package io.jishi.violations.catalog;

/** Uses the orders, which use it: a cycle. */
public final class Catalog {
    io.jishi.violations.orders.Orders orders;
}
