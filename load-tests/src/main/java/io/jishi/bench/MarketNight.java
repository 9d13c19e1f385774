package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Client;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One market night against real processes: a chat is said through node 1 and heard through node 2, buyers rush sales
 * through both, couriers deliver, shelves report, and in the middle of each rush something is killed with -9 and started
 * again. At the end what clients were told is held against what the database has.
 */
final class MarketNight implements AutoCloseable {
    private static final int TALKERS_MAX = 400;
    private static final int OTHER_CLIENTS = 16;
    private static final int TROUBLES_MAX = 20;
    private static final int PRICE_MINOR = 990;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RUSH_MAX = Duration.ofMinutes(5);
    /** For the cluster to have its second copies again before the next kill: it promises to survive one at a time. */
    private static final Duration BETWEEN_RUSHES = Duration.ofSeconds(5);

    private final NightPlan plan;
    private final Consumer<String> progress;
    private final NightServers servers;
    private final NightClients clients;
    private final NightPeople people;
    private final Connection database;
    private final List<String> sales = new ArrayList<>();
    private final Client host;
    private final Client operator;
    private String room = "";
    private String sku = "";

    private MarketNight(
            NightPlan plan, Consumer<String> progress, NightServers servers, Connection database, String secret)
            throws java.sql.SQLException {
        this.plan = plan;
        this.progress = progress;
        this.servers = servers;
        this.database = database;
        int clientsMax = plan.buyers() + plan.couriers() + plan.shelves() + TALKERS_MAX + OTHER_CLIENTS;
        clients = new NightClients(servers.urls(), clientsMax, plan.seed());
        people = new NightPeople(database, secret);
        host = clients.client(people.make("nighthost", 1, "host").get(0).token(), 0);
        operator = clients.client(
                people.make("nightoperator", 1, "operator").get(0).token(), 0);
        host.start();
        operator.start();
    }

    /**
     * Lives through a night.
     *
     * @param directory an empty folder for data and logs
     * @return what was seen and what was promised, a row each
     */
    static List<Row> run(Path directory, NightPlan plan, Consumer<String> progress) throws Exception {
        byte[] bytes = new byte[32];
        new Random(plan.seed()).nextBytes(bytes);
        String secret = HexFormat.of().formatHex(bytes);
        try (NightServers servers = NightServers.start(directory, secret)) {
            progress.accept("a database and two nodes are ready");
            try (Connection database = servers.connect();
                    MarketNight night = new MarketNight(plan, progress, servers, database, secret)) {
                return night.live();
            } catch (Exception e) {
                servers.troubles(TROUBLES_MAX).forEach(progress);
                throw e;
            }
        }
    }

    private List<Row> live() throws Exception {
        openShop();
        List<NightPeople.Person> viewers =
                people.make("nightviewer", Math.min(TALKERS_MAX, NightTalk.users(plan.chat())) + 1, "viewer");
        List<Client> talkers = viewers.subList(1, viewers.size()).stream()
                .map(person -> clients.client(person.token(), 0))
                .toList();
        talkers.forEach(Client::start);
        NightTalk talk = onLoop(() -> new NightTalk(clients, room, talkers, plan.chat(), plan.talk()));
        Client listener = clients.client(viewers.get(0).token(), 1);
        listener.start();
        await(listener.subscribeToAll("room:" + room, talk));
        List<NightPeople.Person> buying = people.make("nightbuyer", plan.buyers(), "viewer");
        List<NightPeople.Person> riding = people.make("nightcourier", plan.couriers(), "courier");
        NightBuyers buyers = onLoop(() -> new NightBuyers(clients, buying));
        NightCouriers couriers = onLoop(() -> new NightCouriers(clients, riding));
        NightShelves shelves = onLoop(() -> new NightShelves(clients, people));
        clients.awaitConnected();
        progress.accept("people are connected");
        await(startOnLoop(() -> shelves.register(operator, sku, plan.shelves())));
        clients.awaitConnected();
        await(startOnLoop(couriers::startShifts));
        progress.accept(plan.buyers() + " buyers, " + plan.couriers() + " couriers, " + plan.shelves() + " shelves, "
                + talkers.size() + " people who talk are connected");
        onLoop(() -> {
            shelves.start();
            return true;
        });
        Future<Void> said = startOnLoop(talk::start);
        rushes(buyers);
        progress.accept("the rest of the chat");
        said.await(plan.talk().toSeconds() + RUSH_MAX.toSeconds(), TimeUnit.SECONDS);
        progress.accept("the rest of the telemetry");
        startOnLoop(shelves::stop).await(RUSH_MAX.toSeconds(), TimeUnit.SECONDS);
        progress.accept("the rest of the deliveries");
        NightVerdict verdict = new NightVerdict(plan, clients, talk, buyers, couriers, shelves, sales, database());
        verdict.awaitRest(progress);
        List<Row> rows = new ArrayList<>(onLoop(verdict::rows));
        rows.add(Row.of("event loops blocked for over 5 s, buffers leaked", (double) servers.complaints(), "")
                .atMost(0));
        onLoop(verdict::remarks).forEach(progress);
        NightLedger ledger = NightLedger.read(database());
        ledger.lines().forEach(progress);
        rows.addAll(ledger.rows());
        progress.accept("nodes that ended while they started again: " + servers.startsAgain());
        if (rows.stream().anyMatch(row -> Boolean.FALSE.equals(row.met()))) {
            servers.troubles(TROUBLES_MAX).forEach(progress);
        }
        return rows;
    }

