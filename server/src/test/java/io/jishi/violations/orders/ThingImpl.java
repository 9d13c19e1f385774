package io.jishi.violations.orders;

final class ThingImpl {}
