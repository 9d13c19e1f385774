package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bench.FaultBuyers.Rush;
import io.jishi.bench.FaultPlan.Nemesis;
import io.jishi.bench.FaultProxy.Guard;
import io.jishi.bench.SaleEvidence.Snapshot;
import io.jishi.bench.SaleVerdict.Promise;
import io.jishi.bench.SaleVerdict.Violation;
import io.jishi.bots.Client;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * Flash sales on real processes in which something goes wrong. The processes run on from one run to the next; each run
 * has sales of its own, whose histories are judged when they are over.
 */
final class SaleFaults implements AutoCloseable {
    /**
     * @param nodes two or three
     * @param patience how long a buyer insists on a final answer, and how long a sale may take to sell out
     * @param alter what becomes of the text of the nodes' statements on their way to the database: as it is, but where a
     *     test wants to see red
     */
    record Options(long seed, int nodes, int buyers, int sales, Duration patience, UnaryOperator<String> alter) {}

    /**
     * @param violations none, where all is well
     * @param crossed keys that were asked for in two places at the same time and heard no in one and yes in the other
     */
    record Outcome(
            FaultPlan plan, List<SaleEvidence> evidence, List<Violation> violations, int crossed, Duration took) {
        static Outcome of(FaultPlan plan, List<SaleEvidence> evidence, Duration took) {
            List<Violation> violations = new ArrayList<>();
            evidence.forEach(each -> violations.addAll(SaleVerdict.of(each)));
            int all = violations.size();
            violations.removeIf(violation -> violation.promise() == Promise.ONE_ANSWER_AT_A_TIME);
            return new Outcome(plan, evidence, violations, all - violations.size(), took);
        }
    }

    private static final int CALL_SECONDS_MAX = 5;
    private static final int PRICE_MINOR = 990;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** After the patience is over, for the last call and for what is paid after it. */
    private static final Duration LAST_ANSWER_MAX = Duration.ofSeconds(60);

    private static final int TURN_SECONDS = 10;
    /** So that some come before a waiting room opens and others after it. */
    private static final Duration OPENS_AFTER = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(40);

    private final NightServers servers;
    private final FaultLayout layout;
    private final Duration patience;
    private final List<FaultProxy> proxies;
    private final NightClients clients;
    private final FaultBuyers buyers;
    private final FaultNemesis nemesis;
    private final Client host;

    private SaleFaults(Options options, NightServers servers, FaultLayout layout, String secret)
            throws SQLException, TimeoutException, InterruptedException {
        this.servers = servers;
        this.layout = layout;
        this.patience = options.patience();
        this.proxies = layout.proxies();
        clients = new NightClients(
                servers.urls(), 2 * (options.buyers() + FaultBuyers.STRANGERS) + 4, options.seed(), CALL_SECONDS_MAX);
        nemesis = new FaultNemesis(servers, layout);
        try (Connection database = servers.connect()) {
            SaleAudit.install(database);
            LobbyAudit.install(database);
            NightPeople people = new NightPeople(database, secret);
            NightPeople.Person seller = people.make("faulthost", 1, "host").get(0);
            host = clients.client(seller.token(), 0);
            host.start();
            List<NightPeople.Person> buying =
                    people.make("faultbuyer", options.buyers() + FaultBuyers.STRANGERS, "viewer");
            befriend(database, seller.id(), buying.subList(0, options.buyers()));
            buyers = clients.onLoop(() -> new FaultBuyers(clients, buying, patience));
        }
        clients.awaitConnected();
    }

