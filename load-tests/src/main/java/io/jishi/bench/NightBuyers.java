package io.jishi.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Client;
import io.jishi.bots.ServerError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Buyers who want one unit each of every sale, all in the same two seconds, and pay for what they get. A claim keeps its
 * key until there is an answer that is final.
 */
final class NightBuyers {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RUSH_MILLIS = 2_000;
    static final double LATITUDE = 31.2304;
    static final double LONGITUDE = 121.4737;
    private static final double AROUND_DEGREES = 0.01;

    private final NightClients clients;
    private final List<Buyer> buyers = new ArrayList<>();
    /** Sale and key to the order of the answer. */
    private final Map<String, String> orders = new HashMap<>();

    private final Set<String> paid = new HashSet<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private int claims;
    private int unanswered;
    private int unpaid;
    private int yes;

    /** A buyer hears of his orders on a channel of his own. */
    private static final class Buyer {
        final String id;
        final Client client;
        final Set<String> events = new HashSet<>();
        final NightChannel channel =
                new NightChannel(message -> events.add(message.path("eventId").asText()), () -> {});

        Buyer(String id, Client client) {
            this.id = id;
            this.client = client;
            client.hear("user", channel);
        }
    }

    NightBuyers(NightClients clients, List<NightPeople.Person> people) {
        this.clients = clients;
        for (int i = 0; i < people.size(); i++) {
            NightPeople.Person person = people.get(i);
            Client client = clients.client(person.token(), i);
            buyers.add(new Buyer(person.id(), client));
            client.start();
        }
    }

    /**
     * @param onYes told how many of this rush have got a unit, at each one
     * @return completes when each has a final answer, and who bought has paid
     */
    Future<Void> rush(String sale, IntConsumer onYes) {
        yes = 0;
        List<Future<Void>> all = new ArrayList<>();
        for (Buyer buyer : buyers) {
            Promise<Void> done = Promise.promise();
            all.add(done.future());
            Duration pause = Duration.ofMillis(clients.random().nextInt(RUSH_MILLIS));
            clients.after(pause, () -> claim(buyer, sale, onYes).onComplete(done));
        }
        return Future.join(all).mapEmpty();
    }

    private Future<Void> claim(Buyer buyer, String sale, IntConsumer onYes) {
        claims++;
        String key = "claim-" + Long.toString(clients.random().nextLong(1L << 60), 36);
        ObjectNode params =
                NightClients.object().put("saleId", sale).put("quantity", 1).put("key", key);
        return clients.insist(buyer.client, "flashsales.claim", params, PATIENCE)
                .compose(order -> {
                    String id = order.path("id").asText();
                    orders.put(buyer.id + " " + key, id);
                    onYes.accept(++yes);
                    return pay(buyer, id);
                })
                .recover(fault -> {
                    if (fault instanceof ServerError error && !error.temporary()) {
                        refusals.merge(error.name(), 1, Integer::sum);
                    } else {
                        unanswered++;
                        refusals.merge("no final answer, at last: " + fault.getMessage(), 1, Integer::sum);
                    }
                    return Future.succeededFuture();
                });
    }

    private Future<Void> pay(Buyer buyer, String order) {
        ObjectNode params = NightClients.object().put("orderId", order).put("method", "sandbox");
        params.putObject("place")
                .put("latitude", LATITUDE + AROUND_DEGREES * clients.random().nextDouble())
                .put("longitude", LONGITUDE + AROUND_DEGREES * clients.random().nextDouble());
        return clients.insist(buyer.client, "orders.pay", params, PATIENCE)
                .map(answer -> {
                    paid.add(order);
                    return (Void) null;
                })
                .recover(fault -> {
                    if (fault instanceof ServerError error && error.name().equals("already_paid")) {
                        paid.add(order);
                    } else {
                        unpaid++;
                        refusals.merge("pay: " + fault.getMessage(), 1, Integer::sum);
                    }
                    return Future.succeededFuture();
                });
    }

    /** Buyer and key, divided by a space, to the id of the order that was acknowledged. */
    Map<String, String> orders() {
        return orders;
    }

    Set<String> paid() {
        return paid;
    }

    Map<String, Integer> refusals() {
        return refusals;
    }

    int claims() {
        return claims;
    }

    int unanswered() {
        return unanswered;
    }

    int unpaid() {
        return unpaid;
    }

    int gaps() {
        return buyers.stream().mapToInt(buyer -> buyer.channel.gaps()).sum();
    }

    long messages() {
        return buyers.stream().mapToLong(buyer -> buyer.channel.messages()).sum();
    }

    /** Ids of the events that each buyer has heard. */
    Map<String, Set<String>> events() {
        Map<String, Set<String>> events = new HashMap<>();
        buyers.forEach(buyer -> events.put(buyer.id, buyer.events));
        return events;
    }
}
