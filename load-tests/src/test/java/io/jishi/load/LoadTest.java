package io.jishi.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setErr(before);
    }

    @Test
    void a_failure_is_told_in_one_line() {
        int code = Load.inOneLine(() -> {
            throw new IllegalStateException("the servers did not start\nmore of it");
        });
        assertThat(code).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8).strip()).isEqualTo("jishi: load: the servers did not start");
    }

    @Test
    void wrong_usage_has_an_exit_code_of_its_own() {
        assertThat(Load.inOneLine(() -> {
                    throw new IllegalArgumentException("no simulation X");
                }))
                .isEqualTo(2);
    }

    @Test
    void the_servers_folder_goes_after_a_good_run_and_stays_after_a_bad_one(@TempDir Path temporary) throws Exception {
        Path data = Files.createDirectories(temporary.resolve("load/logs")).getParent();
        Files.writeString(data.resolve("logs/node-1.log"), "what it said");
        assertThat(Load.keptUnlessWhole(data, () -> 1)).isEqualTo(1);
        assertThat(data.resolve("logs/node-1.log")).exists();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains(data.toString());
        assertThatThrownBy(() -> Load.keptUnlessWhole(data, () -> {
                    throw new IllegalStateException("the servers did not start");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(data).exists();
        assertThat(Load.keptUnlessWhole(data, () -> 0)).isZero();
        assertThat(data).doesNotExist();
    }
}
