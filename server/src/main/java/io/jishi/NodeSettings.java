package io.jishi;

import io.jishi.core.Setting;
import java.util.List;

/** What is configured about a node as a whole. */
final class NodeSettings {
    static final Setting<String> NAME =
            Setting.text("node.name", "node-1", "This node's name in logs and in the answer to a connection.");
    static final Setting<Integer> EVENT_LOOPS = Setting.integer(
            "node.event-loops", 0, 0, 256, "Event loops of this node; 0 for one a processor, at least two.");
    static final Setting<Boolean> STOP_ON_STDIN_EOF =
            Setting.flag("stop-on-stdin-eof", false, "Whether the end of standard input stops the node; `up` sets it.");
    static final Setting<Integer> MQTT_PORT = Setting.integer(
            "mqtt.port", 1883, 0, 65_535, "Reserved for devices that speak MQTT; nothing listens there yet.");
    static final Setting<String> CHANNELS = Setting.text(
            "channels", "channels.yaml", "The channel rules: a file's path, or the name of one that ships here.");
    static final Setting<Boolean> DEMO_SEED =
            Setting.flag("demo.seed", false, "Whether an empty database is filled with a small shop.");
    static final Setting<String> DEMO_DIRECTORY =
            Setting.text("demo.directory", "", "Where the credentials of the demo's devices are written.");

    static final List<Setting<?>> ALL =
            List.of(NAME, EVENT_LOOPS, STOP_ON_STDIN_EOF, MQTT_PORT, CHANNELS, DEMO_SEED, DEMO_DIRECTORY);

    private NodeSettings() {}
}
