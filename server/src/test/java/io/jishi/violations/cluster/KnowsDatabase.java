package io.jishi.violations.cluster;

public final class KnowsDatabase {
    io.jishi.violations.database.Rows rows;
}
