package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InstallationTest {
    @Test
    @DisplayName("nodes run with the same access to the JDK as the tests")
    void opensTheSame() {
        List<String> own = ManagementFactory.getRuntimeMXBean().getInputArguments();
        assertThat(own).containsAll(Installation.OPENS);
        assertThat(own.stream().filter(flag -> flag.startsWith("--add-"))).allMatch(Installation.OPENS::contains);
    }

    @Test
    @DisplayName("a machine that runs many nodes gives each less memory")
    void sharesMemory() {
        assertThat(Installation.flags(1)).contains("-XX:MaxRAMPercentage=25");
        assertThat(Installation.flags(5)).contains("-XX:MaxRAMPercentage=10");
    }
}
