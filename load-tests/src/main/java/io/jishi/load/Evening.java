package io.jishi.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Account;
import io.jishi.bots.Backoff;
import io.jishi.bots.Client;
import io.jishi.bots.Listener;
import io.jishi.bots.Logins;
import io.jishi.bots.Publication;
import io.jishi.bots.Session;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The frame of {@link MixedEvening}: logs everybody in, opens a sale, registers shelves, listens as an observer, and
 * afterwards holds what was promised against what there is. Everything through the public protocols.
 */
final class Evening implements AutoCloseable, Listener {
    private static final String PASSWORD = "jishi";
    private static final int SALE_SECONDS = 3600;
    private static final int ANSWER_SECONDS_MAX = 60;
    private static final Set<String> SOLD =
            Set.of("reserved", "awaiting_payment", "paid", "delivering", "delivered", "closed");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient http = vertx.createHttpClient();
    private final WebSocketClient sockets = vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(200).setMaxMessageSize(1 << 23));
    private final List<URI> urls;
    private final Logins logins;
    private final Map<String, Integer> comments = new ConcurrentHashMap<>();
    private final Set<String> orders = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> heard = new ConcurrentHashMap<>();
    private final Map<String, Client> clients = new HashMap<>();
    private volatile long lastOffset;
    private final AtomicInteger disorder = new AtomicInteger();
    private String room = "";
    private String sale = "";

    Evening(List<URI> urls) {
        this.urls = urls;
        this.logins = new Logins(http, urls);
    }

    /** The live room, which the observer then listens to. */
    String room() {
        if (room.isEmpty()) {
            Client guest = client("guest", Session.guest());
            room = await(guest.call("rooms.list", object().put("stage", "live").put("limit", 1)))
                    .path("items")
                    .path(0)
                    .path("id")
                    .asText();
            if (room.isEmpty()) {
                throw new IllegalStateException("no room is live; start the server with the demo's shop");
            }
            await(guest.subscribeToAll("room:" + room, this));
        }
        return room;
    }

    /** A sale of its own, which no bot hears of, as it belongs to no room. */
    String openSale(int quantity, int perBuyerLimit, int countdownSeconds) {
        Client host = client("host");
        JsonNode sku = await(host.call("catalog.products", object().put("limit", 1)))
                .path("items")
                .path(0)
                .path("skus")
                .path(0);
        sale = await(host.call(
                        "flashsales.start",
                        object().put("skuId", sku.path("id").asText())
                                .put("priceMinor", 100)
                                .put("quantity", quantity)
                                .put("perBuyerLimit", perBuyerLimit)
                                .put("countdownSeconds", countdownSeconds)
                                .put("durationSeconds", SALE_SECONDS)
                                .put("reservationSeconds", SALE_SECONDS)))
                .path("id")
                .asText();
        return sale;
    }

    /** A token of somebody of the demo's shop. */
    String token(String name) {
        return await(logins.login(name, PASSWORD)).token();
    }

    /** A token of a new shelf's device. */
    String shelf(int number) {
        Client operator = client("operator");
        JsonNode sku = await(operator.call("catalog.products", object().put("limit", 1)))
                .path("items")
                .path(0)
                .path("skus")
                .path(0);
        ObjectNode shelf = object().put("group", "load");
        shelf.putObject("name").put("zh", "负载 " + number).put("en", "Load " + number);
        shelf.putObject("place").put("latitude", 31.23).put("longitude", 121.47);
        shelf.putArray("slots")
                .addObject()
                .put("slot", 1)
                .put("skuId", sku.path("id").asText())
                .put("capacity", 20)
                .put("unitGrams", 100)
                .put("lowStock", 0);
        JsonNode registered = await(operator.call("shelves.register", shelf));
        return await(logins.device(
                        registered.path("device").asText(),
                        registered.path("secret").asText()))
                .token();
    }

    void commentAccepted(String id) {
        comments.merge(id, 1, Integer::sum);
    }

    void claimAccepted(String order) {
        orders.add(order);
    }

    @Override
    public void heard(Publication publication) {
        if (publication.offset() <= lastOffset) {
            disorder.incrementAndGet();
        }
        lastOffset = publication.offset();
        if (publication.data().path("type").asText().equals("comment")) {
            heard.merge(publication.data().path("id").asText(), 1, Integer::sum);
        }
    }

    /** What does not hold, a sentence each; empty where all does. */
    List<String> problems(int quantity, List<String> buyers) {
        List<String> problems = new ArrayList<>();
        awaitComments();
        comments.keySet().stream()
                .filter(id -> !heard.containsKey(id))
                .forEach(id -> problems.add("comment " + id + " was accepted and not heard"));
        heard.forEach((id, times) -> {
            if (times > 1) {
                problems.add("comment " + id + " was heard " + times + " times");
            }
        });
        if (disorder.get() > 0) {
            problems.add(disorder.get() + " messages of the room were out of order");
        }
        soldOut(quantity, buyers, problems);
        return problems;
    }

    /** How much happened, for the person. */
    String summary() {
        return comments.size() + " comments accepted, " + heard.size() + " heard, " + orders.size()
                + " claims accepted";
    }

    private void soldOut(int quantity, List<String> buyers, List<String> problems) {
        int left = await(client("host").call("flashsales.get", object().put("saleId", sale)))
                .path("left")
                .asInt();
        if (left != 0) {
            problems.add(left + " units are left, though more were asked for than there were");
        }
        int sold = 0;
        Set<String> there = ConcurrentHashMap.newKeySet();
        for (String buyer : buyers) {
            JsonNode list = await(client(buyer).call("orders.list", object().put("limit", 100)));
            for (JsonNode order : list.path("items")) {
                if (order.path("saleId").asText().equals(sale)
                        && SOLD.contains(order.path("stage").asText())) {
                    sold += order.path("quantity").asInt();
                    there.add(order.path("id").asText());
                }
            }
        }
        if (sold != quantity) {
            problems.add(sold + " units were sold of " + quantity);
        }
        orders.stream()
                .filter(order -> !there.contains(order))
                .forEach(order -> problems.add("order " + order + " was promised and is not there"));
    }

    private void awaitComments() {
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        try {
            while (!heard.keySet().containsAll(comments.keySet()) && System.nanoTime() < end) {
                Thread.sleep(Duration.ofMillis(100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Client client(String name) {
        return client(name, Account.person(logins, name, PASSWORD));
    }

    private Client client(String name, Session session) {
        return clients.computeIfAbsent(name, _ -> {
            Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new Random());
            // the last server: simulated users begin with the first
            Client client = new Client(
                    context, sockets, Client.Options.of(urls, session, backoff).from(urls.size() - 1));
            client.start();
            return client;
        });
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer within " + ANSWER_SECONDS_MAX + " s", e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
