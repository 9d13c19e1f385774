package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Role;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** From the claim to the door: who sees where an order goes, and what the database and the log show of it. */
@Timeout(60)
class AddressesTest {
    private static final String ADDRESS = "愚园路 1088 弄 7 号 502";
    private static final String PHONE = "+86 139 1777 2468";
    private static final String LATITUDE = "31.234567";
    private static final String LONGITUDE = "121.478901";

    private final ShopWorld world = new ShopWorld();
    private final Ids ids = new Ids(InstantSource.system(), 7);
    private final Caller host = caller(Role.HOST);
    private final Caller buyer = caller(Role.VIEWER);
    private final Caller courier = caller(Role.COURIER);
    private final Caller staff = caller(Role.STAFF);
    private final ConcurrentLinkedQueue<String> logged = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger("io.jishi");
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    private Caller caller(Role role) {
        Id<Object> id = ids.next();
        return new Caller(id.toString(), "name", Set.of(role), "c", "en");
    }

    @BeforeEach
    void listen() {
        listener.start();
        root.addAppender(listener);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void close() {
        root.setLevel(null);
        root.detachAppender(listener);
        world.close();
    }

    @Test
    @DisplayName("[OR16] from payment to delivery, no column and no log line shows where an order goes or whom to call")
    void nowhereInPlainText() {
        keepEveryRow();
        JsonNode order = paidOrder();
        nothingShows();
        JsonNode offer = offered();
        nothingShows();
        JsonNode delivery = call(courier, "dispatch.accept", "{\"offerId\":" + offer.get("id") + "}");
        nothingShows();
        String id = "{\"deliveryId\":" + delivery.get("id") + ",\"stage\":\"";
        call(courier, "dispatch.step", id + "picked_up\"}");
        call(courier, "dispatch.step", id + "delivered\"}");
        await().until(() -> call(buyer, "orders.get", "{\"orderId\":" + order.get("id") + "}")
                .get("stage")
                .asText()
                .equals("delivered"));
        nothingShows();
        refuse(buyer, "orders.pay", payment(order).replace("+86", "86+"));
        nothingShows();
    }

    @Test
    @DisplayName(
            "[OR20] the courier who holds a delivery and its buyer see address and phone number, lists show a mask")
    void whoSees() {
        JsonNode order = paidOrder();
        JsonNode offer = offered();
        assertThat(offer.has("phone")).isFalse();
        JsonNode delivery = call(courier, "dispatch.accept", "{\"offerId\":" + offer.get("id") + "}");
        whole(delivery);
        whole(call(courier, "dispatch.current", "{}").at("/deliveries/0"));
        String one = "{\"deliveryId\":" + delivery.get("id") + "}";
        whole(call(buyer, "dispatch.track", one));
        whole(call(staff, "dispatch.track", one));
        masked(call(staff, "dispatch.deliveries", "{}").at("/items/0"));
        Id<Object> deliveryId = Id.parse(delivery.get("id").asText());
        await().until(() -> !world.channels.on(ChannelName.delivery(deliveryId)).isEmpty());
        masked(json(world.channels.on(ChannelName.delivery(deliveryId)).getLast()));
        for (Object told : world.channels.on(ChannelName.operations("dispatch"))) {
            assertThat(json(told).toString()).doesNotContain("1088", "1777");
        }
        String step = "{\"deliveryId\":" + delivery.get("id") + ",\"stage\":\"";
        whole(call(courier, "dispatch.step", step + "picked_up\"}"));
        masked(call(courier, "dispatch.step", step + "delivered\"}"));
        masked(call(courier, "dispatch.track", one));
        assertThat(order.has("address")).isFalse();
    }

    private static void whole(JsonNode delivery) {
        assertThat(delivery.get("address").asText()).isEqualTo(ADDRESS);
        assertThat(delivery.get("phone").asText()).isEqualTo(PHONE);
    }

    private static void masked(JsonNode delivery) {
        assertThat(delivery.get("address").asText()).isEqualTo("愚园路 ***");
        assertThat(delivery.get("phone").asText()).isEqualTo("***2468");
    }

    private JsonNode paidOrder() {
        JsonNode product = call(
                host,
                "catalog.create",
                "{\"name\":{\"zh\":\"茶\",\"en\":\"tea\"},\"skus\":[{\"name\":{\"zh\":\"茶\",\"en\":\"tea\"},"
                        + "\"priceMinor\":100,\"code\":\"a\"}]}");
        JsonNode sku = product.at("/skus/0/id");
        call(host, "catalog.receive", "{\"skuId\":" + sku + ",\"quantity\":10}");
        JsonNode sale = call(
                host,
                "flashsales.start",
                "{\"skuId\":" + sku + ",\"priceMinor\":100,\"quantity\":10,\"perBuyerLimit\":1,"
                        + "\"durationSeconds\":600,\"reservationSeconds\":600}");
        JsonNode order =
                call(buyer, "flashsales.claim", "{\"saleId\":" + sale.get("id") + ",\"quantity\":1,\"key\":\"k\"}");
        call(buyer, "orders.pay", payment(order));
        await().until(() -> call(buyer, "orders.get", "{\"orderId\":" + order.get("id") + "}")
                .get("stage")
                .asText()
                .equals("paid"));
        return order;
    }

    private static String payment(JsonNode order) {
        return "{\"orderId\":" + order.get("id") + ",\"method\":\"sandbox\",\"place\":{\"latitude\":" + LATITUDE
                + ",\"longitude\":" + LONGITUDE + "},\"address\":\"" + ADDRESS + "\",\"phone\":\"" + PHONE + "\"}";
    }

    private JsonNode offered() {
        call(courier, "dispatch.shift_start", "{\"place\":{\"latitude\":31.2304,\"longitude\":121.4737}}");
        return await().until(() -> call(courier, "dispatch.current", "{}").at("/offers/0"), offer -> offer.has("id"));
    }

    /** Keeps every row that is ever written, also those that are gone a moment later. */
    private void keepEveryRow() {
        for (String sql : List.of(
                "CREATE TABLE ever_written (relation text, line text)",
                "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO ever_written VALUES (TG_TABLE_NAME, NEW::text); RETURN NULL; END $$",
                "DO $$ DECLARE t text; BEGIN FOR t IN SELECT table_name FROM information_schema.tables"
                        + " WHERE table_schema = 'public' AND table_name <> 'ever_written' LOOP"
                        + " EXECUTE format('CREATE TRIGGER keep AFTER INSERT OR UPDATE ON %I'"
                        + " || ' FOR EACH ROW EXECUTE FUNCTION keep()', t); END LOOP; END $$")) {
            world.database.execute(sql).await();
        }
    }

    private void nothingShows() {
        List<String> shown = new ArrayList<>(logged);
        world.database
                .execute("SELECT relation || ': ' || line FROM ever_written")
                .await()
                .forEach(row -> shown.add(row.getString(0)));
        assertThat(shown).anyMatch(row -> row.startsWith("payment: "));
        for (String secret : List.of("愚园路", "1088 弄", PHONE, "1777 2468", LATITUDE, LONGITUDE)) {
            String hexadecimal = HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
            assertThat(shown).noneMatch(row -> row.contains(secret) || row.contains(hexadecimal));
        }
    }

    private JsonNode call(Caller caller, String method, String parameters) {
        return switch (world.methods
                .call(method, caller, Json.tree(Buffer.buffer(parameters)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> throw new AssertionError(method + ": " + error);
        };
    }

    private void refuse(Caller caller, String method, String parameters) {
        assertThat(world.methods
                        .call(method, caller, Json.tree(Buffer.buffer(parameters)))
                        .await())
                .isInstanceOf(Methods.Answer.Error.class);
    }

    private static JsonNode json(Object message) {
        return Json.tree(Json.encode(message));
    }
}
