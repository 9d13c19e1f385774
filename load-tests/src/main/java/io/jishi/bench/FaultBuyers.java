package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Stood;
import io.jishi.bench.SaleEvidence.Told;
import io.jishi.bots.Backoff;
import io.jishi.bots.Client;
import io.jishi.bots.ServerError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Buyers who want more than there is, through every node at once: each has two connections, loses them on purpose, asks
 * twice with one key, asks again until there is a final answer, pays, cancels or forgets, waits where nothing is left,
 * and gives that up. All on the clients' event loop.
 */
final class FaultBuyers {
    private static final Duration PAY_PATIENCE = Duration.ofSeconds(20);
    private static final int KEYS_MAX = 400;
    private static final Set<String> WORTH_WAITING =
            Set.of("sold_out", "not_invited", "members_only", "followers_only", "turn_needed");
    private static final int POLLS_MAX = 30;
    private static final int RUSH_MILLIS = 1_200;
    /** Until after it has opened. */
    private static final int RUSH_MILLIS_OF_LOBBY = 4_000;

    /** They try each sale that is not for them. */
    static final int STRANGERS = 2;

    private final NightClients clients;
    private final Duration patience;
    private final List<Buyer> buyers = new ArrayList<>();

    private record Buyer(String id, List<Client> connections) {}

    /** The ids of those who are in the crowd of a sale, and of those who are but should not be. */
    record Crowd(List<String> guests, Set<String> strangers) {}

    Crowd crowd(FaultPlan.Sale plan) {
        List<String> ids = buyers.stream().map(Buyer::id).toList();
        int guests = plan.buyers();
        return new Crowd(
                ids.subList(0, guests),
                plan.isForAll() ? Set.of() : Set.copyOf(ids.subList(ids.size() - STRANGERS, ids.size())));
    }

    FaultBuyers(NightClients clients, List<NightPeople.Person> people, Duration patience) {
        this.clients = clients;
        this.patience = patience;
        for (int i = 0; i < people.size(); i++) {
            NightPeople.Person person = people.get(i);
            List<Client> connections =
                    List.of(clients.client(person.token(), i), clients.client(person.token(), i + 1));
            connections.forEach(Client::start);
            buyers.add(new Buyer(person.id(), connections));
        }
    }

    /** One sale as its buyers live through it. */
    static final class Rush {
        final String sale;
        private final FaultPlan.Sale plan;
        private final List<Attempt> attempts = new ArrayList<>();
        private final List<Told> told = new ArrayList<>();
        private final Set<String> left = new HashSet<>();
        private final FaultTurns turns = new FaultTurns();
        /** Nobody plays any more: what is got is paid. */
        private boolean earnest;
        /** Nobody wants anything new. */
        private boolean over;

        private Rush(String sale, FaultPlan.Sale plan) {
            this.sale = sale;
            this.plan = plan;
        }

        void beEarnest() {
            earnest = true;
        }

        void end() {
            over = true;
        }

        List<Attempt> attempts() {
            return List.copyOf(attempts);
        }

        List<Told> told() {
            return List.copyOf(told);
        }

        Set<String> left() {
            return Set.copyOf(left);
        }

        List<Stood> stood() {
            return turns.stood();
        }

        Set<String> barred() {
            return turns.barred();
        }
    }

    Rush rush(String sale, FaultPlan.Sale plan) {
        return new Rush(sale, plan);
    }

    /** @return completes when it is over and each buyer has a final answer to the last thing that was asked */
    Future<Void> start(Rush rush) {
        List<Future<Void>> all = new ArrayList<>();
        List<Buyer> crowd = new ArrayList<>(buyers.subList(0, rush.plan.buyers()));
        if (!rush.plan.isForAll()) {
            crowd.addAll(buyers.subList(buyers.size() - STRANGERS, buyers.size()));
        }
        int rushMillis = rush.plan.hasLobby() ? RUSH_MILLIS_OF_LOBBY : RUSH_MILLIS;
        for (Buyer buyer : crowd) {
            Promise<Void> done = Promise.promise();
            all.add(done.future());
            after(1, rushMillis, () -> shop(buyer, rush, KEYS_MAX, done));
        }
        return Future.join(all).mapEmpty();
    }

    private void shop(Buyer buyer, Rush rush, int keysLeft, Promise<Void> done) {
        if (rush.over || keysLeft == 0) {
            done.complete();
        } else if (rush.plan.hasLobby()) {
            shopInTurn(buyer, rush, keysLeft, done);
        } else {
            shop(buyer, rush, null, keysLeft, done);
        }
    }

