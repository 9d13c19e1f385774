package io.jishi.launcher;

import java.util.List;

/** The launcher with {@link StubNode}s in the place of nodes. */
final class StubLauncher {
    private StubLauncher() {}

    public static void main(String[] arguments) {
        Launcher.run(List.of(arguments), StubNode.class.getName(), StubBots.class.getName());
    }
}
