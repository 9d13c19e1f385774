package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.core.Place;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * On shift, tells its position, takes offers and rides in straight legs from door to door. What it has to do it asks the
 * server for again after every break; in between it hears of changes. It rides about three times as fast as a courier in
 * a city, so that somebody who watches sees deliveries arrive.
 */
final class DemoCourier extends Bot implements Listener {
    static final Duration BEAT = Duration.ofSeconds(2);
    static final double METERS_PER_SECOND = 15;
    private static final double THERE_METERS = 12;
    static final long THINKS_MILLIS_MAX = 3800;
    private static final long THINKS_MILLIS_MIN = 800;
    private static final double ACCEPTS = 0.9;

    private final Map<String, JsonNode> deliveries = new LinkedHashMap<>();
    private final Set<String> offers = new HashSet<>();
    private Place here;
    private Place goal;
    private boolean busyAtDoor;
    private boolean onShift;

    DemoCourier(String name, Network network, Session session, int firstUrl, Tally tally) {
        super(name, network, session, firstUrl, tally);
        here = Neighbourhood.somewhere(network.random());
        goal = Neighbourhood.somewhere(network.random());
    }

    @Override
    void begin() {
        client().hear("courier", this);
        repeatedly(BEAT, BEAT, this::beat);
        repeatedly(Duration.ofSeconds(25), Duration.ofSeconds(35), this::ask);
    }

    /** The connection stands, for the first time or again. */
    @Override
    public void subscribed(JsonNode data, boolean gap) {
        ask();
    }

    private void beat() {
        JsonNode next = deliveries.values().stream().findFirst().orElse(null);
        if (next != null) {
            goal = Neighbourhood.place(next.path(isPickedUp(next) ? "dropoff" : "pickup"));
        } else if (here.distanceMeters(goal) < THERE_METERS) {
            goal = Neighbourhood.somewhere(network().random());
        }
        Place before = here;
        here = Neighbourhood.nearer(here, goal, METERS_PER_SECOND * BEAT.toSeconds());
        if (onShift) {
            tellPosition(before);
        }
        if (next != null && here.distanceMeters(goal) < THERE_METERS) {
            atTheDoor(next);
        }
    }

    private static boolean isPickedUp(JsonNode delivery) {
        return delivery.path("stage").asText().equals("picked_up");
    }

    private void tellPosition(Place before) {
        ObjectNode position = Wire.object()
                .put("at", System.currentTimeMillis())
                .put("speedMetersPerSecond", before.distanceMeters(here) / BEAT.toSeconds())
                .put("headingDegrees", Neighbourhood.headingDegrees(before, goal));
        position.set("place", Neighbourhood.json(here));
        call("dispatch.position", position);
    }

    private void atTheDoor(JsonNode delivery) {
        if (busyAtDoor) {
            return;
        }
        busyAtDoor = true;
        String id = delivery.path("id").asText();
        call(
                        "dispatch.step",
                        Wire.object()
                                .put("deliveryId", id)
                                .put("stage", isPickedUp(delivery) ? "delivered" : "picked_up"))
                .onComplete(_ -> busyAtDoor = false)
                .onSuccess(this::update)
                .onFailure(_ -> ask());
    }

    /** Learns what the server knows, and goes on shift where it is not. */
    private void ask() {
        call("dispatch.current", Wire.object())
                .onSuccess(current -> {
                    deliveries.clear();
                    current.path("deliveries").forEach(this::update);
                    current.path("offers").forEach(this::consider);
                    onShift = current.path("courier").path("onShift").asBoolean();
                    if (!onShift) {
                        startShift();
                    }
                })
                .onFailure(fault -> {
                    if (fault instanceof ServerError) {
                        startShift();
                    }
                });
    }

    private void startShift() {
        ObjectNode shift = Wire.object();
        shift.set("place", Neighbourhood.json(here));
        call("dispatch.shift_start", shift).onSuccess(_ -> onShift = true);
    }

    private void update(JsonNode delivery) {
        String id = delivery.path("id").asText();
        switch (delivery.path("stage").asText()) {
            case "assigned", "picked_up" -> deliveries.put(id, delivery);
            default -> deliveries.remove(id);
        }
    }

    @Override
    public void heard(Publication publication) {
        JsonNode message = publication.data();
        switch (message.path("type").asText()) {
            case "offer" -> consider(message.path("offer"));
            case "offer_expired" -> offers.remove(message.path("offerId").asText());
            case "assigned" -> update(message.path("delivery"));
            case "cancelled" -> deliveries.remove(message.path("deliveryId").asText());
            default -> {
                // nothing that changes what it does
            }
        }
    }

    private void consider(JsonNode offer) {
        String id = offer.path("id").asText();
        if (!offers.add(id)) {
            return;
        }
        long millis = network().random().nextLong(THINKS_MILLIS_MIN, THINKS_MILLIS_MAX);
        network().atLeisure(Duration.ofMillis(millis), () -> {
            if (!offers.remove(id)) {
                return; // it expired meanwhile
            }
            ObjectNode answer = Wire.object().put("offerId", id);
            if (chance(ACCEPTS)) {
                call("dispatch.accept", answer).onSuccess(this::update);
            } else {
                call("dispatch.reject", answer);
            }
        });
    }
}
