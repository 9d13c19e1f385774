package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jishi.accounts.Tokens;
import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.database.Seal;
import io.jishi.edge.HttpSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String SEAL_KEY = "k1:" + "0123456789abcdef".repeat(4);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("[HT19] the environment goes before the file, and the file before the defaults")
    void order() {
        Path file = write("http:\n  port: 1111\n  host: 0.0.0.0\nprofile: development\n");
        Settings settings = Configuration.read(Optional.of(file), Map.of("JISHI_HTTP_PORT", "2222", "PATH", "/bin"));
        assertThat(settings.get(HttpSettings.PORT)).isEqualTo(2222);
        assertThat(settings.get(HttpSettings.HOST)).isEqualTo("0.0.0.0");
        assertThat(settings.get(HttpSettings.BODY_BYTES_MAX)).isEqualTo(65_536);
    }

    @Test
    @DisplayName("[HT19] a list in the file is the same text as with commas")
    void lists() {
        Path file = write("profile: development\nhttp:\n  allowed-origins: [https://a.example, 'https://b.example']\n");
        assertThat(Configuration.read(Optional.of(file), Map.of()).get(HttpSettings.ALLOWED_ORIGINS))
                .isEqualTo("https://a.example,https://b.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.prot: 1 | http.prot",
                "http: {port: 70000} | http.port must be from 0 to 65535.",
                "http: {port: x} | http.port must be a whole number.",
                "http: {port: } | http.port has no value",
                "http: {port: [1, [2]]} | texts, numbers, flags",
                "http: {port: 1, port: 2} | not YAML at line 1",
                "'http: {port: 1}\nhttp.port: 2' | http.port is there twice",
                "profile: test | profile must be one of: production, development.",
                "http: {behind-proxy: maybe} | http.behind-proxy must be true or false.",
                "'a: [' | not YAML",
                "just text | must hold keys",
                "[1] | must hold keys"
            })
    @DisplayName("[HT19] a file with an unknown key, a value out of range or another shape is refused in one line")
    void badFiles(String yaml, String sentence) {
        assertThatThrownBy(() -> Configuration.read(Optional.of(write(yaml)), Map.of("JISHI_PROFILE", "development")))
                .isInstanceOf(Invalid.class)
                .message()
                .contains(sentence)
                .doesNotContain("\n")
                .endsWith(".");
    }

    @Test
    @DisplayName("[HT19] an empty file says nothing, a missing one is refused")
    void emptyAndMissing() {
        Map<String, String> development = Map.of("JISHI_PROFILE", "development");
        assertThat(Configuration.read(Optional.of(write("# nothing\n")), development)
                        .get(HttpSettings.PORT))
                .isEqualTo(8080);
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> Configuration.read(Optional.of(missing), development))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("missing.yaml cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JISHI_HTTP_PROT", "JISHI_", "JISHI_HTTP_PORT_FILE"})
    @DisplayName("[HT19] an unknown variable is refused by name")
    void unknownVariables(String variable) {
        assertThatThrownBy(() ->
                        Configuration.read(Optional.empty(), Map.of("JISHI_PROFILE", "development", variable, "1")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(variable);
    }

    @Test
    @DisplayName("[HT20] production does not start without a token secret; development does")
    void secretRequired() {
        assertThatThrownBy(() -> Configuration.read(Optional.empty(), Map.of()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("token.secret is missing");
        Configuration.read(Optional.empty(), Map.of("JISHI_PROFILE", "development"));
        Settings settings = Configuration.read(
                Optional.empty(),
                Map.of(
                        "JISHI_TOKEN_SECRET",
                        SECRET,
                        "JISHI_PAYMENTS_METHODS",
                        "stripe",
                        "JISHI_DATABASE_SEAL_KEYS",
                        SEAL_KEY));
        assertThat(settings.get(Configuration.PROFILE)).isEqualTo(Profile.PRODUCTION);
    }

    @Test
    @DisplayName("[OR19] production does not start without a key that seals addresses; development does")
    void sealKeyRequired() {
        Map<String, String> production = Map.of("JISHI_TOKEN_SECRET", SECRET, "JISHI_PAYMENTS_METHODS", "stripe");
        assertThatThrownBy(() -> Configuration.read(Optional.empty(), production))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("database.seal-keys is missing");
    }

    @Test
    @DisplayName("[PA11] production does not start with the payment sandbox, by default or by name; development does")
    void sandboxRefused() {
        for (Optional<String> methods :
                List.of(Optional.<String>empty(), Optional.of("sandbox"), Optional.of("alipay, sandbox"))) {
            Map<String, String> production =
                    new HashMap<>(Map.of("JISHI_TOKEN_SECRET", SECRET, "JISHI_DATABASE_SEAL_KEYS", SEAL_KEY));
            methods.ifPresent(value -> production.put("JISHI_PAYMENTS_METHODS", value));
            assertThatThrownBy(() -> Configuration.read(Optional.empty(), production))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("payments.methods");
            production.put("JISHI_PROFILE", "development");
            Configuration.read(Optional.empty(), production);
        }
    }

    @Test
    @DisplayName("[HT20] a secret may be in a file of its own, and not in two places")
    void secretFiles() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Path sealKey = Files.writeString(folder.resolve("seal-key"), SEAL_KEY + "\n");
        Map<String, String> byFile = Map.of(
                "JISHI_TOKEN_SECRET_FILE",
                secret.toString(),
                "JISHI_DATABASE_SEAL_KEYS_FILE",
                sealKey.toString(),
                "JISHI_PAYMENTS_METHODS",
                "stripe");
        Settings read = Configuration.read(Optional.empty(), byFile);
        assertThat(read.get(Tokens.SECRET)).isEqualTo(SECRET);
        assertThat(read.get(Seal.KEYS)).isEqualTo(SEAL_KEY);
        Map<String, String> both = Map.of("JISHI_TOKEN_SECRET_FILE", secret.toString(), "JISHI_TOKEN_SECRET", SECRET);
        assertThatThrownBy(() -> Configuration.read(Optional.empty(), both)).hasMessageContaining("are both set");
        assertThatThrownBy(() -> Configuration.read(Optional.empty(), Map.of("JISHI_TOKEN_SECRET_FILE", "/missing")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("JISHI_TOKEN_SECRET_FILE");
    }

    @Test
    @DisplayName("[HT19] every setting that any part declares is configurable, and no two share a name or a variable")
    void complete() throws Exception {
        Set<Setting<?>> declared = new HashSet<>();
        for (Class<?> type : mainClasses()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == Setting.class && Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    declared.add((Setting<?>) field.get(null));
                }
            }
        }
        assertThat(Configuration.ALL).hasSizeGreaterThan(30).containsExactlyInAnyOrderElementsOf(declared);
        assertThat(Configuration.ALL).extracting(Setting::name).doesNotHaveDuplicates();
        assertThat(Configuration.ALL).extracting(Setting::environmentVariable).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("[HT21] docs/OPERATIONS.md lists every setting as it is declared")
    void documented() throws IOException {
        Path document = Path.of("..", "docs", "OPERATIONS.md");
        String now = Files.readString(document);
        String current = SettingsTable.into(now, Configuration.ALL);
        if (Boolean.getBoolean("update.docs")) {
            Files.writeString(document, current);
        } else {
            assertThat(now).as("run this test with -Dupdate.docs=true").isEqualTo(current);
        }
    }

    private static List<Class<?>> mainClasses() throws Exception {
        Path root = Path.of(Configuration.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                    .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
                    .<Class<?>>map(ConfigurationTest::load)
                    .collect(Collectors.toList());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ConfigurationTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String yaml) {
        try {
            return Files.writeString(folder.resolve("config.yaml"), yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
