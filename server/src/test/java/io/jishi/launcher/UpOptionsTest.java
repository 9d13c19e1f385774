package io.jishi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpOptionsTest {
    private static UpOptions parse(List<String> arguments, Map<String, String> environment) {
        return UpOptions.parse(arguments, environment, Start.CONFIGURATION);
    }

    @Test
    @DisplayName("[UP15] without arguments one node listens on the usual ports")
    void hasDefaults() {
        UpOptions options = parse(List.of(), Map.of());
        assertThat(options.nodes()).isEqualTo(1);
        assertThat(options.httpPort(1)).isEqualTo(8080);
        assertThat(options.mqttPort(1)).isEqualTo(1883);
        assertThat(options.clusterPort()).isEmpty();
        assertThat(options.dataDirectory()).isEqualTo(Path.of(".jishi"));
        assertThat(options.demo()).isFalse();
    }

    @Test
    @DisplayName("[UP15] options come as two words or with an equals sign")
    void readsBothForms() {
        List<String> words =
                List.of("--nodes=3", "--http-port", "9000", "--mqtt-port=9100", "--data-dir=/x=y", "--demo");
        UpOptions options = parse(words, Map.of());
        assertThat(options.nodes()).isEqualTo(3);
        assertThat(options.httpPort(3)).isEqualTo(9002);
        assertThat(options.mqttPort(2)).isEqualTo(9101);
        assertThat(options.dataDirectory()).isEqualTo(Path.of("/x=y"));
        assertThat(options.demo()).isTrue();
    }

    @Test
    @DisplayName("[UP14] ports come from the command line, else from the environment, else from the file")
    void ranksSources(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("jishi.yaml"), "http:\n  port: 7001\nmqtt:\n  port: 7101\ncluster.port: 7201\n");
        UpOptions options = parse(
                List.of("--config", file.toString(), "--http-port", "7003"),
                Map.of("JISHI_HTTP_PORT", "7002", "JISHI_MQTT_PORT", "7102"));
        assertThat(options.httpPort()).isEqualTo(7003);
        assertThat(options.mqttPort()).isEqualTo(7102);
        assertThat(options.clusterPort()).isEqualTo(OptionalInt.of(7201));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes 0               | --nodes must be a whole number from 1 to 16, not 0",
                "--nodes 17              | --nodes must be a whole number from 1 to 16, not 17",
                "--nodes                 | option --nodes needs a value",
                "--http-port 65536       | --http-port must be a whole number from 1 to 65535, not 65536",
                "--http-port x           | --http-port must be a whole number from 1 to 65535, not x",
                "--nodes 2 --mqtt-port 65535 | the ports of 2 nodes from 65535 on go past 65535",
                "--nodes 2 --mqtt-port 8081 | the HTTP ports from 8080 and the MQTT ports from 8081 overlap",
                "--demo=yes              | unknown option --demo=yes",
                "--unknown               | unknown option --unknown",
                "extra                   | unexpected argument extra",
                "--config /nonexistent/x | cannot read the file --config /nonexistent/x",
                "--data-dir=             | --data-dir must name a path",
            })
    @DisplayName("[UP15] the first wrong argument is named")
    void namesWrongArgument(String arguments, String message) {
        assertThatThrownBy(() -> parse(List.of(arguments.split(" ")), Map.of()))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(2))
                .hasMessageStartingWith("up: " + message)
                .hasMessageEndingWith("; see ./jishi up --help");
    }

    @Test
    @DisplayName("[UP15] a configuration file that is no YAML is named")
    void namesBrokenFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("jishi.yaml"), "profile: development\nhttp: {port: 1, port: 2}\n");
        assertThatThrownBy(() -> parse(List.of("--config", file.toString()), Map.of()))
                .isInstanceOf(StartFailure.class)
                .hasMessage("The configuration file " + file + " is not YAML at line 2.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http: {prot: 1}           | Unknown configuration key http.prot.",
                "log.level: loud           | log.level must be one of: error, warn, info, debug, trace.",
                "orders.close-after-hours: -1 | orders.close-after-hours must be from 0 to 8760.",
                "'log: {level: info}\nlog.level: info' | The configuration key log.level is there twice.",
                "channels: nowhere.yaml    | The channel rules nowhere.yaml cannot be read.",
                "database.url: 'mysql://x' | database.url must be postgresql://user:password@host:port/database.",
            })
    @DisplayName("[UP19] what a node would refuse of the file is refused at once, in the node's words")
    void checksFile(String yaml, String sentence, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("jishi.yaml"), yaml + "\n");
        assertThatThrownBy(() -> parse(List.of("--config", file.toString()), Map.of()))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(2))
                .hasMessage(sentence);
    }

    @Test
    @DisplayName("[UP19] so is an unknown variable, but none that the start script reads")
    void checksEnvironment() {
        assertThatThrownBy(() -> parse(List.of(), Map.of("JISHI_HTTP_PROT", "1")))
                .isInstanceOf(StartFailure.class)
                .hasMessage("Unknown configuration variable JISHI_HTTP_PROT.");
        assertThat(parse(
                                List.of(),
                                Map.of(
                                        "JISHI_JAVA_HOME",
                                        "/jdk",
                                        "JISHI_PROFILE",
                                        "production",
                                        "JISHI_PAYMENTS_METHODS",
                                        "stripe"))
                        .nodes())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("[UP14] a secret in a file of its own is as good as the variable, and must not be in both")
    void readsSecretFiles(@TempDir Path folder) throws IOException {
        Path url = Files.writeString(folder.resolve("url"), "postgresql://u:p@127.0.0.1:1/x\n");
        Given given = parse(List.of(), Map.of("JISHI_DATABASE_URL_FILE", url.toString()))
                .given();
        assertThat(given.get("database.url")).contains("postgresql://u:p@127.0.0.1:1/x");
        assertThat(given.environment()).doesNotContainKey("JISHI_DATABASE_URL_FILE");
        Map<String, String> both = Map.of("JISHI_DATABASE_URL_FILE", url.toString(), "JISHI_DATABASE_URL", "x");
        assertThatThrownBy(() -> parse(List.of(), both))
                .isInstanceOf(StartFailure.class)
                .hasMessage("JISHI_DATABASE_URL and JISHI_DATABASE_URL_FILE are both set.");
    }
}
