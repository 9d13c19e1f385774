package io.jishi.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientTest {
    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient sockets =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10));
    private final List<String> heard = java.util.Collections.synchronizedList(new ArrayList<>());
    private FakeServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = new FakeServer(vertx);
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void a_call_brings_the_result_or_the_refusal_by_code_and_name() throws Exception {
        Client client = started(Session.guest(), server.url());
        server.answer(
                "rpc",
                command -> List.of(
                        switch (command.path("rpc").path("method").asText()) {
                            case "orders.get" -> "{\"id\":ID,\"rpc\":{\"data\":{\"quantity\":2}}}";
                            default -> "{\"id\":ID,\"error\":{\"code\":1151,\"message\":\"sold_out\"}}";
                        }));
        assertThat(get(client.call("orders.get", Wire.object()))
                        .path("quantity")
                        .asInt())
                .isEqualTo(2);
        assertThatThrownBy(() -> get(client.call("flashsales.claim", Wire.object())))
                .cause()
                .isInstanceOfSatisfying(ServerError.class, error -> {
                    assertThat(error.code()).isEqualTo(1151);
                    assertThat(error.name()).isEqualTo("sold_out");
                });
    }

    @Test
    void a_call_without_an_answer_fails_in_time_and_one_too_many_at_once() {
        Client client = new Client(
                vertx.getOrCreateContext(),
                sockets,
                new Client.Options(List.of(server.url()), 0, Session.guest(), backoff(), 2, 1));
        client.start();
        await().until(() -> client.connects() == 1);
        List<Future<JsonNode>> calls = IntStream.range(0, 3)
                .mapToObj(_ -> client.call("slow.one", Wire.object()))
                .toList();
        assertThatThrownBy(() -> get(calls.get(2)))
                .cause()
                .isInstanceOf(NoAnswer.class)
                .hasMessageContaining("more than 2");
        assertThatThrownBy(() -> get(calls.get(0)))
                .cause()
                .isInstanceOf(NoAnswer.class)
                .hasMessageContaining("1000 ms");
    }

    @Test
    void a_client_that_is_refused_goes_on_to_the_next_server_and_comes_back() throws Exception {
        FakeServer gone = new FakeServer(vertx);
        gone.close();
        Client client = started(Session.guest(), gone.url(), gone.url(), server.url());
        await().until(() -> client.connects() == 1);
        client.breakConnection();
        await().until(() -> client.connects() == 2);
    }

    @Test
    void a_client_that_gets_no_place_for_a_connection_in_time_goes_on_to_the_next_server() throws Exception {
        WebSocketClient one = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(1));
        try (FakeServer other = new FakeServer(vertx)) {
            List<Client> clients = IntStream.range(0, 2)
                    .mapToObj(_ -> new Client(
                            vertx.getOrCreateContext(),
                            one,
                            new Client.Options(
                                    List.of(server.url(), other.url()), 0, Session.guest(), backoff(), 2, 1)))
                    .toList();
            clients.forEach(Client::start);
            await().untilAsserted(() -> assertThat(clients).allMatch(client -> client.connects() == 1));
            assertThat(server.received("connect")).hasSize(1);
            assertThat(other.received("connect")).hasSize(1);
        }
    }

    @Test
    void a_client_never_asks_so_often_that_the_server_would_close_its_connection() throws Exception {
        server.answer("rpc", _ -> List.of("{\"id\":ID,\"rpc\":{\"data\":{}}}"));
        Client client = started(Session.guest(), server.url());
        long start = System.nanoTime();
        for (int i = 0; i < 400; i++) {
            get(client.call("accounts.me", Wire.object()).otherwiseEmpty());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat((double) server.received("rpc").size()).isLessThanOrEqualTo(150 * (1 + seconds));
    }

    @Test
    void calls_made_before_the_connection_stands_wait_for_it() throws Exception {
        server.answer("rpc", _ -> List.of("{\"id\":ID,\"rpc\":{\"data\":{}}}"));
        Client client = new Client(vertx.getOrCreateContext(), sockets, options(Session.guest(), server.url()));
        Future<JsonNode> early = client.call("accounts.me", Wire.object());
        client.start();
        assertThat(get(early)).isEmpty();
    }

    @Test
    void after_a_break_it_goes_to_the_next_server_and_hears_what_it_missed_once_and_in_order() throws Exception {
        try (FakeServer other = new FakeServer(vertx)) {
            Client client = started(Session.guest(), server.url(), other.url());
            get(client.subscribe("room:1", hears()));
            server.append("one");
            server.send(server.push("room:1", 1));
            await().until(() -> heard.size() == 1);
            List.of("one", "two", "three").forEach(other::append);
            client.breakConnection();
            await().until(() -> client.connects() == 2);
            await().until(() -> heard.size() == 3);
            assertThat(other.received("subscribe")).singleElement().satisfies(request -> {
                assertThat(request.path("recover").asBoolean()).isTrue();
                assertThat(request.path("offset").asInt()).isEqualTo(1);
                assertThat(request.path("epoch").asText()).isEqualTo("e");
            });
            other.send(other.push("room:1", 3));
            other.append("four");
            other.send(other.push("room:1", 4));
            await().until(() -> heard.size() == 4);
            assertThat(heard).containsExactly("1 one", "2 two", "3 three", "4 four");
        }
    }

    @Test
    void what_cannot_be_recovered_is_told_as_a_gap() throws Exception {
        Client client = started(Session.guest(), server.url());
        get(client.subscribe("room:1", hears()));
        server.answer("subscribe", _ -> List.of("""
                {"id":ID,"subscribe":{"recoverable":true,"epoch":"f","offset":7,"was_recovering":true}}"""));
        client.breakConnection();
        await().until(() -> heard.contains("gap"));
        server.send("""
                {"push":{"channel":"room:1","pub":{"offset":8,"data":{"text":"on"}}}}""");
        await().until(() -> heard.size() == 2);
        assertThat(heard).containsExactly("gap", "8 on");
    }

    @Test
    void server_side_channels_come_with_the_connection_and_are_recovered_with_it() throws Exception {
        server.answer("connect", _ -> List.of("""
                {"id":ID,"connect":{"subs":{"user:1":{"recoverable":true,"epoch":"u","offset":4}}}}
                {"push":{"channel":"user:1","pub":{"offset":5,"data":{"text":"order"}}}}"""));
        Client client = new Client(vertx.getOrCreateContext(), sockets, options(Session.guest(), server.url()));
        client.hear("user", hears());
        client.start();
        await().until(() -> heard.size() == 1);
        server.answer("connect", _ -> List.of("""
                {"id":ID,"connect":{"subs":{"user:1":{"recoverable":true,"recovered":true,"epoch":"u","offset":6,\
                "publications":[{"offset":6,"data":{"text":"refund"}}]}}}}"""));
        client.breakConnection();
        await().until(() -> heard.size() == 2);
        assertThat(heard).containsExactly("5 order", "6 refund");
        JsonNode second = server.received("connect").get(1).path("subs").path("user:1");
        assertThat(second.path("offset").asInt()).isEqualTo(5);
        assertThat(server.received("subscribe")).isEmpty();
    }

    @Test
    void a_ping_is_answered() throws Exception {
        started(Session.guest(), server.url());
        server.received.clear();
        server.send("{}");
        await().until(() -> server.received.stream().anyMatch(JsonNode::isEmpty));
    }

    @Test
    void a_close_code_for_good_ends_it_and_another_brings_it_back() {
        Client client = started(Session.guest(), server.url());
        server.sockets.forEach(socket -> socket.close((short) 3001, "shutdown"));
        await().until(() -> client.connects() == 2);
        server.sockets.forEach(socket -> socket.close((short) 3500, "invalid token"));
        assertThatThrownBy(() -> client.closed()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ServerError.class, error -> assertThat(error.code()).isEqualTo(3500));
        assertThatThrownBy(() -> get(client.call("accounts.me", Wire.object())))
                .cause()
                .isInstanceOf(NoAnswer.class);
    }

    @Test
    void an_expired_token_is_replaced() {
        server.answer(
                "connect",
                command -> List.of(
                        command.path("connect").path("token").asText().equals("fresh")
                                ? "{\"id\":ID,\"connect\":{}}"
                                : "{\"id\":ID,\"error\":{\"code\":109,\"message\":\"token expired\"}}"));
        started(refused -> Future.succeededFuture(refused ? "fresh" : "stale"), server.url());
    }

    @Test
    void a_refused_subscription_fails_by_code_and_a_subscription_that_is_ended_is_told() throws Exception {
        Client client = started(Session.guest(), server.url());
        get(client.subscribe("room:1", hears()));
        server.send("{\"push\":{\"channel\":\"room:1\",\"unsubscribe\":{\"code\":2000,\"reason\":\"room ended\"}}}");
        await().until(() -> heard.contains("ended 2000"));
        server.answer(
                "subscribe", _ -> List.of("{\"id\":ID,\"error\":{\"code\":103,\"message\":\"permission denied\"}}"));
        assertThatThrownBy(() -> get(client.subscribe("ops:dispatch", hears())))
                .cause()
                .isInstanceOfSatisfying(
                        ServerError.class, error -> assertThat(error.code()).isEqualTo(103));
    }

    @Test
    void the_wait_grows_up_to_its_limit_and_is_random() {
        Backoff backoff = backoff();
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            waits.add(backoff.next().toMillis());
        }
        assertThat(waits.get(0)).isBetween(1L, 10L);
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(1L, 100L));
        assertThat(waits.subList(10, 200)).anySatisfy(wait -> assertThat(wait).isGreaterThan(60L));
        assertThat(waits.stream().distinct().count()).isGreaterThan(20);
    }

    private Client started(Session session, URI... urls) {
        Client client = new Client(vertx.getOrCreateContext(), sockets, options(session, urls));
        client.start();
        await().until(() -> client.connects() == 1);
        return client;
    }

    private static Client.Options options(Session session, URI... urls) {
        return Client.Options.of(List.of(urls), session, backoff());
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(7));
    }

    private Listener hears() {
        return new Listener() {
            @Override
            public void heard(Publication publication) {
                heard.add(publication.offset() + " "
                        + publication.data().path("text").asText());
            }

            @Override
            public void subscribed(JsonNode data, boolean gap) {
                if (gap) {
                    heard.add("gap");
                }
            }

            @Override
            public void ended(ServerError reason) {
                heard.add("ended " + reason.code());
            }
        };
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
