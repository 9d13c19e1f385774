package io.jishi.realtime;

import io.jishi.core.Setting;
import java.util.List;

/** The bounds of real time. */
public final class RealtimeSettings {
    public static final Setting<Integer> TICK_MILLIS = Setting.integer(
            "realtime.tick-millis", 10, 1, 1_000, "Publications of a channel within this time go out in one write.");
    public static final Setting<Integer> SOCKETS_AT_ONCE = Setting.integer(
            "realtime.sockets-at-once",
            128,
            1,
            100_000,
            "To how many sockets a broadcast is handed before the loop reads again and sends what has high priority.");
    public static final Setting<Integer> SAMPLE_MILLIS = Setting.integer(
            "realtime.sample-millis",
            200,
            10,
            5_000,
            "In a channel busier than its sample-per-second, how long publications gather before some are chosen.");
    public static final Setting<Integer> PING_SECONDS =
            Setting.integer("realtime.ping-seconds", 25, 1, 600, "How often the server pings a connection.");
    public static final Setting<Integer> PONG_SECONDS_MAX =
            Setting.integer("realtime.pong-seconds-max", 10, 1, 600, "How long a client may take to answer a ping.");
    public static final Setting<Integer> CONNECT_SECONDS_MAX = Setting.integer(
            "realtime.connect-seconds-max", 10, 1, 600, "How soon the connect command must follow the open socket.");
    public static final Setting<Integer> CONNECTIONS_PER_USER_MAX = Setting.integer(
            "realtime.connections-per-user-max",
            100,
            1,
            1_000_000,
            "Connections of one user in the cluster; one more is closed. Guests are many users and not counted.");
    public static final Setting<Integer> CHANNELS_MAX =
            Setting.integer("realtime.channels-max", 128, 1, 10_000, "Channels of one connection.");
    public static final Setting<Integer> COMMANDS_PER_SECOND_MAX = Setting.integer(
            "realtime.commands-per-second-max",
            200,
            1,
            100_000,
            "Commands of one connection; a burst may be twice that.");
    public static final Setting<Integer> MESSAGE_BYTES_MAX = Setting.integer(
            "realtime.message-bytes-max",
            65_536,
            1_024,
            16_777_216,
            "The longest message that a WebSocket takes; one more byte closes it.");
    public static final Setting<Integer> COMMANDS_PER_FRAME_MAX = Setting.integer(
            "realtime.commands-per-frame-max",
            512,
            1,
            100_000,
            "Commands in one message; more are malformed and close the connection.");
    public static final Setting<Integer> COMMANDS_IN_FLIGHT_MAX = Setting.integer(
            "realtime.commands-in-flight-max", 64, 1, 10_000, "Commands of one connection that wait for their reply.");
    public static final Setting<Integer> OUTBOX_BYTES_MAX = Setting.integer(
            "realtime.outbox-bytes-max",
            1_048_576,
            1_024,
            1_073_741_824,
            "What may wait for one slow connection before its channels' class decides what happens.");
    public static final Setting<Integer> PUBLISH_QUEUE_MAX = Setting.integer(
            "realtime.publish-queue-max",
            10_000,
            1,
            1_000_000,
            "Publications of one channel that may wait on a node; one more is refused.");
    public static final Setting<Integer> CHECK_SECONDS = Setting.integer(
            "realtime.check-seconds", 30, 1, 600, "How often a node compares its place in a channel with the log.");

    public static final List<Setting<?>> ALL = List.of(
            TICK_MILLIS,
            SOCKETS_AT_ONCE,
            SAMPLE_MILLIS,
            PING_SECONDS,
            PONG_SECONDS_MAX,
            CONNECT_SECONDS_MAX,
            CONNECTIONS_PER_USER_MAX,
            CHANNELS_MAX,
            COMMANDS_PER_SECOND_MAX,
            MESSAGE_BYTES_MAX,
            COMMANDS_PER_FRAME_MAX,
            COMMANDS_IN_FLIGHT_MAX,
            OUTBOX_BYTES_MAX,
            PUBLISH_QUEUE_MAX,
            CHECK_SECONDS);

    private RealtimeSettings() {}
}
