package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * An unmanned shelf: people open its door and take things, its scales and its thermometer are noisy, and once in a while
 * its cooling fails. A report that got no answer is sent again with the same numbers.
 */
final class DemoShelf extends Bot {
    private static final int MESSAGES_MAX = 1000;
    private static final int MESSAGES_PER_REPORT_MAX = 200;
    private static final double COLD_CELSIUS = 4;
    private static final double WARM_CELSIUS = 14;
    private static final double FAILS = 0.01;
    private static final double SCALE_NOISE_SHARE = 0.01;

    private final String boot;
    private final ArrayDeque<ObjectNode> unsent = new ArrayDeque<>();
    private final List<Slot> slots = new ArrayList<>();
    private long sequence;
    private boolean reporting;
    private double celsius = COLD_CELSIUS;
    private int warmBeats;

    /** A place on the shelf, with a scale under it where a piece's weight is known. */
    private static final class Slot {
        private final int number;
        private final int capacity;
        private final int unitGrams;
        private int count;

        Slot(JsonNode json) {
            number = json.path("slot").asInt();
            capacity = Math.max(1, json.path("capacity").asInt(10));
            unitGrams = json.path("unitGrams").asInt();
            count = capacity;
        }
    }

    /** @param device {@code {device, secret, slots: [{slot, capacity, unitGrams?}]}} */
    DemoShelf(JsonNode device, Network network, Session session, int firstUrl, Tally tally) {
        super(device.path("device").asText(), network, session, firstUrl, tally);
        boot = key();
        device.path("slots").forEach(slot -> slots.add(new Slot(slot)));
    }

    @Override
    void begin() {
        slots.forEach(this::weigh);
        repeatedly(Duration.ofSeconds(4), Duration.ofSeconds(6), this::measure);
        repeatedly(Duration.ofSeconds(12), Duration.ofSeconds(45), this::someoneTakes);
        repeatedly(Duration.ofSeconds(90), Duration.ofSeconds(180), this::restock);
        repeatedly(Duration.ofSeconds(1), Duration.ofSeconds(1), this::report);
    }

    private void measure() {
        if (warmBeats > 0) {
            warmBeats--;
        } else if (chance(FAILS)) {
            warmBeats = 12;
        }
        double goal = warmBeats > 0 ? WARM_CELSIUS : COLD_CELSIUS;
        celsius += (goal - celsius) * 0.3 + network().random().nextGaussian() * 0.1;
        add("temperature", Math.round(celsius * 100) / 100.0);
        if (!slots.isEmpty()) {
            weigh(slots.get(network().random().nextInt(slots.size())));
        }
    }

    private void someoneTakes() {
        List<Slot> stocked = slots.stream().filter(slot -> slot.count > 0).toList();
        if (stocked.isEmpty()) {
            return;
        }
        Slot slot = stocked.get(network().random().nextInt(stocked.size()));
        add("door", 1);
        network().atLeisure(Duration.ofSeconds(2), () -> {
            slot.count -= 1 + network().random().nextInt(Math.min(2, slot.count));
            weigh(slot);
            add("door", 0);
        });
    }

    private void restock() {
        slots.stream().filter(slot -> slot.count <= slot.capacity / 4).forEach(slot -> {
            slot.count = slot.capacity;
            weigh(slot);
        });
    }

    private void weigh(Slot slot) {
        if (slot.unitGrams > 0) {
            double noise = network().random().nextGaussian() * slot.unitGrams * SCALE_NOISE_SHARE;
            add("weight", Math.max(0, Math.rint(slot.count * slot.unitGrams + noise)))
                    .put("slot", slot.number);
        } else {
            add("stock", slot.count).put("slot", slot.number);
        }
    }

    /** Past the bound the oldest are lost, as in a device with little memory. */
    private ObjectNode add(String kind, double value) {
        if (unsent.size() >= MESSAGES_MAX) {
            unsent.removeFirst();
        }
        ObjectNode message = Wire.object()
                .put("sequence", ++sequence)
                .put("at", System.currentTimeMillis())
                .put("kind", kind)
                .put("value", value);
        unsent.addLast(message);
        return message;
    }

    private void report() {
        if (reporting || unsent.isEmpty()) {
            return;
        }
        reporting = true;
        ObjectNode report = Wire.object().put("boot", boot);
        ArrayNode messages = report.putArray("messages");
        unsent.stream().limit(MESSAGES_PER_REPORT_MAX).forEach(messages::add);
        long last = messages.get(messages.size() - 1).path("sequence").asLong();
        call("shelves.report", report)
                .onComplete(_ -> reporting = false)
                .onSuccess(
                        _ -> unsent.removeIf(message -> message.path("sequence").asLong() <= last));
    }
}
