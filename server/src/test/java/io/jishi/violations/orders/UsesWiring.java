package io.jishi.violations.orders;

final class UsesWiring {
    io.jishi.violations.Wiring wiring;
}
