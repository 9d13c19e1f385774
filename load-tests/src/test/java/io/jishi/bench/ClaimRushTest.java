package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.ClaimRush.Sizes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rush through real WebSockets, small: every unit is sold once, and everybody is answered. */
@Timeout(120)
class ClaimRushTest {
    private static final int BUYERS = 20;
    private static final int IN_FRAME = 16;
    private static final int UNITS = 10;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "[FS12] a rush of many claims in each frame sells what there is and answers all others; without Redis its row says so")
    void rush() throws Exception {
        try (Context context = new Context(directory, Map.of(), line -> {})) {
            Postgres postgres = context.startPostgres();
            ClaimRush rush = new ClaimRush(context, new Sizes(1, Duration.ofSeconds(1), BUYERS, IN_FRAME, UNITS));
            List<Row> rows = rush.rows(postgres.url(), 0, "no such program");
            assertThat(rows).hasSize(2);
            assertThat(rows.get(0).value()).isGreaterThan(BUYERS);
            assertThat(rows.get(1).value()).isNull();
            assertThat(rows.get(1).target()).contains("no such program");
        }
    }
}
