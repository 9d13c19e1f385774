package io.jishi.violations.edge;

public final class Socket {}
