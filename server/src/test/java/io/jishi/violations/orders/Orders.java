package io.jishi.violations.orders;

public final class Orders {}
