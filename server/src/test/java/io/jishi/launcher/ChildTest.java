package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChildTest {
    @Test
    @DisplayName("[UP13] what a node says of why it cannot start goes before whatever is printed behind it")
    void prefersReason() {
        assertThat(Child.lastWords(List.of(
                        "06:00:00 INFO event=joined",
                        "Jishi cannot start: an earlier reason.",
                        "Jishi cannot start: The database at 127.0.0.1:1 cannot be used: Connection refused.",
                        "\tat java.base/java.lang.Thread.run(Thread.java:1474)")))
                .isEqualTo("The database at 127.0.0.1:1 cannot be used: Connection refused.");
    }

    @Test
    @DisplayName("[UP13] without such words it is the last line, less Java's own about its cache")
    void fallsBackToLastLine() {
        assertThat(Child.lastWords(List.of("first", "out of luck", "[0.1s][error][aot] cannot use the cache")))
                .isEqualTo("out of luck");
        assertThat(Child.lastWords(List.of())).isEqualTo("it said nothing");
    }
}
