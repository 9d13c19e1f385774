package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MicroTest {
    @Test
    void every_step_is_measured_in_both_encodings(@TempDir Path directory) throws Exception {
        Map<String, String> sizes = Map.of("millis", "50", "iterations", "1");
        try (Context context = new Context(directory, sizes, System.out::println)) {
            List<Row> rows = new MicroBench().run(context);
            assertThat(rows)
                    .hasSize(12)
                    .allSatisfy(row ->
                            assertThat(Objects.requireNonNull(row.value())).isFinite())
                    // the difference of two broadcasts, which in so short a time may be of either sign
                    .filteredOn(row -> !row.metric().endsWith("each further recipient"))
                    .allSatisfy(row ->
                            assertThat(Objects.requireNonNull(row.value())).isNotNegative());
        }
    }
}
