package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreeNodesTest {
    @Test
    @DisplayName("[RT1] in a room on three nodes every listener hears every publication once, as on one")
    void everybodyHearsAll(@TempDir Path directory) throws Exception {
        Map<String, String> sizes =
                Map.of("sockets", "30", "rate", "20", "comments", "100", "seconds", "1", "rounds", "1");
        try (Context context = new Context(directory, sizes, System.out::println)) {
            List<Row> rows = new ThreeNodesBench().run(context); // counts the deliveries itself
            assertThat(rows)
                    .hasSize(3)
                    .allSatisfy(row ->
                            assertThat(Objects.requireNonNull(row.value())).isPositive());
        }
    }
}
