package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.CatalogRequest;
import io.jishi.catalog.Movement.Reason;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.database.Database;
import io.jishi.database.DatabaseSettings;
import io.jishi.database.TestDatabase;
import io.jishi.ledger.Ledger;
import io.jishi.orders.Order;
import io.jishi.orders.Orders;
import io.jishi.orders.SandboxProvider;
import io.jishi.realtime.Caller;
import io.jishi.realtime.RecordingChannels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A shop with a host, a catalogue, and as many nodes as a test wants, on one real database. */
final class Shop implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final TestDatabase testDatabase = TestDatabase.create();
    final Clock clock = new Clock();
    final Ids ids = new Ids(InstantSource.system(), 1);
    final RecordingChannels channels = new RecordingChannels();
    final VertxTimers timers = new VertxTimers(vertx);
    final Settings settings;
    final Database database;
    final Catalog catalog;
    final Orders orders;
    final KnownPeople audiences = new KnownPeople();
    final Caller host = caller(ids.next(), Role.HOST);
    private final Set<String> members = new TreeSet<>();
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    final List<Node> nodes = new ArrayList<>();

    Shop() {
        this(Settings.defaults());
    }

    Shop(Settings settings) {
        this.settings = settings;
        database = testDatabase.open(vertx);
        catalog = new Catalog(database, ids, clock);
        orders = new Orders(
                database,
                channels,
                new Ledger(database, ids, clock),
                List.of(new SandboxProvider(timers, clock, settings)),
                ids,
                clock,
                timers,
                settings);
    }

    /** Real time that a test may set forward. */
    static final class Clock implements InstantSource {
        private final AtomicLong aheadMillis = new AtomicLong();

        @Override
        public Instant instant() {
            return Instant.now().plusMillis(aheadMillis.get());
        }

        void forward(Duration duration) {
            aheadMillis.addAndGet(duration.toMillis());
        }
    }

    /** Members and followers that a test has named, and how often somebody asked. */
    final class KnownPeople implements Audiences {
        final Set<Id<User>> members = java.util.concurrent.ConcurrentHashMap.newKeySet();
        final java.util.Map<Id<User>, Instant> followers = new java.util.concurrent.ConcurrentHashMap<>();
        final AtomicLong asked = new AtomicLong();

        @Override
        public Future<Set<Id<User>>> members(java.util.Collection<Id<User>> people) {
            return later(people.stream().filter(members::contains).collect(java.util.stream.Collectors.toSet()));
        }

        @Override
        public Future<Set<Id<User>>> followers(Id<User> host, java.util.Collection<Id<User>> people, Instant before) {
            return later(people.stream()
                    .filter(person ->
                            followers.getOrDefault(person, Instant.MAX).isBefore(before))
                    .collect(java.util.stream.Collectors.toSet()));
        }

        /** Takes a moment, as a statement does, so that those who come meanwhile are asked about together. */
        private Future<Set<Id<User>>> later(Set<Id<User>> found) {
            asked.incrementAndGet();
            return vertx.timer(20, java.util.concurrent.TimeUnit.MILLISECONDS).map(found);
        }
    }

    /** One process of the cluster, with connections of its own. */
    final class Node {
        final String name;
        final Database own;
        final FlashSales sales;

        private Node(String name, Rooms rooms, Database own) {
            this.name = name;
            this.own = own;
            sales = new FlashSales(
                    own,
                    channels,
                    membership(name),
                    catalog,
                    rooms,
                    audiences,
                    new Ids(InstantSource.system(), nodes.size() + 2),
                    clock,
                    timers,
                    settings);
        }

        Outcome<Order> claim(Id<User> buyer, Id<Sale> sale, int quantity, String key) {
            return claiming(buyer, sale, quantity, key).await();
        }

        Future<Outcome<Order>> claiming(Id<User> buyer, Id<Sale> sale, int quantity, String key) {
            return sales.claim(buyer, new FlashSaleRequest.Claim(sale, quantity, key));
        }

        /** Gone without a word: what it has sent is still worked on, nothing else happens. */
        void die() {
            sales.abandon();
            leave(name);
        }
    }

    Node node(String name) {
        return node(name, Rooms.none());
    }

    Node node(String name, Rooms rooms) {
        return node(name, rooms, testDatabase.open(vertx, nodeSettings()));
    }

    /** A node whose way to the database can be cut. */
    Node node(String name, CuttableProxy proxy) {
        Settings through = nodeSettings().with(DatabaseSettings.URL, proxy.url());
        return node(name, Rooms.none(), DatabaseSettings.open(vertx, through));
    }

    private Settings nodeSettings() {
        return settings.with(DatabaseSettings.POOL_SIZE_MAX, 4);
    }

    private Node node(String name, Rooms rooms, Database own) {
        synchronized (members) {
            members.add(name);
        }
        Node node = new Node(name, rooms, own);
        nodes.add(node);
        if (nodes.size() == 1) {
            orders.onReleased(node.sales::released);
        }
        node.sales.onOffered(orders::made);
        node.sales.start().await();
        tellMembers();
        return node;
    }

    void leave(String name) {
        synchronized (members) {
            members.remove(name);
        }
        tellMembers();
    }

    void join(String name) {
        synchronized (members) {
            members.add(name);
        }
        tellMembers();
    }

    private void tellMembers() {
        Set<String> now = members();
        listeners.forEach(listener -> listener.accept(now));
    }

    private Set<String> members() {
        synchronized (members) {
            return Set.copyOf(members);
        }
    }

    private Membership membership(String self) {
        return new Membership() {
            @Override
            public String self() {
                return self;
            }

            @Override
            public Set<String> members() {
                return Shop.this.members();
            }

            @Override
            public void onChange(Consumer<Set<String>> listener) {
                listeners.add(listener);
            }
        };
    }

    Id<Sku> sku(int stock) {
        LocalText name = new LocalText("龙井茶", "Longjing tea");
        Id<Sku> sku = catalog.create(
                        host.userId(),
                        new CatalogRequest.Create(
                                name, null, null, List.of(new CatalogRequest.NewSku(name, 9900, "a"))))
                .await()
                .skus()
                .get(0)
                .id();
        database.transaction(transaction -> catalog.stock().move(transaction, sku, stock, Reason.RECEIPT, "user:test"))
                .await();
        return sku;
    }

    static FlashSaleRequest.Start terms(Id<Sku> sku, int quantity, int limit) {
        return new FlashSaleRequest.Start(null, sku, 1900, quantity, limit, 0, 3600, 600);
    }

    /** A sale that is open at once. */
    Sale sale(int quantity, int limit) {
        return start(terms(sku(quantity), quantity, limit));
    }

    Sale start(FlashSaleRequest.Start terms) {
        Outcome<Sale> started = nodes.get(0).sales.start(host, terms).await();
        return ((Outcome.Done<Sale>) started).result();
    }

    static Caller caller(Id<User> user, Role role) {
        return new Caller(user.toString(), "name", Set.of(role), "c", "en");
    }

    Id<User> buyer() {
        return ids.next();
    }

    long count(String sql) {
        Row row = database.execute(sql).await().iterator().next();
        return row.getLong(0);
    }

    long liveUnits(Sale sale) {
        return count("SELECT coalesce(sum(quantity), 0) FROM orders WHERE stage IN"
                + " ('reserved', 'paid', 'delivering', 'delivered') AND sale = "
                + sale.id().value());
    }

    /** One snapshot's sum of all units of a running sale: in the pool, in segments, in orders. */
    static String whereabouts(Sale sale) {
        return """
                SELECT p.free + (SELECT coalesce(sum(granted - sold), 0) FROM sale_segment WHERE sale = p.sale)
                     + (SELECT coalesce(sum(quantity), 0) FROM orders WHERE sale = p.sale
                           AND stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded'))
                  FROM sale_pool p WHERE p.sale =\s""" + sale.id().value();
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.sales.abandon());
        nodes.forEach(node -> node.own.close().await());
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }
}