    /** The database may have been killed since the night began. */
    private Connection database() throws java.sql.SQLException {
        return plan.faults().contains(NightPlan.Fault.DATABASE) ? servers.connect() : database;
    }

    private void openShop() throws TimeoutException {
        ObjectNode product = NightClients.object();
        product.putObject("name").put("zh", "桂花酒酿").put("en", "Osmanthus rice pudding");
        ObjectNode item =
                product.putArray("skus").addObject().put("priceMinor", 1_990).put("code", "night");
        item.putObject("name").put("zh", "一份").put("en", "One");
        sku = await(insist(host, "catalog.create", product))
                .path("skus")
                .path(0)
                .path("id")
                .asText();
        await(insist(
                host, "catalog.receive", NightClients.object().put("skuId", sku).put("quantity", plan.stock())));
        room = await(insist(
                        host,
                        "rooms.schedule",
                        NightClients.object().put("title", "Market night").put("startsAt", System.currentTimeMillis())))
                .path("id")
                .asText();
        await(insist(host, "rooms.start", NightClients.object().put("roomId", room)));
    }

    /** One rush a fault, spread over the talk. */
    private void rushes(NightBuyers buyers) throws Exception {
        long startNanos = System.nanoTime();
        for (int i = 0; i < plan.faults().size(); i++) {
            long dueNanos =
                    plan.talk().toNanos() * (i * 2L + 1) / (plan.faults().size() * 2L + 1);
            long waitNanos = dueNanos - (System.nanoTime() - startNanos);
            Thread.sleep(Duration.ofNanos(Math.max(0, waitNanos)));
            rush(buyers, plan.faults().get(i));
            if (plan.faults().get(i) != NightPlan.Fault.NOTHING) {
                Thread.sleep(BETWEEN_RUSHES);
            }
        }
    }

    private void rush(NightBuyers buyers, NightPlan.Fault fault) throws Exception {
        String sale = startSale();
        sales.add(sale);
        Promise<Void> recovered = Promise.promise();
        int killAt = Math.max(1, plan.units() / 4);
        Future<Void> rush = startOnLoop(() -> buyers.rush(sale, yes -> {
            if (yes == killAt) {
                Thread.ofVirtual().start(() -> killAndStartAgain(fault, recovered));
            }
        }));
        rush.await(RUSH_MAX.toSeconds(), TimeUnit.SECONDS);
        recovered.future().await(RUSH_MAX.toSeconds(), TimeUnit.SECONDS);
        progress.accept("rush " + sales.size() + " is over; killed in its middle: " + fault);
    }

    private void killAndStartAgain(NightPlan.Fault fault, Promise<Void> recovered) {
        try {
            servers.kill(fault);
            servers.startAgain(fault);
            recovered.complete();
        } catch (Exception e) {
            recovered.fail(e);
        }
    }

    private String startSale() throws TimeoutException {
        return await(insist(
                        host,
                        "flashsales.start",
                        NightClients.object()
                                .put("roomId", room)
                                .put("skuId", sku)
                                .put("priceMinor", PRICE_MINOR)
                                .put("quantity", plan.units())
                                .put("perBuyerLimit", 1)
                                .put("durationSeconds", 3_600)
                                .put("reservationSeconds", 1_800)))
                .path("id")
                .asText();
    }

    private Future<JsonNode> insist(Client client, String method, ObjectNode params) {
        return clients.insist(client, method, params, PATIENCE);
    }

    private <T> T onLoop(Callable<T> action) throws TimeoutException {
        return clients.onLoop(action);
    }

    /** Starts something on the clients' event loop; what it promises is awaited elsewhere. */
    private Future<Void> startOnLoop(Callable<Future<Void>> action) throws TimeoutException {
        return clients.onLoop(action);
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        clients.close();
    }
}
