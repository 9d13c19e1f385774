package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    /** The lowest port that any system we know of gives to an outgoing connection; Linux begins at 32768. */
    private static final int OUTGOING_MIN = 32_768;

    @Test
    void ports_are_below_those_of_outgoing_connections_and_none_is_given_twice() throws IOException {
        FreePorts ports = new FreePorts();
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            int first = ports.inARow(4);
            for (int port = first; port < first + 4; port++) {
                assertThat(port).isBetween(1_024, OUTGOING_MIN - 1);
                assertThat(given.add(port)).isTrue();
            }
        }
    }

    @Test
    void nothing_else_here_looks_for_ports() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<String> looking = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(file ->
                            read(file).contains("ServerSocket(") && !read(file).contains("new FreePorts()"))
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(looking).containsExactly("FreePorts.java");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
