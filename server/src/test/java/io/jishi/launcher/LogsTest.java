package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("[UP16] the log of the last run is kept aside, those before it are not")
    void rotates() throws IOException {
        Path log = folder.resolve("node-1.log");
        Logs.rotate(log);
        for (String run : new String[] {"first", "second"}) {
            Files.writeString(log, run);
            Logs.rotate(log);
        }
        assertThat(log).doesNotExist();
        assertThat(folder.resolve("node-1.log.1")).hasContent("second");
    }

    @Test
    @DisplayName("[UP16] a log that grows too long is cut while its process goes on writing")
    void bounds() throws IOException {
        Path log = folder.resolve("node-1.log");
        try (FileOutputStream process = new FileOutputStream(log.toFile(), true)) {
            process.write("0123456789\n".getBytes());
            Logs.bound(folder, 11);
            assertThat(log).hasContent("0123456789");
            process.write("x\n".getBytes());
            Logs.bound(folder, 11);
            assertThat(log).isEmptyFile();
            process.write("after\n".getBytes());
        }
        assertThat(log).hasContent("after\n");
        assertThat(folder.resolve("node-1.log.1")).hasContent("0123456789\nx\n");
    }

    @Test
    @DisplayName("[UP13] the last words are those since the process started")
    void readsSince() throws IOException {
        Path log = Files.writeString(folder.resolve("node-1.log"), "before\n");
        long size = Logs.size(log);
        assertThat(Logs.since(log, size)).isEmpty();
        Files.writeString(log, "one\n\ntwo\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(Logs.since(log, size)).containsExactly("one", "two");
    }
}
