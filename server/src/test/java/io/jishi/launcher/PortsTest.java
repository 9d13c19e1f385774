package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    private static final int FIRST = 20_000;
    private static final int END = 30_000;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("[UP11] the database and the cluster are given no port that a node was given")
    void leavesReservedPorts() throws Exception {
        int free = IntStream.range(FIRST, END)
                .filter(port -> IntStream.range(port, port + 3).allMatch(Ports::isFree))
                .findFirst()
                .orElseThrow();
        Path file = folder.resolve("cluster.port");
        assertThat(Ports.remembered(file, 1, port -> port != free + 1)).isEqualTo(free + 1);
        assertThat(Ports.remembered(file, 1, port -> port != free)).isEqualTo(free);
        assertThat(Files.readString(file)).isEqualTo(Integer.toString(free));
        assertThat(Ports.remembered(file, 2, port -> port != free + 1 && port != free + 2))
                .isEqualTo(free + 1);
        assertThatThrownBy(() -> Ports.remembered(file, 2, port -> port % 2 == 0))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("No 2 TCP ports in a row");
    }

    @Test
    @DisplayName("[UP11] a data directory gives out none of the ports that up was asked for")
    void keepsPortsOfUp() {
        int remembered = DataDirectory.at(folder).port("postgres", 1);
        UpOptions options = UpOptions.parse(
                List.of("--nodes=2", "--http-port=" + remembered, "--mqtt-port=1883"),
                Map.of("JISHI_CLUSTER_PORT", "5701"),
                Start.CONFIGURATION);
        assertThat(DataDirectory.at(folder, options::isReserved).port("postgres", 1))
                .isNotIn(remembered, remembered + 1);
        assertThat(IntStream.range(1, 65_536).filter(options::isReserved))
                .containsExactlyInAnyOrder(remembered, remembered + 1, 1883, 1884, 5701, 5702);
    }
}
