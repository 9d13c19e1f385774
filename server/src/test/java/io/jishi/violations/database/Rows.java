package io.jishi.violations.database;

public final class Rows {}
