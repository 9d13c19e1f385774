package io.jishi;

import io.jishi.bots.DemoBots;
import io.jishi.launcher.Launcher;
import io.jishi.launcher.NodeConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code ./jishi} runs: the launcher, with what a node is and what the server knows of a node's configuration. */
public final class Start {
    /** As the nodes read and check it. */
    public static final NodeConfiguration CONFIGURATION = new NodeConfiguration() {
        @Override
        public Map<String, String> file(Path file) {
            return Configuration.flatten(file);
        }

        @Override
        public Map<String, String> withSecretFiles(Map<String, String> environment) {
            return Configuration.withSecretFiles(environment);
        }

        @Override
        public void check(Optional<Path> file, Map<String, String> environment) {
            Node.rules(Configuration.read(file, environment));
        }
    };

    private Start() {}

    public static void main(String[] arguments) {
        Launcher.run(List.of(arguments), Main.class.getName(), DemoBots.class.getName(), CONFIGURATION);
    }
}