    /** One in nine tries without a pass of his own that is good; the others come into the waiting room for one. */
    private void shopInTurn(Buyer buyer, Rush rush, int keysLeft, Promise<Void> done) {
        String pass = rush.turns.pass(buyer.id);
        if (clients.random().nextInt(9) == 0) {
            String key = newKey();
            rush.turns.bar(buyer.id, key);
            claim(buyer, rush, Asks.CLAIM, key, 1, rush.turns.badPass(buyer.id, clients.random()))
                    .onComplete(_ -> shopAgain(buyer, rush, keysLeft, done));
        } else if (pass != null) {
            shop(buyer, rush, pass, keysLeft, done);
        } else {
            long asked = System.nanoTime();
            tell(buyer, "flashsales.enter", rush.turns.entering(buyer.id, rush.sale))
                    .onSuccess(place -> rush.turns.stands(buyer.id, asked, place))
                    .onComplete(answer -> {
                        if (answer.cause() instanceof ServerError error
                                && error.name().equals("ended")) {
                            done.complete();
                        } else {
                            shopAgain(buyer, rush, keysLeft, done);
                        }
                    });
        }
    }

    private String newKey() {
        return "k" + Long.toString(clients.random().nextLong(1L << 60), 36);
    }

    private void shop(Buyer buyer, Rush rush, @Nullable String pass, int keysLeft, Promise<Void> done) {
        String key = newKey();
        int quantity = 1 + (clients.random().nextInt(3) == 0 ? clients.random().nextInt(rush.plan.perBuyerLimit()) : 0);
        claim(buyer, rush, Asks.CLAIM, key, quantity, pass).onSuccess(answer -> {
            switch (answer) {
                case Answer.Yes(String order) ->
                    decide(buyer, rush, order).onComplete(_ -> shopAgain(buyer, rush, keysLeft, done));
                case Answer.No(String reason) when reason.equals("ended") -> done.complete();
                case Answer.No(String reason)
                when WORTH_WAITING.contains(reason) && clients.random().nextBoolean() ->
                    waitFor(
                                    buyer,
                                    rush,
                                    "w" + key,
                                    quantity,
                                    1 + clients.random().nextInt(POLLS_MAX))
                            .onComplete(_ -> shopAgain(buyer, rush, keysLeft, done));
                case Answer.No _, Answer.Waiting _, Answer.Unknown _ -> shopAgain(buyer, rush, keysLeft, done);
            }
        });
    }

    /** Takes a place and asks what has become of it, until it is an order or the buyer has had enough. */
    private Future<Void> waitFor(Buyer buyer, Rush rush, String key, int quantity, int polls) {
        return claim(buyer, rush, Asks.WAIT, key, quantity, null).compose(answer -> switch (answer) {
            case Answer.Yes(String order) -> decide(buyer, rush, order).mapEmpty();
            case Answer.No _, Answer.Unknown _ -> Future.<Void>succeededFuture();
            case Answer.Waiting _ -> goOnWaiting(buyer, rush, key, quantity, polls);
        });
    }

    private Future<Void> goOnWaiting(Buyer buyer, Rush rush, String key, int quantity, int polls) {
        if (rush.over) {
            return Future.succeededFuture();
        }
        if (polls == 0 && !rush.earnest) {
            return clients.random().nextInt(4) == 0 ? Future.succeededFuture() : leave(buyer, rush);
        }
        Promise<Void> later = Promise.promise();
        after(200, 500, later::complete);
        return later.future().compose(_ -> waitFor(buyer, rush, key, quantity, Math.max(0, polls - 1)));
    }

    private Future<Void> leave(Buyer buyer, Rush rush) {
        rush.left.add(buyer.id);
        return tell(buyer, "flashsales.leave", NightClients.object().put("saleId", rush.sale))
                .mapEmpty();
    }

    private void shopAgain(Buyer buyer, Rush rush, int keysLeft, Promise<Void> done) {
        after(100, 600, () -> shop(buyer, rush, keysLeft - 1, done));
    }

    /** What a buyer asks for, each with a key, a quantity and a sale. */
    private enum Asks {
        CLAIM("flashsales.claim"),
        WAIT("flashsales.wait");

        private final String method;

        Asks(String method) {
            this.method = method;
        }

