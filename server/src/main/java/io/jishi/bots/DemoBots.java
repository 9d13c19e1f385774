package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.DecodeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people and machines of {@code ./jishi up --demo}: {@code --url URL[,URL…] --data-dir DIR}. They log in as the
 * demo's users and live until the process is told to stop.
 */
public final class DemoBots {
    private static final Logger LOG = LoggerFactory.getLogger(DemoBots.class);
    private static final String PASSWORD = "jishi";
    private static final String DEVICES_FILE = "demo-devices.json";
    private static final String STOP_ON_STDIN_EOF = "JISHI_STOP_ON_STDIN_EOF";
    private static final int VIEWERS = 20;
    static final int COURIERS = 5;
    private static final int WRONG_USAGE = 2;
    private static final int CLIENTS_MAX = 200;

    /** Passwords are slow to check, and somebody may want to log in meanwhile. */
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(250);

    private static final Duration TELLS_EVERY = Duration.ofSeconds(60);

    private DemoBots() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        try (Network network = new Network(urls(arguments), CLIENTS_MAX, Network.dice())) {
            start(network, devices(Path.of(value(arguments, "--data-dir"), DEVICES_FILE)));
            if (Boolean.parseBoolean(System.getenv(STOP_ON_STDIN_EOF))) {
                awaitEnd(System.in);
            } else {
                Thread.currentThread().join();
            }
        } catch (WrongArgument e) {
            System.err.println("jishi: demo bots: " + e.getMessage());
            System.exit(WRONG_USAGE);
        }
    }

    /** The launcher holds the other end and never writes; it is closed however the launcher ends. */
    private static void awaitEnd(InputStream input) throws IOException {
        while (input.read() >= 0) {
            // nothing is meant to come
        }
    }

    /** Starts them one after the other. */
    static void start(Network network, List<JsonNode> devices) {
        Tally tally = new Tally();
        List<Bot> bots = new ArrayList<>();
        bots.add(new DemoHost("host", network, person(network, "host"), 0, tally));
        for (int i = 1; i <= COURIERS; i++) {
            bots.add(new DemoCourier("courier" + i, network, person(network, "courier" + i), i, tally));
        }
        for (JsonNode device : devices) {
            Session session = Account.device(
                    network.logins(),
                    device.path("device").asText(),
                    device.path("secret").asText());
            bots.add(new DemoShelf(device, network, session, bots.size(), tally));
        }
        for (int i = 1; i <= VIEWERS; i++) {
            bots.add(new DemoViewer("viewer" + i, network, person(network, "viewer" + i), i, tally));
        }
        for (int i = 0; i < bots.size(); i++) {
            network.after(BETWEEN_STARTS.multipliedBy(i), bots.get(i)::start);
        }
        network.every(TELLS_EVERY, () -> LOG.info("event=bots {}", tally.take()));
        LOG.info("event=bots-started bots={} devices={}", bots.size(), devices.size());
    }

    private static Session person(Network network, String name) {
        return Account.person(network.logins(), name, PASSWORD);
    }

    /** None where the demo's shelves were not made. */
    static List<JsonNode> devices(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<JsonNode> devices = new ArrayList<>();
            Wire.tree(Files.readString(file)).forEach(devices::add);
            return devices;
        } catch (IOException | UncheckedIOException | DecodeException e) {
            throw new WrongArgument("cannot read " + file);
        }
    }

    private static List<URI> urls(String[] arguments) {
        return List.of(value(arguments, "--url").split(",")).stream()
                .map(URI::create)
                .toList();
    }

    private static String value(String[] arguments, String option) {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            if (arguments[i].equals(option)) {
                return arguments[i + 1];
            }
        }
        throw new WrongArgument("say " + option);
    }
}
