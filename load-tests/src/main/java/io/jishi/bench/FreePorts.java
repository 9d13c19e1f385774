package io.jishi.bench;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports below those that the system gives to outgoing connections: while a server is down its port must not become that
 * of one of its clients. None is given twice.
 */
public final class FreePorts {
    private static final int MIN = 16_000;
    private static final int MAX = 20_000;
    private static final int TRIES_MAX = 100;

    private final Set<Integer> given = new HashSet<>();

    public int one() throws IOException {
        return inARow(1);
    }

    /** The first of so many ports in a row. */
    public synchronized int inARow(int count) throws IOException {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            int first = ThreadLocalRandom.current().nextInt(MIN, MAX - count);
            if (areFree(first, count)) {
                for (int port = first; port < first + count; port++) {
                    given.add(port);
                }
                return first;
            }
        }
        throw new BindException("no " + count + " free ports in a row between " + MIN + " and " + MAX);
    }

    private boolean areFree(int first, int count) throws IOException {
        for (int port = first; port < first + count; port++) {
            if (given.contains(port)) {
                return false;
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assert socket.isBound();
            } catch (BindException e) {
                return false;
            }
        }
        return true;
    }
}
