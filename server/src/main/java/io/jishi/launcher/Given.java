package io.jishi.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the person has configured. The launcher looks at it only to leave alone what is there and to fill in what is not;
 * the nodes check it.
 *
 * @param environment the variables of this process
 * @param file keys and values of the configuration file, nested groups joined by dots
 */
record Given(Map<String, String> environment, Map<String, String> file) {

    static Given read(Map<String, String> environment, Optional<Path> file) {
        Map<String, String> values = new HashMap<>();
        file.ifPresent(path -> {
            try {
                flatten("", new YAMLMapper().readTree(path.toFile()), values);
            } catch (IOException e) {
                String reason =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                throw new StartFailure("Cannot read " + path + ": " + reason, StartFailure.WRONG_REQUEST);
            }
        });
        return new Given(Map.copyOf(environment), Map.copyOf(values));
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

    private static void flatten(String prefix, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> flatten(
                            prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                            entry.getValue(),
                            values));
        } else if (!prefix.isEmpty()) {
            values.put(prefix, node.asText());
        }
    }
}
