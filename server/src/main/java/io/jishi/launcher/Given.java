package io.jishi.launcher;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the person has configured. The launcher looks at it only to leave alone what is there and to fill in what is not;
 * {@link NodeConfiguration} reads and checks it.
 *
 * @param environment the variables of this process, secrets that are in files among them with their values
 * @param file keys and values of the configuration file, nested groups joined by dots
 */
record Given(Map<String, String> environment, Map<String, String> file) {

    static Given read(Map<String, String> environment, Optional<Path> file, NodeConfiguration configuration) {
        return new Given(
                Map.copyOf(configuration.withSecretFiles(environment)),
                Map.copyOf(file.map(configuration::file).orElse(Map.of())));
    }

    /** The value of a setting, by its dotted name. */
    Optional<String> get(String setting) {
        return Optional.ofNullable(environment.get(variable(setting))).or(() -> Optional.ofNullable(file.get(setting)));
    }

    boolean has(String setting) {
        return get(setting).filter(value -> !value.isBlank()).isPresent();
    }

    /** As {@code core.Setting.environmentVariable()} has it. */
    static String variable(String setting) {
        return "JISHI_" + setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
