package io.jishi.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.listFeeder;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Viewers, buyers, couriers and shelves at once. Afterwards the sale must have sold exactly its stock, every promised
 * order must be there, and an observer must have heard every accepted comment once and in order.
 */
public final class MixedEvening extends Simulation {
    private static final int ACCOUNTS = 20;
    private static final int COURIERS = 5;
    private static final int PER_BUYER_LIMIT = 2;
    private static final int COUNTDOWN_SECONDS = 15;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

    private final List<URI> urls = Stream.of(
                    property("urls", "http://127.0.0.1:8080").split(","))
            .map(URI::create)
            .toList();
    private final int watchers = Integer.getInteger("jishi.load.watchers", 40);
    private final int buyers = Integer.getInteger("jishi.load.buyers", 60);
    private final int stock = Integer.getInteger("jishi.load.stock", 25);
    private final int shelves = Integer.getInteger("jishi.load.shelves", 6);
    private final int seconds = Integer.getInteger("jishi.load.seconds", 40);
    private final Evening evening = new Evening(urls);
    private final List<String> names =
            IntStream.rangeClosed(1, ACCOUNTS).mapToObj(i -> "viewer" + i).toList();
    private final List<Map<String, Object>> viewerTokens = new ArrayList<>();
    private final List<Map<String, Object>> courierTokens = new ArrayList<>();
    private final List<Map<String, Object>> deviceTokens = new ArrayList<>();
    private final String room;
    private final String sale;

    {
        if (stock > ACCOUNTS * PER_BUYER_LIMIT || stock > buyers * PER_BUYER_LIMIT) {
            throw new IllegalArgumentException("the stock is more than the buyers may buy");
        }
        room = evening.room();
        names.forEach(name -> viewerTokens.add(Map.of("name", name, "token", evening.token(name))));
        IntStream.rangeClosed(1, COURIERS)
                .forEach(i -> courierTokens.add(Map.of("token", evening.token("courier" + i))));
        IntStream.rangeClosed(1, shelves).forEach(i -> deviceTokens.add(Map.of("token", evening.shelf(i))));
        sale = evening.openSale(stock, PER_BUYER_LIMIT, COUNTDOWN_SECONDS);

        setUp(
                        scenario("watchers")
                                .exec(watch())
                                .injectOpen(rampUsers(watchers).during(5)),
                        scenario("viewers")
                                .feed(listFeeder(viewerTokens))
                                .exec(comment())
                                .injectOpen(atOnceUsers(ACCOUNTS)),
                        scenario("buyers")
                                .feed(listFeeder(viewerTokens).circular())
                                .exec(buy())
                                .injectOpen(rampUsers(buyers).during(5)),
                        scenario("couriers")
                                .feed(listFeeder(courierTokens))
                                .exec(ride())
                                .injectOpen(atOnceUsers(COURIERS)),
                        scenario("shelves")
                                .feed(listFeeder(deviceTokens))
                                .exec(report())
                                .injectOpen(atOnceUsers(shelves)))
                .protocols(http.baseUrl(urls.get(0).toString())
                        .wsBaseUrls(urls.stream()
                                .map(url -> "ws://" + url.getAuthority())
                                .toList())
                        .wsAutoReplyTextFrame(frame -> frame.startsWith("{}") ? "{}" : null))
                .assertions(global().failedRequests().count().is(0L));
    }

