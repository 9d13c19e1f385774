package io.jishi.bench;

import io.jishi.bench.FanoutPeers.Peer;
import io.jishi.bench.FanoutRun.Round;
import io.jishi.realtime.RealtimeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One room, many viewers, one server with one core: few publications of 128 bytes, as many as the viewers can take, 70%
 * of that, and bursts of comments. Jishi, {@link PlainBroadcast} and the servers of others each run in a process of their
 * own, are measured in turns with the same listeners and the same publisher, and are charged the CPU time that the system
 * gave their processes, Jishi also that of its database.
 */
public final class FanoutBench implements Benchmark {
    private static final String ALL_PEERS = "bun,nchan,socketio,c";

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String oneLine() {
        return "one publication to every viewer of a room: deliveries for CPU, a second, latency; against plain Vert.x,"
                + " Bun, nchan, Socket.IO, a C send() loop (peers=" + ALL_PEERS
                + " or none; pin=yes; sizes: sockets, near,"
                + " rate, seconds, rounds, window, warm-up, burst-seconds, tick, loops)";
    }

    @Override
    public Duration usualDuration() {
        return Duration.ofMinutes(7);
    }

    @Override
    public List<Row> run(Context context) throws Exception {
        FanoutSizes sizes = FanoutSizes.of(context);
        List<Peer> wanted = Peer.parse(context.text("peers", ALL_PEERS));
        FanoutPeers peers = new FanoutPeers(Path.of(System.getProperty("jishi.home", ".")), true);
        try (Cores cores = Cores.keep(context.text("pin", "yes").equals("yes"))) {
            return run(context, sizes, cores, wanted, peers);
        }
    }

    private static List<Row> run(Context context, FanoutSizes sizes, Cores cores, List<Peer> wanted, FanoutPeers peers)
            throws Exception {
        int loops = context.number("loops", cores.areApart() ? 1 : Math.max(2, cores.count()));
        List<String> flags = flags(cores);
        FanoutField field = new FanoutField(context, sizes, cores);
        field.add(
                FanoutSide.JISHI,
                () -> FanoutSide.jishi(context, flags, Map.of("node.event-loops", Integer.toString(loops))));
        field.add(FanoutSide.PLAIN, () -> FanoutSide.plain(context, flags, loops));
        for (Peer peer : wanted) {
            field.add(peer.title, () -> peers.start(context, peer));
        }
        List<String> sides = new ArrayList<>(List.of(FanoutSide.JISHI, FanoutSide.PLAIN));
        wanted.forEach(peer -> sides.add(peer.title));
        Map<String, List<Round>> rounds = field.inTurns(sides, FanoutRun::round);

        field.remove(Peer.C.title);
        field.seat(sizes.near());
        Map<String, List<FanoutFigures>> loaded = field.inTurns(sides, FanoutRun::loaded);

        // rooms that are busy with comments are given a longer tick
        field.remove(FanoutSide.JISHI);
        field.seat(sizes.sockets());
        field.add(
                FanoutSide.JISHI,
                () -> FanoutSide.jishi(
                        context,
                        flags,
                        Map.of(
                                "node.event-loops", Integer.toString(loops),
                                "realtime.tick-millis", Integer.toString(sizes.tickMillis()))));
        Map<String, List<FanoutFigures>> bursts = field.inTurns(sides, FanoutRun::bursts);
        return new FanoutRows(sizes, RealtimeSettings.TICK_MILLIS.defaultValue())
                .of(rounds, bursts, loaded, field.missing());
    }

    /** What a JVM would find by itself, had it been started where it is put. */
    private static List<String> flags(Cores cores) {
        return cores.areApart()
                ? Stream.concat(ServerNode.FLAGS.stream(), Stream.of("-XX:ActiveProcessorCount=1"))
                        .toList()
                : ServerNode.FLAGS;
    }
}
