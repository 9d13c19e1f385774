package io.jishi.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A process that is to run all the time, a node or the demo's bots: how to start it, and the one that it is at the moment. */
final class Service {
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final int ANSWER_MILLIS_MAX = 3_000;

    private final String title;
    private final Optional<URI> url;
    private final Supplier<Child> starter;
    private final Restarts restarts = new Restarts();
    private @Nullable Child child;

    /**
     * @param title how it is called at the beginning of a line
     * @param url where it can be asked whether it is ready; empty where it is so as soon as it runs
     */
    Service(String title, Optional<URI> url, Supplier<Child> starter) {
        this.title = title;
        this.url = url;
        this.starter = starter;
    }

    static Service node(int number, URI url, Supplier<Child> starter) {
        return new Service("Node " + number, Optional.of(url), starter);
    }

    Optional<URI> url() {
        return url;
    }

    /** Without nodes there is nothing to run for; without bots there is. */
    boolean isNode() {
        return url.isPresent();
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

    boolean isReady() {
        return url.isPresent() ? saysReady(url.get()) : child != null && child.isAlive();
    }

    private static boolean saysReady(URI url) {
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
        return title;
    }
}
