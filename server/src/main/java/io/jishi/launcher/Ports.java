package io.jishi.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which TCP ports this machine has to give. */
final class Ports {
    /** Below the range from which systems take the ports of outgoing connections, so that a restart finds them free. */
    private static final int FIRST = 20_000;

    private static final int COUNT = 10_000;

    private Ports() {}

    static boolean isFree(int port) {
        return isFree(port, null);
    }

    static boolean isFreeOnLoopback(int port) {
        return isFree(port, loopback());
    }

    /**
     * A free port on loopback that stays the same from start to start: the one in the file while it is free, else a new
     * one, which the file then holds.
     */
    static int remembered(Path file) {
        try {
            int port =
                    Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
            if (port >= 1024 && port <= 65_535 && isFreeOnLoopback(port)) {
                return port;
            }
            int fresh = free(file);
            Files.writeString(file, Integer.toString(fresh));
            return fresh;
        } catch (IOException | NumberFormatException e) {
            throw new StartFailure("Cannot use " + file + "; delete it and start again.");
        }
    }

    private static int free(Path seed) {
        int start = Math.floorMod(seed.hashCode() * 31 + (int) System.nanoTime(), COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (isFreeOnLoopback(port)) {
                return port;
            }
        }
        throw new StartFailure("No TCP port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free on 127.0.0.1.");
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
