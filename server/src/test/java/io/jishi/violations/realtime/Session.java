package io.jishi.violations.realtime;

public final class Session {}
