package io.jishi.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Client;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shelves that measure all the time and send again what was not acknowledged. */
final class NightShelves {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MEASURE_EVERY = Duration.ofSeconds(1);
    private static final int MESSAGES_PER_REPORT_MAX = 50;
    private static final int REGISTRATIONS_IN_FLIGHT_MAX = 16;
    private static final int CAPACITY = 100;
    private static final int LOW_STOCK = 5;

    private final NightClients clients;
    private final NightPeople people;
    private final List<Shelf> shelves = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private boolean measuring;
    private long resent;

    NightShelves(NightClients clients, NightPeople people) {
        this.clients = clients;
        this.people = people;
    }

    /** Registers so many, a few at a time, and connects their devices. */
    Future<Void> register(Client operator, String sku, int count) {
        List<Future<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < REGISTRATIONS_IN_FLIGHT_MAX; lane++) {
            lanes.add(registerFrom(operator, sku, lane, count));
        }
        return Future.all(lanes).mapEmpty();
    }

    private Future<Void> registerFrom(Client operator, String sku, int index, int count) {
        if (index >= count) {
            return Future.succeededFuture();
        }
        ObjectNode params = NightClients.object().put("group", "night").put("temperatureMaxCelsius", 12.0);
        params.putObject("name").put("zh", "夜市货架" + index).put("en", "Night shelf " + index);
        params.putObject("place").put("latitude", NightBuyers.LATITUDE).put("longitude", NightBuyers.LONGITUDE);
        params.putArray("slots")
                .addObject()
                .put("slot", 1)
                .put("skuId", sku)
                .put("capacity", CAPACITY)
                .put("unitGrams", 100)
                .put("lowStock", LOW_STOCK);
        return clients.insist(operator, "shelves.register", params, PATIENCE).compose(answer -> {
            shelves.add(new Shelf(answer.path("device").asText(), index));
            return registerFrom(operator, sku, index + REGISTRATIONS_IN_FLIGHT_MAX, count);
        });
    }

    void start() {
        measuring = true;
        shelves.forEach(Shelf::begin);
    }

    /** Completes when everything measured is acknowledged, or will not be. */
    Future<Void> stop() {
        measuring = false;
        return Future.join(shelves.stream().map(shelf -> shelf.empty.future()).toList())
                .mapEmpty();
    }

    /** One device; its sequence has no gap, and what it measures follows from the sequence. */
    private final class Shelf {
        final String device;
        final Client client;
        final String boot = "night-" + Long.toString(clients.random().nextLong(1L << 40), 36);
        final ArrayDeque<ObjectNode> unsent = new ArrayDeque<>();
        final Promise<Void> empty = Promise.promise();
        long sequence;
        long acknowledged;
        boolean reporting;

        Shelf(String device, int index) {
            this.device = device;
            client = clients.client(people.token(device, "device", "device"), index);
            client.start();
        }

        void begin() {
            clients.after(Duration.ofMillis(clients.random().nextInt(1_000)), () -> {
                measure();
                clients.every(MEASURE_EVERY, this::measure);
            });
        }

        private void measure() {
            if (measuring) {
                sequence++;
                boolean temperature = sequence % 2 == 0;
                ObjectNode message = NightClients.object()
                        .put("sequence", sequence)
                        .put("at", System.currentTimeMillis())
                        .put("kind", temperature ? "temperature" : "stock")
                        .put("value", value(sequence));
                unsent.add(temperature ? message : message.put("slot", 1));
            }
            report();
        }

        private void report() {
            if (reporting) {
                return;
            }
            if (unsent.isEmpty()) {
                if (!measuring) {
                    empty.tryComplete();
                }
                return;
            }
            reporting = true;
            ObjectNode report = NightClients.object().put("boot", boot);
            ArrayNode messages = report.putArray("messages");
            unsent.stream().limit(MESSAGES_PER_REPORT_MAX).forEach(messages::add);
            clients.insist(client, "shelves.report", report, PATIENCE)
                    .onComplete(_ -> reporting = false)
                    .onSuccess(answer -> {
                        resent += answer.path("duplicates").asLong();
                        for (int i = 0; i < messages.size(); i++) {
                            acknowledged = unsent.remove().path("sequence").asLong();
                        }
                        report();
                    })
                    .onFailure(fault -> refusals.merge(String.valueOf(fault.getMessage()), 1, Integer::sum));
        }
    }

    /** What the message of this sequence says: so a stored value can be checked. */
    static double value(long sequence) {
        return sequence % 2 == 0 ? 4 + sequence % 7 : 50 + sequence % 40;
    }

    /** Device to the highest sequence that is acknowledged; all below are too. */
    Map<String, Long> acknowledged() {
        Map<String, Long> acknowledged = new TreeMap<>();
        shelves.forEach(shelf -> acknowledged.put(shelf.device, shelf.acknowledged));
        return acknowledged;
    }

    long measured() {
        return shelves.stream().mapToLong(shelf -> shelf.sequence).sum();
    }

    /** Messages that the server had already when they came again. */
    long resent() {
        return resent;
    }

    Map<String, Integer> refusals() {
        return refusals;
    }
}