    @Override
    public void after() {
        List<String> problems = evening.problems(stock, names);
        problems.forEach(problem -> System.out.println("BROKEN: " + problem));
        System.out.println(evening.summary()
                + (problems.isEmpty() ? ": sold = stock, no comment lost, doubled or out of order" : ""));
        String file = property("verdict", "");
        try {
            if (!file.isEmpty()) {
                Files.write(Path.of(file), problems.isEmpty() ? List.of("whole") : problems);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            evening.close();
        }
    }

    private static String property(String name, String otherwise) {
        return System.getProperty("jishi.load." + name, otherwise);
    }

    private ChainBuilder watch() {
        return exec(open("{}"))
                .exec(ask(
                        "subscribe the room", "\"subscribe\":{\"channel\":\"room:" + room + "\"}", "\"subscribe\":\\{"))
                .pause(seconds)
                .exec(ws("close").close());
    }

    private ChainBuilder comment() {
        return exec(open("{\"token\":\"#{token}\"}"))
                .exec(repeat(seconds / 3)
                        .on(exec(session -> session.remove("comment")
                                        .set("key", UUID.randomUUID().toString()))
                                .exec(rpc(
                                        "comment",
                                        "rooms.comment",
                                        "{\"roomId\":\"" + room + "\",\"text\":\"晚上好 #{key}\",\"key\":\"#{key}\"}",
                                        regex("\"commentId\":\"([0-9a-z]{13})\"")
                                                .saveAs("comment")))
                                .exec(session -> noted(session, "comment", evening::commentAccepted))
                                .pause(Duration.ofMillis(2500), Duration.ofMillis(3500))))
                .exec(ws("close").close());
    }

    /** Tries until it has its share or there is nothing left, then pays. */
    private ChainBuilder buy() {
        return exec(open("{\"token\":\"#{token}\"}"))
                .exec(pause(Duration.ofSeconds(COUNTDOWN_SECONDS - 5)))
                .exec(repeat(8)
                        .on(exec(session -> session.removeAll("order", "refused")
                                        .set("key", UUID.randomUUID().toString()))
                                .exec(rpc(
                                        "claim",
                                        "flashsales.claim",
                                        "{\"saleId\":\"" + sale + "\",\"quantity\":1,\"key\":\"#{key}\"}",
                                        regex("\"rpc\":\\{\"data\":\\{\"id\":\"([0-9a-z]{13})\"")
                                                .optional()
                                                .saveAs("order"),
                                        regex("\"code\":(11[5-9][0-9])")
                                                .optional()
                                                .saveAs("refused")))
                                .exec(session -> session.contains("order") || session.contains("refused")
                                        ? session
                                        : session.markAsFailed())
                                .exec(doIf(session -> session.contains("order")).then(pay()))
                                .pause(Duration.ofMillis(500), Duration.ofMillis(1500))))
                .exec(ws("close").close());
    }

    private ChainBuilder pay() {
        return exec(session -> noted(session, "order", evening::claimAccepted))
                .exec(rpc(
                        "pay",
                        "orders.pay",
                        "{\"orderId\":\"#{order}\",\"method\":\"sandbox\",\"place\":{\"latitude\":31.235,"
                                + "\"longitude\":121.475}}",
                        regex("\"stage\":\"(paid|delivering|delivered)\"")));
    }

    private ChainBuilder ride() {
        String place = "{\"latitude\":31.23,\"longitude\":121.47}";
        return exec(open("{\"token\":\"#{token}\"}"))
                .exec(rpc(
                        "start shift", "dispatch.shift_start", "{\"place\":" + place + "}", regex("\"(rpc|error)\":")))
                .exec(repeat(seconds / 2)
                        .on(exec(session -> session.remove("offer").set("now", System.currentTimeMillis()))
                                .exec(rpc(
                                        "position",
                                        "dispatch.position",
                                        "{\"place\":" + place + ",\"at\":#{now}}",
                                        regex("\"rpc\":\\{")))
                                .exec(rpc(
                                        "current",
                                        "dispatch.current",
                                        "{}",
                                        regex("\"offers\":\\[\\{\"id\":\"([0-9a-z]{13})\"")
                                                .optional()
                                                .saveAs("offer")))
                                .exec(doIf(session -> session.contains("offer"))
                                        .then(rpc(
                                                "accept",
                                                "dispatch.accept",
                                                "{\"offerId\":\"#{offer}\"}",
                                                // the offer may have expired meanwhile
                                                regex("\"rpc\":\\{|\"code\":12[5-9][0-9]"))))
                                .pause(2)))
                .exec(ws("close").close());
    }

    private ChainBuilder report() {
        return exec(open("{\"token\":\"#{token}\"}"))
                .exec(session ->
                        session.set("boot", UUID.randomUUID().toString()).set("sequence", 0))
                .exec(repeat(seconds)
                        .on(exec(session -> session.set("sequence", session.getInt("sequence") + 1)
                                        .set("now", System.currentTimeMillis()))
                                .exec(rpc(
                                        "report",
                                        "shelves.report",
                                        "{\"boot\":\"#{boot}\",\"messages\":[{\"sequence\":#{sequence},\"at\":#{now},"
                                                + "\"kind\":\"temperature\",\"value\":4.5}]}",
                                        regex("\"accepted\":1")))
                                .pause(1)))
                .exec(ws("close").close());
    }

    /** Connects, and introduces itself on the wire. */
    private static ChainBuilder open(String introduction) {
        return exec(ws("open").connect("/connection/websocket"))
                .exec(session -> session.set("id", 0))
                .exec(ask("connect", "\"connect\":" + introduction, "\"connect\":\\{\"client\""));
    }

    private static ChainBuilder rpc(String what, String method, String params, CheckBuilder... checks) {
        return send(what, "\"rpc\":{\"method\":\"" + method + "\",\"data\":" + params + "}", checks);
    }

    private static ChainBuilder ask(String what, String command, String answer) {
        return send(what, command, regex(answer));
    }

    /** Sends a command with the next id, and checks the frame that holds the reply of that id. */
    private static ChainBuilder send(String what, String command, CheckBuilder... checks) {
        return exec(session -> session.set("id", session.getInt("id") + 1))
                .exec(ws(what).sendText("{\"id\":#{id}," + command + "}")
                        .await(ANSWER_MAX)
                        .on(ws.checkTextMessage(what)
                                .matching(regex("\"id\":#{id},"))
                                .check(checks)));
    }

    private static Session noted(Session session, String name, java.util.function.Consumer<String> sink) {
        String value = session.getString(name);
        if (value != null) {
            sink.accept(value);
        }
        return session;
    }
}
