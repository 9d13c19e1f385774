package io.jishi.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps a session live, shows its products and starts a small sale every minute or so. */
final class DemoHost extends Bot {
    private static final int LOW_STOCK = 60;
    private static final int RECEIPT = 300;
    private static final int COUNTDOWN_SECONDS = 12;
    private static final int DURATION_SECONDS = 40;
    private static final int RESERVATION_SECONDS = 30;

    static final int QUANTITY_MIN = 6;
    static final int QUANTITY_MAX = 17;
    static final Duration BETWEEN_SALES_MIN = Duration.ofSeconds(50);
    static final Duration BETWEEN_SALES_MAX = Duration.ofSeconds(75);

    private String me = "";
    private String room = "";

    DemoHost(String name, Network network, Session session, int firstUrl, Tally tally) {
        super(name, network, session, firstUrl, tally);
    }

    @Override
    void begin() {
        beLive();
        repeatedly(Duration.ofSeconds(5), Duration.ofSeconds(10), this::beLive);
        repeatedly(Duration.ofSeconds(15), Duration.ofSeconds(40), this::talk);
        repeatedly(BETWEEN_SALES_MIN, BETWEEN_SALES_MAX, this::sell);
        network().atLeisure(Duration.ofSeconds(12), this::sell);
    }

    private void beLive() {
        if (me.isEmpty()) {
            call("accounts.me", Wire.object())
                    .onSuccess(user -> me = user.path("id").asText());
        } else {
            call("rooms.list", Wire.object().put("stage", "live").put("limit", 100))
                    .compose(this::ownRoom)
                    .onSuccess(id -> room = id);
        }
    }

    private Future<String> ownRoom(JsonNode list) {
        for (JsonNode live : list.path("items")) {
            if (live.path("hostId").asText().equals(me)) {
                return Future.succeededFuture(live.path("id").asText());
            }
        }
        ObjectNode plan =
                Wire.object().put("title", "今天吃什么 · What to eat today").put("startsAt", System.currentTimeMillis());
        return call("rooms.schedule", plan)
                .compose(scheduled -> call(
                        "rooms.start",
                        Wire.object().put("roomId", scheduled.path("id").asText())))
                .map(live -> live.path("id").asText());
    }

    private void talk() {
        if (!room.isEmpty()) {
            call(
                    "rooms.comment",
                    Wire.object()
                            .put("roomId", room)
                            .put("text", Phrases.ofHost(network().random()))
                            .put("key", key()));
        }
    }

    private void sell() {
        if (!room.isEmpty()) {
            call("catalog.products", Wire.object().put("limit", 50)).onSuccess(this::sellOneOf);
        }
    }

    private void sellOneOf(JsonNode list) {
        List<JsonNode> own = new ArrayList<>();
        list.path("items").forEach(product -> {
            if (product.path("hostId").asText().equals(me)
                    && !product.path("skus").isEmpty()) {
                own.add(product);
            }
        });
        if (own.isEmpty()) {
            return;
        }
        JsonNode product = own.get(network().random().nextInt(own.size()));
        JsonNode skus = product.path("skus");
        JsonNode sku = skus.get(network().random().nextInt(skus.size()));
        String skuId = sku.path("id").asText();
        call(
                "rooms.pin",
                Wire.object()
                        .put("roomId", room)
                        .put("productId", product.path("id").asText()));
        Future<JsonNode> stocked = sku.path("available").asInt() < LOW_STOCK
                ? call("catalog.receive", Wire.object().put("skuId", skuId).put("quantity", RECEIPT))
                : Future.succeededFuture(sku);
        stocked.onSuccess(_ -> start(skuId, sku.path("priceMinor").asLong()));
    }

    private void start(String skuId, long priceMinor) {
        call(
                "flashsales.start",
                Wire.object()
                        .put("roomId", room)
                        .put("skuId", skuId)
                        .put(
                                "priceMinor",
                                Math.max(
                                        1, priceMinor * (50 + network().random().nextInt(40)) / 100))
                        .put("quantity", network().random().nextInt(QUANTITY_MIN, QUANTITY_MAX + 1))
                        .put("perBuyerLimit", 2)
                        .put("countdownSeconds", COUNTDOWN_SECONDS)
                        .put("durationSeconds", DURATION_SECONDS)
                        .put("reservationSeconds", RESERVATION_SECONDS));
    }
}
