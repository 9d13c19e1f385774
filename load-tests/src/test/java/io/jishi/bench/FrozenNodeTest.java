package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenNodeTest {
    private static final int EXPELLED = 70;

    @Test
    @DisplayName("[CL12] a node that is frozen until the other has given it up ends when it thaws, and joins again")
    void thaws(@TempDir Path directory) throws Exception {
        try (NightServers servers = NightServers.start(directory, "a-secret-that-is-good-enough-for-a-test")) {
            servers.signal(1, "STOP");
            servers.awaitLonely(0);
            servers.signal(1, "CONT");

            assertThat(servers.awaitEnd(1)).isEqualTo(EXPELLED);
            servers.startAgain(NightPlan.Fault.NODE_2);
        }
    }
}
