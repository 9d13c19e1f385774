package io.jishi.community;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The SQL of follows and memberships. */
final class CommunityStore {
    private static final long STATEMENT_SECONDS_MAX = 10;

    /** Hosts in the order of their ids, so that two batches do not wait for each other. */
    private static final String FOLLOW = """
            WITH inserted AS (
                INSERT INTO follow (host, follower, since)
                SELECT DISTINCT host, follower, $3::timestamptz FROM unnest($1::bigint[], $2::bigint[]) AS a (host, follower)
                 ORDER BY host, follower
                ON CONFLICT DO NOTHING RETURNING host)
            INSERT INTO follow_count AS c (host, followers)
            SELECT host, count(*) FROM inserted GROUP BY host ORDER BY host
            ON CONFLICT (host) DO UPDATE SET followers = c.followers + excluded.followers
            """;

    private static final String UNFOLLOW = """
            WITH gone AS (DELETE FROM follow WHERE host = $1 AND follower = $2 RETURNING host)
            UPDATE follow_count c SET followers = c.followers - 1 FROM gone WHERE c.host = gone.host
            """;

    private final Database database;

    CommunityStore(Database database) {
        this.database = database;
    }

    /** Somebody who wants to follow a host. */
    record Follow(Id<User> host, Id<User> follower) {}

    /** One that follows already goes on. */
    Future<List<Follow>> follow(List<Follow> follows, Instant now) {
        Long[] hosts = follows.stream().map(follow -> follow.host().value()).toArray(Long[]::new);
        Long[] followers =
                follows.stream().map(follow -> follow.follower().value()).toArray(Long[]::new);
        return run(FOLLOW, Tuple.of(hosts, followers, now.atOffset(ZoneOffset.UTC)))
                .map(follows);
    }

    Future<Void> unfollow(Id<User> host, Id<User> follower) {
        return run(UNFOLLOW, Tuple.of(host.value(), follower.value())).mapEmpty();
    }

    Future<Following> following(Id<User> host, @Nullable Id<User> follower) {
        return run(
                        "SELECT (SELECT since FROM follow WHERE host = $1 AND follower = $2) AS since,"
                                + " coalesce((SELECT followers FROM follow_count WHERE host = $1), 0) AS followers",
                        Tuple.of(host.value(), follower == null ? -1L : follower.value()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Following(host, instant(row), row.getLong("followers"));
                });
    }

    /** Those of some people who have followed a host since before a time. */
    Future<Set<Id<User>>> followers(Id<User> host, Collection<Id<User>> people, Instant before) {
        return people(run(
                "SELECT follower FROM follow WHERE host = $1 AND follower = ANY ($2::bigint[]) AND since < $3",
                Tuple.of(host.value(), values(people), before.atOffset(ZoneOffset.UTC))));
    }

    Future<Set<Id<User>>> members(Collection<Id<User>> people) {
        return people(run(
                "SELECT account FROM member WHERE account = ANY ($1::bigint[])",
                Tuple.tuple().addArrayOfLong(values(people))));
    }

    Future<Member> member(Id<User> person) {
        return run("SELECT tier, since FROM member WHERE account = $1", Tuple.of(person.value()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        return new Member(person, null, null);
                    }
                    Row row = rows.iterator().next();
                    return new Member(person, row.getInteger("tier"), instant(row));
                });
    }

    Future<Void> setMember(Id<User> person, int tier, Id<User> by, Instant now) {
        return run(
                        "INSERT INTO member (account, tier, since, granted_by, granted_at) VALUES ($1, $2, $3, $4, $3)"
                                + " ON CONFLICT (account) DO UPDATE SET tier = excluded.tier,"
                                + " granted_by = excluded.granted_by, granted_at = excluded.granted_at",
                        Tuple.of(person.value(), tier, now.atOffset(ZoneOffset.UTC), by.value()))
                .mapEmpty();
    }

    Future<Void> endMember(Id<User> person) {
        return run("DELETE FROM member WHERE account = $1", Tuple.of(person.value()))
                .mapEmpty();
    }

    private Future<RowSet<Row>> run(String sql, Tuple parameters) {
        return database.execute(sql, parameters).timeout(STATEMENT_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static Future<Set<Id<User>>> people(Future<RowSet<Row>> found) {
        return found.map(rows -> {
            Set<Id<User>> people = new HashSet<>();
            rows.forEach(row -> people.add(Id.of(row.getLong(0))));
            return Collections.unmodifiableSet(people);
        });
    }

    private static Long[] values(Collection<Id<User>> people) {
        return people.stream().map(Id::value).toArray(Long[]::new);
    }

    private static @Nullable Instant instant(Row row) {
        OffsetDateTime since = row.getOffsetDateTime("since");
        return since == null ? null : since.toInstant();
    }
}
