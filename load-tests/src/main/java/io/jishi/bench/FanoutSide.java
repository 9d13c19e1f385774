package io.jishi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the servers that are compared.
 *
 * @param database what it cannot do without, and is charged for; null where there is none
 */
record FanoutSide(
        String name, ChildProcess server, @Nullable ProcessHandle database, int port, FanoutProtocol protocol) {

    static final String JISHI = "Jishi";
    static final String PLAIN = "plain Vert.x";

    /** What the open channels of development have, and a namespace that goes before the others. */
    private static final String RULES = """
            anonymous: true
            development-only: true
            channels:
              "": {class: lossless, history-size: 100, history-seconds: 300, presence: true, join-leave: true, force-recovery: true, open: true, priority: low}
              %s: {class: lossless, history-size: 100, history-seconds: 300, force-recovery: true, open: true, priority: high}
            """.formatted(FanoutProtocol.URGENT_NAMESPACE);

    /** A node with its database. */
    static FanoutSide jishi(Context context, List<String> flags, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path rules = Files.writeString(context.directory().resolve("fanout-channels.yaml"), RULES);
        Postgres database = context.startPostgres();
        Map<String, String> all = new HashMap<>(Map.of(
                "database.url",
                database.url(),
                "channels",
                rules.toString(),
                "cluster.port",
                "0",
                // one publisher stands for the whole room
                "realtime.commands-per-second-max",
                "100000",
                "realtime.commands-in-flight-max",
                "10000"));
        all.putAll(settings);
        ServerNode node = context.startNode(flags, all);
        return new FanoutSide(
                JISHI, node.process(), database.process(), node.url().getPort(), FanoutProtocol.JISHI_URGENT);
    }

    /** A node whose one channel has the rules that its caller gave it. */
    static FanoutSide jishi(ServerNode node) {
        return new FanoutSide(JISHI, node.process(), null, node.url().getPort(), FanoutProtocol.JISHI);
    }

    static FanoutSide plain(Context context, List<String> flags, int loops) throws IOException {
        int port = new FreePorts().one();
        ChildProcess process = context.startJava(
                "plain", flags, PlainBroadcast.class, List.of(Integer.toString(port), Integer.toString(loops)));
        process.awaitLine("ready");
        process.ignoreOutput();
        return new FanoutSide(PLAIN, process, null, port, FanoutProtocol.PLAIN);
    }

    /** What the server's processes have used so far, and those of its database. */
    Duration cpu() {
        Duration own = server.cpu();
        return database == null ? own : own.plus(ChildProcess.cpu(database));
    }
}