    /** Makes people members of the shop and followers of a host. */
    private static void befriend(Connection database, String host, List<NightPeople.Person> people)
            throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                WITH people AS (SELECT unnest(?::bigint[]) AS id),
                members AS (
                    INSERT INTO member (account, tier, since, granted_by, granted_at)
                    SELECT id, 1, now() - interval '1 day', ?, now() FROM people)
                INSERT INTO follow (host, follower, since) SELECT ?, id, now() - interval '1 day' FROM people
                """)) {
            Object[] ids =
                    people.stream().map(person -> SaleAudit.number(person.id())).toArray();
            insert.setArray(1, database.createArrayOf("bigint", ids));
            insert.setLong(2, SaleAudit.number(host));
            insert.setLong(3, SaleAudit.number(host));
            insert.executeUpdate();
        }
    }

    /**
     * Blocks until all serve.
     *
     * @param directory an empty folder for data and logs
     */
    static SaleFaults start(Path directory, Options options) throws Exception {
        byte[] bytes = new byte[32];
        new Random(options.seed()).nextBytes(bytes);
        String secret = HexFormat.of().formatHex(bytes);
        FaultLayout layout = FaultLayout.open(directory, options, secret);
        try {
            NightServers servers = NightServers.start(directory, secret, options.nodes(), layout);
            try {
                return new SaleFaults(options, servers, layout, secret);
            } catch (Exception e) {
                servers.close();
                throw e;
            }
        } catch (Exception e) {
            layout.close();
            throw e;
        }
    }

    /** What can go wrong on this machine. */
    List<Nemesis> nemeses() {
        return Arrays.stream(Nemesis.values()).filter(this.nemesis::isPossible).toList();
    }

    /** What cannot, and what it would take, in a sentence each. */
    List<String> leftOut() {
        Map<String, List<Nemesis>> missing = new LinkedHashMap<>();
        for (Nemesis each : Nemesis.values()) {
            if (!nemesis.isPossible(each)) {
                missing.computeIfAbsent(FaultNemesis.needs(each), first -> new ArrayList<>())
                        .add(each);
            }
        }
        return missing.entrySet().stream()
                .map(lack -> "LEFT OUT " + lack.getValue() + ": " + lack.getKey())
                .toList();
    }

    /** One run, from its plan. */
    Outcome run(FaultPlan plan) throws Exception {
        long began = System.nanoTime();
        proxies.forEach(FaultProxy::forgetPassed);
        List<Rush> rushes = new ArrayList<>();
        for (FaultPlan.Sale sale : plan.sales()) {
            String id = startSale(sale);
            rushes.add(clients.onLoop(() -> buyers.rush(id, sale)));
        }
        List<String> ids = rushes.stream().map(rush -> rush.sale).toList();
        try (SaleWatcher watch = new SaleWatcher(servers, ids)) {
            List<Future<Void>> ends = new ArrayList<>();
            for (int i = 0; i < rushes.size(); i++) {
                Rush rush = rushes.get(i);
                ends.add(clients.onLoop(() -> buyers.start(rush)));
                stopLater(plan.sales().get(i), rush);
            }
            nemesis.haunt(plan, ids);
            onAll(rushes, Rush::beEarnest);
            awaitSoldOut(plan, rushes, watch);
            onAll(rushes, Rush::end);
            Future.join(ends).await(patience.plus(LAST_ANSWER_MAX).toSeconds(), TimeUnit.SECONDS);
            awaitSettled(ids);
            return judge(plan, rushes, watch, began);
        }
    }

    private Outcome judge(FaultPlan plan, List<Rush> rushes, SaleWatcher watch, long began) throws Exception {
        List<SaleEvidence> all = new ArrayList<>();
        List<SaleAudit.Passed> passed = proxies.stream()
                .flatMap(proxy -> proxy.passed().stream())
                .sorted(java.util.Comparator.comparing(SaleAudit.Passed::at))
                .toList();
        try (Connection database = servers.connect()) {
            Map<String, Long> wrongs = new HashMap<>(SaleBooks.wrongs(database));
            wrongs.putAll(SaleGuards.wrongs(database, guards()));
            for (int i = 0; i < rushes.size(); i++) {
                Rush rush = rushes.get(i);
                FaultPlan.Sale sale = plan.sales().get(i);
                all.add(new SaleEvidence(
                        new SaleEvidence.Sale(
                                rush.sale,
                                sale.stock(),
                                sale.perBuyerLimit(),
                                !sale.stops(),
                                buyers.crowd(sale).strangers()),
                        clients.onLoop(rush::attempts),
                        clients.onLoop(rush::told),
                        clients.onLoop(rush::left),
                        SaleAudit.orders(database, rush.sale),
                        SaleAudit.places(database, rush.sale),
                        SaleAudit.steps(database, rush.sale),
                        SaleAudit.sellings(database, rush.sale, passed),
                        watch.snapshots(rush.sale),
                        LobbyAudit.of(
                                database,
                                rush.sale,
                                clients.onLoop(rush::stood),
                                clients.onLoop(rush::barred),
                                plan.nemesis() == Nemesis.NOTHING),
                        i == 0 ? wrongs : Map.of()));
            }
        }
        return Outcome.of(plan, all, Duration.ofNanos(System.nanoTime() - began));
    }

    private Map<Guard, String> guards() {
        Map<Guard, String> all = new EnumMap<>(Guard.class);
        proxies.forEach(proxy -> all.putAll(proxy.guards()));
        return all;
    }

    private void onAll(List<Rush> rushes, java.util.function.Consumer<Rush> action) throws TimeoutException {
        clients.onLoop(() -> {
            rushes.forEach(action);
            return true;
        });
    }

    private void stopLater(FaultPlan.Sale plan, Rush rush) {
        if (plan.stops()) {
            clients.after(
                    plan.stopsAfter(),
                    () -> insist("flashsales.stop", NightClients.object().put("saleId", rush.sale)));
        }
    }

    /** Blocks until the buyers of each sale that is not stopped have paid for all of it, or for so long that they never will. */
    private void awaitSoldOut(FaultPlan plan, List<Rush> rushes, SaleWatcher watch) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            boolean all = true;
            for (int i = 0; i < rushes.size(); i++) {
                FaultPlan.Sale sale = plan.sales().get(i);
                Snapshot last = watch.last(rushes.get(i).sale);
                all &= last != null && (sale.stops() ? last.closed() : last.paid() == sale.stock());
            }
            if (all) {
                return;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** Blocks until no order of the sales waits for its buyer any more. */
    private void awaitSettled(List<String> sales) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        try (Connection database = servers.connect()) {
            boolean waits = true;
            while (waits && System.nanoTime() < deadline) {
                waits = false;
                for (String sale : sales) {
                    waits |= SaleAudit.orders(database, sale).stream()
                            .anyMatch(order -> order.stage().equals("reserved")
                                    || order.stage().equals("awaiting_payment"));
                }
                Thread.sleep(LOOK_EVERY);
            }
        }
    }

    private String startSale(FaultPlan.Sale sale) throws TimeoutException {
        ObjectNode product = NightClients.object();
        product.putObject("name").put("zh", "青团").put("en", "Green dumplings");
        ObjectNode item =
                product.putArray("skus").addObject().put("priceMinor", 1_990).put("code", "one");
        item.putObject("name").put("zh", "一份").put("en", "One");
        String sku = await(insist("catalog.create", product))
                .path("skus")
                .path(0)
                .path("id")
                .asText();
        await(insist("catalog.receive", NightClients.object().put("skuId", sku).put("quantity", sale.stock() + 3)));
        ObjectNode start = NightClients.object()
                .put("skuId", sku)
                .put("priceMinor", PRICE_MINOR)
                .put("quantity", sale.stock())
                .put("perBuyerLimit", sale.perBuyerLimit())
                .put("durationSeconds", 3_600)
                .put("reservationSeconds", sale.reservationSeconds());
        if (!sale.isForAll()) {
            start.put("audience", sale.audience().text());
        }
        if (sale.audience() == FaultPlan.Audience.LIST) {
            buyers.crowd(sale).guests().forEach(start.putArray("invited")::add);
        }
        if (sale.hasLobby()) {
            start.putObject("entry").put("turnSeconds", TURN_SECONDS);
            start.put("opensAt", System.currentTimeMillis() + OPENS_AFTER.toMillis());
        }
        return await(insist("flashsales.start", start)).path("id").asText();
    }

    private Future<JsonNode> insist(String method, ObjectNode params) {
        return clients.insist(host, method, params, PATIENCE);
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    List<String> troubles(int linesMax) throws IOException {
        return servers.troubles(linesMax);
    }

    int trapsSprung() {
        return proxies.stream().mapToInt(FaultProxy::sprung).sum();
    }

    /** Breaks all connections to the database, so that statements are prepared anew. */
    void resetDatabase() {
        proxies.forEach(FaultProxy::forgetGuards);
        proxies.forEach(FaultProxy::reset);
    }

    NightServers servers() {
        return servers;
    }

    @Override
    public void close() throws Exception {
        clients.close();
        servers.close();
        layout.close();
    }
}
