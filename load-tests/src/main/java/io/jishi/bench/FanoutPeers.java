package io.jishi.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The servers of others, which {@code load-tests/peers/prepare.sh} makes ready. */
final class FanoutPeers {
    private static final Duration START_MAX = Duration.ofSeconds(10);
    private static final Duration PREPARE_MAX = Duration.ofMinutes(5);

    private final Path sources;
    private final Path built;
    private final boolean mayInstall;

    /** By the names that {@code --set peers=} takes. */
    enum Peer {
        BUN("Bun", FanoutProtocol.PLAIN),
        NCHAN("nchan", FanoutProtocol.PLAIN),
        SOCKETIO("Socket.IO", FanoutProtocol.SOCKET_IO),
        /** No server that anybody could use: what a write costs at least. */
        C("C send() loop", FanoutProtocol.PLAIN);

        final String title;
        private final FanoutProtocol protocol;

        Peer(String title, FanoutProtocol protocol) {
            this.title = title;
            this.protocol = protocol;
        }

        private String argument() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Those that are named, with commas between.
         *
         * @throws Context.WrongArgument where there is no such peer
         */
        static List<Peer> parse(String names) {
            if (names.equals("none")) {
                return List.of();
            }
            return Stream.of(names.split(",")).map(Peer::one).distinct().toList();
        }

        private static Peer one(String name) {
            return Stream.of(values())
                    .filter(peer -> peer.argument().equals(name))
                    .findAny()
                    .orElseThrow(() -> new Context.WrongArgument(
                            "no peer " + name + "; --set peers= takes bun, nchan, socketio and c, or none"));
        }
    }

    /** A peer is not to be had; the message says why in a line. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String line) {
            super(line, null, false, false);
        }
    }

    /**
     * @param home the checkout
     * @param mayInstall whether what is missing may be fetched
     */
    FanoutPeers(Path home, boolean mayInstall) {
        this.sources = home.resolve("load-tests/peers").toAbsolutePath();
        this.built = home.resolve("load-tests/target/peers").toAbsolutePath();
        this.mayInstall = mayInstall;
    }

    FanoutSide start(Context context, Peer peer) throws Unavailable, IOException, InterruptedException {
        List<String> ready = prepare(peer);
        int port = new FreePorts().one();
        ChildProcess process = switch (peer) {
            case BUN -> started(context, peer, ready.getFirst(), source("bun.mjs"), Integer.toString(port));
            case SOCKETIO -> started(context, peer, ready.getFirst(), source("socketio.mjs"), Integer.toString(port));
            case C -> started(context, peer, ready.getFirst(), Integer.toString(port));
            case NCHAN -> nginx(context, ready.get(0), ready.get(1), port);
        };
        return new FanoutSide(peer.title, process, null, port, peer.protocol);
    }

    private String source(String name) {
        return sources.resolve(name).toString();
    }

    private static ChildProcess started(Context context, Peer peer, String... command) throws IOException {
        ChildProcess process = context.start(peer.argument(), List.of(command));
        process.awaitLine("ready");
        process.ignoreOutput();
        return process;
    }

    private ChildProcess nginx(Context context, String program, String module, int port)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(context.directory(), "nginx-");
        String configuration = Files.readString(sources.resolve("nchan.conf"))
                .replace("MODULE;", "\"" + module + "\";")
                .replace("127.0.0.1:PORT", "127.0.0.1:" + port);
        Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
        ChildProcess process =
                context.start("nchan", List.of(program, "-p", folder + "/", "-c", file.toString(), "-e", "stderr"));
        process.ignoreOutput();
        awaitListening(process, port);
        return process;
    }

    /** It says nothing when it is ready. */
    private static void awaitListening(ChildProcess process, int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("nginx does not listen: " + process.lastWords(), e);
                }
                Thread.sleep(Duration.ofMillis(20));
            }
        }
    }

    private List<String> prepare(Peer peer) throws Unavailable, IOException, InterruptedException {
        return prepare(peer.argument());
    }

    /** What a peer is run with, by the name that {@code prepare.sh} knows. */
    List<String> prepare(String name) throws Unavailable, IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", source("prepare.sh"), name, built.toString());
        builder.environment().put("JISHI_PEERS_INSTALL", mayInstall ? "yes" : "no");
        Path errors = Files.createTempFile("jishi-peer-", ".log");
        try {
            Process process = builder.redirectError(errors.toFile()).start();
            if (!process.waitFor(PREPARE_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                throw new Unavailable("it was not ready within " + PREPARE_MAX.toMinutes() + " minutes");
            }
            if (process.exitValue() != 0) {
                String why = Files.readString(errors).strip();
                throw new Unavailable(why.isEmpty() ? "it could not be made ready" : why);
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } finally {
            Files.delete(errors);
        }
    }
}
