package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody of the demo: a client and a rhythm. All of a bot's work happens on the one event loop of the network. What
 * fails is left be and tried again at the next beat, so a bot outlives every restart of the servers.
 */
abstract class Bot {
    private static final Logger LOG = LoggerFactory.getLogger(Bot.class);

    private final String name;
    private final Network network;
    private final Client client;
    private final Tally tally;

    Bot(String name, Network network, Session session, int firstUrl, Tally tally) {
        this.name = name;
        this.network = network;
        this.client = network.client(session, firstUrl);
        this.tally = tally;
        client.closed().onFailure(fault -> LOG.warn("event=bot-stopped bot={} reason={}", name, fault.getMessage()));
    }

    /** Begins to live. */
    void start() {
        begin();
        client.start();
    }

    /** Sets its rhythm; what it asks before the connection stands waits for it. */
    abstract void begin();

    final Network network() {
        return network;
    }

    final Client client() {
        return client;
    }

    /** Calls a method, counting the answer. */
    final Future<JsonNode> call(String method, ObjectNode params) {
        return client.call(method, params)
                .onSuccess(_ -> tally.done(method))
                .onFailure(
                        fault -> tally.failed(method, fault instanceof ServerError error ? error.name() : "no answer"));
    }

    /** Runs an action again and again, after a random time between the two, until the client is closed. */
    final void repeatedly(Duration min, Duration max, Runnable action) {
        long millis = network.random().nextLong(min.toMillis(), max.toMillis() + 1);
        network.atLeisure(Duration.ofMillis(millis), () -> {
            if (!client.closed().isComplete()) {
                action.run();
                repeatedly(min, max, action);
            }
        });
    }

    final boolean chance(double probability) {
        return network.random().nextDouble() < probability;
    }

    /** A key that no other request has. */
    final String key() {
        return name + "-" + Long.toString(network.random().nextLong(1L << 60), 36);
    }
}
