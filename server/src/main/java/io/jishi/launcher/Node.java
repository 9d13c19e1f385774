package io.jishi.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One node: where it listens, and the process that it is at the moment. */
final class Node {
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final int ANSWER_MILLIS_MAX = 3_000;

    private final int number;
    private final URI url;
    private final Supplier<Child> starter;
    private final Restarts restarts = new Restarts();
    private @Nullable Child child;

    Node(int number, URI url, Supplier<Child> starter) {
        this.number = number;
        this.url = url;
        this.starter = starter;
    }

    int number() {
        return number;
    }

    URI url() {
        return url;
    }

    Restarts restarts() {
        return restarts;
    }

    Child start() {
        Child started = starter.get();
        child = started;
        return started;
    }

    /** The process of the last start; null before the first. */
    @Nullable
    Child child() {
        return child;
    }

    /** True when it says that it can serve. */
    boolean isReady() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) url.resolve("/health/ready").toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS_MAX);
            connection.setReadTimeout(ANSWER_MILLIS_MAX);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Node " + number;
    }
}
