package io.jishi.violations.core;

final class KnowsDatabase {
    io.jishi.violations.database.Rows rows;
}
