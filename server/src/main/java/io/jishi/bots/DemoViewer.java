package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Watches the live sessions, comments, likes, and buys when a sale opens. */
final class DemoViewer extends Bot implements Listener {
    private static final int SALES_REMEMBERED_MAX = 200;
    private static final int ROOMS_MAX = 5;
    private static final double BUYS = 0.8;
    static final double PAYS = 0.85;

    /** The others fetch it themselves: the demo's couriers must keep up, also with what people order who try it. */
    static final double HAS_IT_BROUGHT = 0.25;

    private final Set<String> rooms = new HashSet<>();
    private final Set<String> sales = new HashSet<>();

    DemoViewer(String name, Network network, Session session, int firstUrl, Tally tally) {
        super(name, network, session, firstUrl, tally);
    }

    @Override
    void begin() {
        findRooms();
        repeatedly(Duration.ofSeconds(20), Duration.ofSeconds(40), this::findRooms);
        repeatedly(Duration.ofSeconds(6), Duration.ofSeconds(20), this::comment);
        repeatedly(Duration.ofSeconds(3), Duration.ofSeconds(9), this::like);
    }

    private void findRooms() {
        call("rooms.list", Wire.object().put("stage", "live").put("limit", ROOMS_MAX))
                .onSuccess(list ->
                        list.path("items").forEach(room -> enter(room.path("id").asText())));
    }

    private void enter(String room) {
        if (rooms.size() < ROOMS_MAX && rooms.add(room)) {
            client().subscribe("room:" + room, this).onFailure(_ -> rooms.remove(room));
        }
    }

    @Override
    public void subscribed(JsonNode greeting, boolean gap) {
        greeting.path("sales").forEach(this::consider);
    }

    @Override
    public void heard(Publication publication) {
        JsonNode message = publication.data();
        switch (message.path("type").asText()) {
            case "sale" -> consider(message.path("sale"));
            case "stage" -> {
                if (message.path("stage").asText().equals("ended")) {
                    rooms.remove(publication.channel().substring("room:".length()));
                }
            }
            default -> {
                // other people's talk
            }
        }
    }

    private void comment() {
        rooms.stream()
                .findAny()
                .ifPresent(room -> call(
                        "rooms.comment",
                        Wire.object()
                                .put("roomId", room)
                                .put("text", Phrases.ofViewer(network().random()))
                                .put("key", key())));
    }

    private void like() {
        rooms.stream()
                .findAny()
                .ifPresent(room -> call(
                        "rooms.like",
                        Wire.object()
                                .put("roomId", room)
                                .put("count", 1 + network().random().nextInt(5))));
    }

    /** Makes up its mind about a sale once. */
    private void consider(JsonNode sale) {
        if (sales.size() >= SALES_REMEMBERED_MAX) {
            sales.clear();
        }
        String id = sale.path("id").asText();
        if (!sales.add(id) || !chance(BUYS)) {
            return;
        }
        long untilOpenMillis = sale.path("opensAt").asLong() - System.currentTimeMillis();
        Duration hesitation = Duration.ofMillis(50 + network().random().nextLong(8000));
        network()
                .after(
                        Duration.ofMillis(Math.max(0, untilOpenMillis)),
                        () -> network().atLeisure(hesitation, () -> claim(id)));
    }

    private void claim(String sale) {
        ObjectNode claim = Wire.object().put("saleId", sale).put("quantity", 1).put("key", key());
        call("flashsales.claim", claim).onSuccess(order -> {
            if (chance(PAYS)) {
                long millis = 500 + network().random().nextLong(6000);
                network()
                        .atLeisure(
                                Duration.ofMillis(millis),
                                () -> pay(order.path("id").asText()));
            }
        });
    }

    private void pay(String order) {
        ObjectNode payment = Wire.object().put("orderId", order).put("method", "sandbox");
        if (chance(HAS_IT_BROUGHT)) {
            payment.set(
                    "place",
                    Neighbourhood.json(Neighbourhood.somewhere(network().random())));
        }
        call("orders.pay", payment);
    }
}
