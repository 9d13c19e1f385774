package io.jishi.violations.database;

final class KnowsRealtime {
    io.jishi.violations.realtime.Session session;
}
