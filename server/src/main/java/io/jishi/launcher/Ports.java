package io.jishi.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which TCP ports this machine has to give. */
final class Ports {
    /** Below the range from which systems take the ports of outgoing connections, so that a restart finds them free. */
    private static final int FIRST = 20_000;

    private static final int COUNT = 10_000;

    private Ports() {}

    /** True where a server could listen there on every address. */
    static boolean isFree(int port) {
        return isFree(port, null);
    }

    static boolean isFreeOnLoopback(int port) {
        return isFree(port, loopback());
    }

    /**
     * The first of so many ports in a row that are free on loopback, the same from start to start: the one in the file
     * while they are free, else a new one, which the file then holds.
     *
     * @param reserved those that are free now and meant for somebody else
     */
    static int remembered(Path file, int count, IntPredicate reserved) {
        try {
            int port =
                    Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
            if (port >= FIRST && port < FIRST + COUNT && areFree(port, count, reserved)) {
                return port;
            }
            int fresh = free(file, count, reserved);
            Files.writeString(file, Integer.toString(fresh));
            return fresh;
        } catch (IOException | NumberFormatException e) {
            throw new StartFailure("Cannot use " + file + "; delete it and start again.");
        }
    }

    private static int free(Path seed, int count, IntPredicate reserved) {
        int start = Math.floorMod(seed.hashCode() * 31 + (int) System.nanoTime(), COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (areFree(port, count, reserved)) {
                return port;
            }
        }
        throw new StartFailure("No " + count + " TCP ports in a row from " + FIRST + " on are free on 127.0.0.1.");
    }

    private static boolean areFree(int first, int count, IntPredicate reserved) {
        return IntStream.range(first, first + count).allMatch(port -> !reserved.test(port) && isFreeOnLoopback(port));
    }

    private static boolean isFree(int port, @Nullable InetAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
