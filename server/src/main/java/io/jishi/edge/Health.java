package io.jishi.edge;

import io.jishi.cluster.ClusterSettings;
import io.jishi.core.Membership;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.Migrations;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node should be sent requests. However often it is asked, the database is asked twice a second at the most.
 */
public final class Health {
    private static final long ANSWER_SECONDS_MAX = 1;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Database database;
    private final Membership membership;
    private final int membersMin;
    private volatile @Nullable Asked last;
    private volatile boolean draining;

    private record Asked(Future<DatabaseState> answer, long atNanos) {}

    private record DatabaseState(boolean answers, boolean migrated) {}

    /** What is answered as JSON. */
    public record Report(boolean ready, boolean draining, Part database, Part migrations, Cluster cluster) {
        public record Part(boolean ok) {}

        public record Cluster(boolean ok, int members, int membersMin) {}
    }

    public Health(Database database, Membership membership, Settings settings) {
        this.database = database;
        this.membership = membership;
        this.membersMin = settings.get(ClusterSettings.SIZE_MIN);
    }

    /** From now on this node is not ready, whatever else holds. */
    public void drain() {
        draining = true;
    }

    Future<Report> report() {
        return askDatabase().map(state -> {
            int members = membership.members().size();
            boolean enough = members >= membersMin;
            return new Report(
                    state.answers && state.migrated && enough && !draining,
                    draining,
                    new Report.Part(state.answers),
                    new Report.Part(state.migrated),
                    new Report.Cluster(enough, members, membersMin));
        });
    }

    private Future<DatabaseState> askDatabase() {
        Asked before = last;
        long now = System.nanoTime();
        if (before != null && now - before.atNanos < FRESH_NANOS) {
            return before.answer;
        }
        Future<DatabaseState> answer = Migrations.isCurrent(database)
                .timeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                .map(current -> new DatabaseState(true, current))
                .otherwise(new DatabaseState(false, false));
        last = new Asked(answer, now);
        return answer;
    }
}