        Answer answer(JsonNode result) {
            return switch (this) {
                case CLAIM -> new Answer.Yes(result.path("id").asText());
                case WAIT -> {
                    String order = result.path("order").path("id").asText();
                    yield order.isEmpty() ? new Answer.Waiting() : new Answer.Yes(order);
                }
            };
        }
    }

    /** One purchase that a buyer asks for, with one key, until somebody says yes, no or wait. */
    private record Wish(
            Buyer buyer,
            Rush rush,
            Asks what,
            String key,
            int quantity,
            @Nullable String pass,
            long deadlineNanos,
            Promise<Answer> answer) {
        boolean isOver() {
            return answer.future().isComplete();
        }
    }

    /** Never fails. One in seven asks twice at the same time; the first final answer counts. */
    private Future<Answer> claim(Buyer buyer, Rush rush, Asks what, String key, int quantity, @Nullable String pass) {
        long deadline = System.nanoTime() + patience.toNanos();
        Wish wish = new Wish(buyer, rush, what, key, quantity, pass, deadline, Promise.promise());
        int connection = clients.random().nextInt(2);
        insist(wish, connection, backoff());
        if (clients.random().nextInt(7) == 0) {
            insist(wish, 1 - connection, backoff());
        }
        return wish.answer.future();
    }

    private void insist(Wish wish, int connection, Backoff backoff) {
        attempt(wish, connection).onSuccess(answer -> {
            if (!(answer instanceof Answer.Unknown) || System.nanoTime() > wish.deadlineNanos) {
                wish.answer.tryComplete(answer);
            } else if (!wish.isOver()) {
                clients.after(backoff.next(), () -> {
                    if (!wish.isOver()) {
                        insist(wish, clients.random().nextInt(2), backoff);
                    }
                });
            }
        });
    }

    /** One question. One in twelve loses its connection before it hears the answer, or about then. */
    private Future<Answer> attempt(Wish wish, int connection) {
        Client client = wish.buyer.connections.get(connection);
        ObjectNode params = NightClients.object()
                .put("saleId", wish.rush.sale)
                .put("quantity", wish.quantity)
                .put("key", wish.key);
        if (wish.pass != null) {
            params.put("pass", wish.pass);
        }
        int node = client.server();
        long invoked = System.nanoTime();
        Promise<Answer> answered = Promise.promise();
        client.call(wish.what.method, params).onComplete(done -> {
            Answer answer = done.succeeded() ? wish.what.answer(done.result()) : answer(done.cause());
            wish.rush.attempts.add(
                    new Attempt(wish.buyer.id, wish.key, wish.quantity, node, invoked, System.nanoTime(), answer));
            answered.complete(answer);
        });
        if (clients.random().nextInt(12) == 0) {
            after(1, 25, client::breakConnection);
        }
        return answered.future();
    }

    private static Answer answer(Throwable fault) {
        return fault instanceof ServerError error && !error.temporary()
                ? new Answer.No(error.name())
                : new Answer.Unknown(String.valueOf(fault.getMessage()));
    }

    private Future<?> decide(Buyer buyer, Rush rush, String order) {
        int mood = rush.earnest ? 0 : clients.random().nextInt(20);
        if (mood < 13) {
            return pay(buyer, rush, order);
        }
        return mood < 17 ? cancel(buyer, rush, order) : Future.succeededFuture();
    }

    /** The goods are fetched: without a place nobody has to bring them. */
    private Future<?> pay(Buyer buyer, Rush rush, String order) {
        ObjectNode params = NightClients.object().put("orderId", order).put("method", "sandbox");
        return tell(buyer, "orders.pay", params)
                .onSuccess(answer ->
                        told(rush, order, answer.path("order").path("stage").asText(), "paid"));
    }

    private Future<?> cancel(Buyer buyer, Rush rush, String order) {
        return tell(buyer, "orders.cancel", NightClients.object().put("orderId", order))
                .onSuccess(answer -> told(rush, order, answer.path("stage").asText(), "cancelled"));
    }

    private static void told(Rush rush, String order, String stage, String wanted) {
        if (stage.equals(wanted)) {
            rush.told.add(new Told(order, stage));
        }
    }

    private Future<JsonNode> tell(Buyer buyer, String method, ObjectNode params) {
        return clients.insist(buyer.connections.get(clients.random().nextInt(2)), method, params, PAY_PATIENCE);
    }

    private Backoff backoff() {
        return new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), clients.random());
    }

    private void after(int millisMin, int millisMax, Runnable action) {
        clients.after(Duration.ofMillis(clients.random().nextInt(millisMin, millisMax)), action);
    }
}
