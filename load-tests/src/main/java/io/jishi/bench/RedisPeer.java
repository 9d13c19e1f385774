package io.jishi.bench;

import io.jishi.bench.FanoutPeers.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Redis of Debian's on loopback that can be killed and started again on what it left on the disk. */
final class RedisPeer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(15);

    private final String program;
    private final String libraries;
    private final Path directory;
    private final boolean appends;
    private final int port = new FreePorts().one();
    private ChildProcess process;

    private RedisPeer(String program, String libraries, Path directory, boolean appends)
            throws IOException, InterruptedException {
        this.program = program;
        this.libraries = libraries;
        this.directory = directory;
        this.appends = appends;
        process = launch();
    }

    /**
     * Blocks until it answers.
     *
     * @param appends whether it keeps a log of its writes, synced each second; else only its usual snapshots
     */
    static RedisPeer start(FanoutPeers peers, Path directory, boolean appends)
            throws Unavailable, IOException, InterruptedException {
        List<String> ready = peers.prepare("redis");
        return new RedisPeer(ready.get(0), ready.get(1), Files.createDirectory(directory), appends);
    }

    int port() {
        return port;
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    void startAgain() throws IOException, InterruptedException {
        process = launch();
    }

    private ChildProcess launch() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--appendonly",
                appends ? "yes" : "no",
                "--dir",
                directory.toString());
        builder.environment().put("LD_LIBRARY_PATH", libraries);
        ChildProcess started = ChildProcess.start(directory, builder);
        started.ignoreOutput();
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                started.kill();
                throw new IOException("Redis does not answer: " + started.lastWords());
            }
            Thread.sleep(Duration.ofMillis(50));
        }
        return started;
    }

    /** It refuses while it loads what it left on the disk. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return in.read() == '+';
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.kill();
    }
}
