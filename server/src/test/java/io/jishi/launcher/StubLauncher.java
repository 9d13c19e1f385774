package io.jishi.launcher;

import io.jishi.Start;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The launcher with {@link StubNode}s in the place of nodes. */
final class StubLauncher {
    /** The server's own, but for what {@link StubNode} alone knows. */
    private static final NodeConfiguration CONFIGURATION = new NodeConfiguration() {
        @Override
        public Map<String, String> file(Path file) {
            return Start.CONFIGURATION.file(file);
        }

        @Override
        public Map<String, String> withSecretFiles(Map<String, String> environment) {
            return Start.CONFIGURATION.withSecretFiles(environment);
        }

        @Override
        public void check(Optional<Path> file, Map<String, String> environment) {
            Map<String, String> known = new HashMap<>(environment);
            known.remove("JISHI_STUB");
            Start.CONFIGURATION.check(file, known);
        }
    };

    private StubLauncher() {}

    public static void main(String[] arguments) {
        Launcher.run(List.of(arguments), StubNode.class.getName(), StubBots.class.getName(), CONFIGURATION);
    }
}
