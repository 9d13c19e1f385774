package io.jishi.violations;

/** Stands for the wiring. */
public final class Wiring {}
