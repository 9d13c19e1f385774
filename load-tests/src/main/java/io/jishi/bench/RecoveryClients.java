package io.jishi.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A process of its own that listens and comes back: {@code CLIENTS CHANNELS SEED PORTS…}. Every second client speaks
 * Protobuf. Fifty times a second it says {@code state SUBSCRIBED BROKEN}; it obeys {@code mark NODE} (forget earlier
 * interruptions, and say how many clients the node has and how many of their channels are new to the other nodes), {@code
 * report NANOS}, {@code verdict CHANNEL=TOP…} and {@code write FILE} (what was heard).
 */
public final class RecoveryClients {
    /** What one address has ports for, towards each node. */
    private static final int SOCKETS_PER_ADDRESS = 20_000;

    private static final int CONNECTING_MAX = 200;
    private static final int TELL_MILLIS = 20;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int LEVEL_TRIES_MAX = 1_000;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final RecoveryFaults faults = new RecoveryFaults();
    private final List<NetClient> sockets = new ArrayList<>();
    private final List<RecoveryChannel> channels;
    private final List<RecoveryClient> clients = new ArrayList<>();
    private final int nodes;

    private RecoveryClients(RecoveryLayout layout, int seed, List<Integer> ports) {
        nodes = ports.size();
        channels = layout.channelNames().stream().map(RecoveryChannel::new).toList();
        Random random = new Random(seed);
        for (int i = 0; i <= layout.clients() / SOCKETS_PER_ADDRESS; i++) {
            NetClientOptions options = new NetClientOptions().setConnectTimeout(CONNECT_MILLIS_MAX);
            if (i > 0) { // binding costs the system a search of milliseconds for a free port, in the loop
                options.setLocalAddress("127.0.0." + (1 + i));
            }
            options.setTcpNoDelay(true);
            sockets.add(vertx.createNetClient(options));
        }
        for (int i = 0; i < layout.clients(); i++) {
            RecoveryClient.World world =
                    new RecoveryClient.World(vertx, sockets.get(i / SOCKETS_PER_ADDRESS), ports, random, faults);
            clients.add(new RecoveryClient(
                    world,
                    i / nodes / 2 % 2 == 0 ? RecoveryDialect.JSON : RecoveryDialect.PROTOBUF,
                    channels.get(layout.channelOf(i)),
                    layout.nodeOf(i)));
        }
    }

    public static void main(String[] arguments) throws IOException {
        List<Integer> numbers =
                List.of(arguments).stream().map(Integer::parseInt).toList();
        List<Integer> ports = numbers.subList(3, numbers.size());
        RecoveryClients all = new RecoveryClients(
                new RecoveryLayout(ports.size(), numbers.get(0), numbers.get(1)), numbers.get(2), ports);
        all.vertx.runOnContext(begin -> all.connectSome(0));
        all.vertx.setPeriodic(TELL_MILLIS, due -> all.tell());
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ");
            all.vertx.runOnContext(now -> all.obey(words));
        }
        all.vertx.close().await();
    }

    /** The next few once those before are subscribed. */
    private void connectSome(int from) {
        int to = Math.min(clients.size(), from + CONNECTING_MAX);
        clients.subList(from, to).forEach(RecoveryClient::start);
        if (to < clients.size()) {
            vertx.setPeriodic(1, timer -> {
                if (clients.subList(from, to).stream().allMatch(RecoveryClient::isSubscribed)) {
                    vertx.cancelTimer(timer);
                    connectSome(to);
                }
            });
        }
    }

    private void tell() {
        long subscribed = clients.stream().filter(RecoveryClient::isSubscribed).count();
        long broken =
                clients.stream().filter(client -> client.brokenNanos() > 0).count();
        System.out.println("state " + subscribed + " " + broken);
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "mark" -> {
                clients.forEach(RecoveryClient::mark);
                int node = Integer.parseInt(words[1]);
                System.out.println("on " + on(node).count() + " " + newElsewhere(node));
            }
            case "report" -> report(Long.parseLong(words[1]));
            case "verdict" -> verdict(tops(words), 0);
            case "write" -> write(Path.of(words[1]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private Stream<RecoveryClient> on(int node) {
        return clients.stream().filter(client -> client.node() == node);
    }

    private Set<RecoveryChannel> heardOn(int node) {
        return on(node).map(RecoveryClient::channel).collect(Collectors.toSet());
    }

    /** How many channels of a node are new to the others, counted for each of these. */
    private int newElsewhere(int node) {
        int count = 0;
        for (int other = 0; other < nodes; other++) {
            Set<RecoveryChannel> here = heardOn(node);
            here.removeAll(heardOn(other));
            count += here.size();
        }
        return count;
    }

    private void report(long sinceNanos) {
        System.out.println("report " + quantiles(client -> client.backNanos() - sinceNanos) + " "
                + quantiles(client -> client.backNanos() - client.brokenNanos()));
    }

    /** Of those whose connection broke and who are back: how many, and p50, p99, longest in microseconds. */
    private String quantiles(ToLongFunction<RecoveryClient> nanos) {
        long[] sorted = clients.stream()
                .filter(client -> client.brokenNanos() > 0 && client.backNanos() > client.brokenNanos())
                .mapToLong(nanos)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return "0 0 0 0";
        }
        return sorted.length + " " + sorted[sorted.length / 2] / 1_000 + " "
                + sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)] / 1_000 + " "
                + sorted[sorted.length - 1] / 1_000;
    }

    private static Map<String, Long> tops(String[] words) {
        Map<String, Long> tops = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=");
            tops.put(pair[0], Long.parseLong(pair[1]));
        }
        return tops;
    }

    /** Waits a while for those who have not heard all yet. */
    private void verdict(Map<String, Long> tops, int tries) {
        long behind = clients.stream()
                .filter(client -> !client.isSubscribed()
                        || client.offset() != tops.getOrDefault(client.channel().name(), 0L))
                .count();
        if (behind == 0 || tries == LEVEL_TRIES_MAX) {
            System.out.println("verdict " + faults.line(behind));
        } else {
            vertx.setTimer(TELL_MILLIS, due -> verdict(tops, tries + 1));
        }
    }

    private void write(Path file) {
        try {
            Files.write(file, channels.stream().map(RecoveryChannel::heard).toList());
            System.out.println("written");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
