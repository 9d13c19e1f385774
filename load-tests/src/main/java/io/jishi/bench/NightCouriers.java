package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Client;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Couriers on shift near the depot: they accept what they are offered, pick it up and deliver it. */
final class NightCouriers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POSITION_EVERY = Duration.ofSeconds(3);
    private static final Duration ASK_EVERY = Duration.ofSeconds(6);
    private static final int THINK_MILLIS = 200;
    private static final int RIDE_MILLIS = 400;

    private final NightClients clients;
    private final List<Rider> riders = new ArrayList<>();
    /** Delivery to each courier whose accept was answered yes. */
    private final Set<String> accepted = new HashSet<>();

    private final Map<String, String> delivered = new TreeMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private int deliveredTwice;

    NightCouriers(NightClients clients, List<NightPeople.Person> people) {
        this.clients = clients;
        for (int i = 0; i < people.size(); i++) {
            Rider rider = new Rider(people.get(i), i);
            riders.add(rider);
            rider.client.start();
        }
    }

    /** Completes when all are on shift. */
    Future<Void> startShifts() {
        return Future.all(riders.stream().map(Rider::startShift).toList()).mapEmpty();
    }

    private final class Rider {
        final String id;
        final Client client;
        final NightChannel channel = new NightChannel(this::heard, this::ask);
        final Set<String> offersHeard = new HashSet<>();
        final Set<String> offersTaken = new HashSet<>();
        final Set<String> underWay = new HashSet<>();
        boolean onShift;

        Rider(NightPeople.Person person, int index) {
            id = person.id();
            client = clients.client(person.token(), index);
            client.hear("courier", channel);
        }

        Future<Void> startShift() {
            ObjectNode params = NightClients.object();
            place(params);
            return clients.insist(client, "dispatch.shift_start", params, PATIENCE)
                    .map(courier -> {
                        onShift = true;
                        clients.every(POSITION_EVERY, this::tellPosition);
                        clients.every(ASK_EVERY, this::ask);
                        return null;
                    });
        }

        private void place(ObjectNode params) {
            params.putObject("place")
                    .put(
                            "latitude",
                            NightBuyers.LATITUDE + 0.0005 * clients.random().nextDouble())
                    .put(
                            "longitude",
                            NightBuyers.LONGITUDE + 0.0005 * clients.random().nextDouble());
        }

        private void tellPosition() {
            ObjectNode params = NightClients.object().put("at", System.currentTimeMillis());
            place(params);
            client.call("dispatch.position", params);
        }

        private void heard(JsonNode message) {
            switch (message.path("type").asText()) {
                case "offer" -> {
                    offersHeard.add(message.path("offer").path("id").asText());
                    consider(message.path("offer"));
                }
                case "assigned" -> ride(message.path("delivery"));
                default -> {
                    // an end that the next step or the next question shows
                }
            }
        }

        /** What is to do, by the server's word: also after a connection broke in the middle of it. */
        private void ask() {
            if (!onShift) {
                return;
            }
            client.call("dispatch.current", NightClients.object()).onSuccess(current -> {
                current.path("offers").forEach(this::consider);
                current.path("deliveries").forEach(this::ride);
            });
        }

        private void consider(JsonNode offer) {
            String offerId = offer.path("id").asText();
            if (!offersTaken.add(offerId)) {
                return;
            }
            clients.after(
                    Duration.ofMillis(clients.random().nextInt(THINK_MILLIS)),
                    () -> clients.insist(
                                    client,
                                    "dispatch.accept",
                                    NightClients.object().put("offerId", offerId),
                                    PATIENCE)
                            .onSuccess(delivery -> {
                                accepted.add(offerId + " " + delivery.path("id").asText() + " " + id);
                                ride(delivery);
                            })
                            .onFailure(fault -> refusals.merge("accept: " + fault.getMessage(), 1, Integer::sum)));
        }

        private void ride(JsonNode delivery) {
            String deliveryId = delivery.path("id").asText();
            String stage = delivery.path("stage").asText();
            if ((stage.equals("assigned") || stage.equals("picked_up")) && underWay.add(deliveryId)) {
                step(deliveryId, stage.equals("assigned") ? "picked_up" : "delivered");
            }
        }

        private void step(String deliveryId, String stage) {
            clients.after(
                    Duration.ofMillis(clients.random().nextInt(RIDE_MILLIS)),
                    () -> clients.insist(
                                    client,
                                    "dispatch.step",
                                    NightClients.object()
                                            .put("deliveryId", deliveryId)
                                            .put("stage", stage),
                                    PATIENCE)
                            .onSuccess(answer -> stepped(deliveryId, stage))
                            .onFailure(fault -> {
                                refusals.merge("step: " + fault.getMessage(), 1, Integer::sum);
                                underWay.remove(deliveryId);
                            }));
        }

        private void stepped(String deliveryId, String stage) {
            if (stage.equals("picked_up")) {
                step(deliveryId, "delivered");
                return;
            }
            underWay.remove(deliveryId);
            String before = delivered.put(deliveryId, id);
            if (before != null && !before.equals(id)) {
                deliveredTwice++;
            }
        }
    }

    /** Offer, delivery and courier, divided by spaces, of each accept that was acknowledged. */
    Set<String> accepted() {
        return accepted;
    }

    /** Deliveries whose hand-over was acknowledged, with the courier. */
    Map<String, String> delivered() {
        return delivered;
    }

    /** Deliveries whose hand-over was acknowledged to two couriers. */
    int deliveredTwice() {
        return deliveredTwice;
    }

    Map<String, Integer> refusals() {
        return refusals;
    }

    int gaps() {
        return riders.stream().mapToInt(rider -> rider.channel.gaps()).sum();
    }

    long messages() {
        return riders.stream().mapToLong(rider -> rider.channel.messages()).sum();
    }

    /** Ids of the offers that were heard on the couriers' channels. */
    Set<String> offersHeard() {
        Set<String> heard = new HashSet<>();
        riders.forEach(rider -> heard.addAll(rider.offersHeard));
        return heard;
    }
}
