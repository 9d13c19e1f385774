package io.jishi;

import static io.jishi.orders.PaymentMethod.SANDBOX;

import io.jishi.accounts.Accounts;
import io.jishi.accounts.Tokens;
import io.jishi.accounts.User;
import io.jishi.aftersales.AfterSales;
import io.jishi.carts.Carts;
import io.jishi.catalog.Catalog;
import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.community.Community;
import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.LocalText;
import io.jishi.core.Membership;
import io.jishi.core.Place;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.database.Database;
import io.jishi.database.Leases;
import io.jishi.dispatch.Dispatch;
import io.jishi.dispatch.StageChange;
import io.jishi.flashsales.FlashSales;
import io.jishi.flashsales.Sale;
import io.jishi.ledger.Ledger;
import io.jishi.liverooms.LiveRooms;
import io.jishi.orders.Order;
import io.jishi.orders.Orders;
import io.jishi.outbound.OutboundHttp;
import io.jishi.payments.PaymentProviders;
import io.jishi.realtime.Caller;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.jishi.realtime.Methods;
import io.jishi.shelves.DeviceCredentials;
import io.jishi.shelves.Shelves;
import io.jishi.webhooks.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The capabilities of one node, and how they are put together: who listens to whom, and who may hear what. */
final class Shop {
    final Accounts accounts;
    final Community community;
    final Catalog catalog;
    final LiveRooms rooms;
    final FlashSales sales;
    final Ledger ledger;
    private final OutboundHttp outbound;
    private final Webhooks webhooks;
    final Orders orders;
    final Carts carts;
    final AfterSales afterSales;
    final Dispatch dispatch;
    final Shelves shelves;

    /** What every capability is built from. */
    record Kernel(
            Vertx vertx,
            Database database,
            Leases leases,
            Membership membership,
            Channels channels,
            InstantSource clock,
            Ids ids,
            Timers timers,
            MeterRegistry meters,
            Settings settings) {}

    Shop(Kernel kernel, Tokens tokens) {
        outbound = new OutboundHttp(kernel.vertx());
        accounts = new Accounts(
                kernel.vertx(),
                kernel.database(),
                kernel.ids(),
                tokens,
                kernel.clock(),
                new SecureRandom(),
                kernel.meters(),
                kernel.settings());
        community = new Community(kernel.database(), accounts, kernel.clock());
        catalog = new Catalog(kernel.database(), kernel.ids(), kernel.clock());
        PaymentProviders providers =
                new PaymentProviders(outbound, kernel.clock(), kernel.timers(), new SecureRandom(), kernel.settings());
        ledger = new Ledger(kernel.database(), kernel.ids(), kernel.clock());
        orders = new Orders(
                kernel.database(),
                kernel.channels(),
                ledger,
                providers.offered(),
                kernel.ids(),
                kernel.clock(),
                kernel.timers(),
                kernel.settings());
        carts = new Carts(kernel.database(), catalog, orders, kernel.ids(), kernel.clock(), kernel.settings());
        afterSales = new AfterSales(
                kernel.database(), orders, catalog, kernel.ids(), kernel.clock(), kernel.timers(), kernel.settings());
        webhooks = new Webhooks(
                kernel.database(),
                outbound,
                kernel.ids(),
                kernel.clock(),
                kernel.timers(),
                new SecureRandom(),
                kernel.settings());
        orders.onEvent(webhooks::told);
        orders.settlingWith(skus -> catalog.skus(skus).map(found -> {
            Map<Id<Sku>, Id<User>> hosts = new HashMap<>();
            found.forEach((sku, whose) -> hosts.put(sku, whose.hostId()));
            return hosts;
        }));
        providers.sandbox().ifPresent(sandbox -> sandbox.notifying(notice -> orders.settle(SANDBOX, notice)));
        rooms = new LiveRooms(
                kernel.vertx(),
                kernel.database(),
                kernel.channels(),
                kernel.membership(),
                kernel.ids(),
                kernel.clock(),
                kernel.timers(),
                kernel.settings(),
                kernel.meters(),
                product -> catalog.product(Id.of(product.value())),
                room -> salesOf(room));
        sales = new FlashSales(
                kernel.database(),
                kernel.channels(),
                kernel.membership(),
                catalog,
                new RoomSales(rooms),
                new SaleAudiences(community),
                kernel.ids(),
                kernel.clock(),
                kernel.timers(),
                kernel.settings());
        dispatch = new Dispatch(
                kernel.database(),
                kernel.leases(),
                kernel.membership(),
                kernel.channels(),
                kernel.vertx(),
                kernel.clock(),
                kernel.ids(),
                kernel.timers(),
                kernel.settings());
        shelves = new Shelves(
                kernel.vertx(),
                kernel.database(),
                kernel.channels(),
                kernel.membership(),
                kernel.leases(),
                kernel.ids(),
                kernel.clock(),
                kernel.timers(),
                kernel.settings(),
                kernel.meters(),
                this::issue,
                this::names,
                dispatch::requestRestock);
        shelves.onRegistered((transaction, shelf, name, place) -> catalog.stock()
                .addShelf(transaction, new Location(Id.of(shelf.value()), Location.Kind.SHELF, name, place)));
        orders.onReleased(sales::released);
        sales.onOffered(orders::made);
        orders.onPaid(this::deliver);
        dispatch.onStage(this::follow);
        guardPersonalChannels(kernel.channels());
    }

    private Future<DeviceCredentials.Issued> issue(SqlConnection transaction) {
        return accounts.createDevice(transaction)
                .map(made -> new DeviceCredentials.Issued(made.device(), made.secret()));
    }

    private Future<Map<Id<?>, LocalText>> names(Set<Id<?>> skus) {
        List<Id<Sku>> ids = new ArrayList<>();
        skus.forEach(sku -> ids.add(Id.of(sku.value())));
        return catalog.skus(ids).map(found -> {
            Map<Id<?>, LocalText> names = new HashMap<>();
            found.forEach((id, sku) -> names.put(id, sku.title()));
            return names;
        });
    }

    /** Rooms and sales know each other; this is asked only once both are there. */
    private Future<List<Sale>> salesOf(Id<?> room) {
        return sales.salesOfRoom(room);
    }

    /** A paid order that says where it is to go is delivered there; one that does not is picked up. */
    private Future<Void> deliver(SqlConnection transaction, Order order, Optional<Destination> destination) {
        if (destination.isEmpty()) {
            return Future.succeededFuture();
        }
        Place depot = dispatch.depot(destination.get().place());
        return dispatch.request(transaction, order.id(), order.buyerId(), depot, destination.get())
                .mapEmpty();
    }

    /** An order follows its delivery. */
    private Future<Void> follow(StageChange change, SqlConnection transaction) {
        Id<?> order = change.order();
        if (order == null) {
            return Future.succeededFuture();
        }
        Id<Order> id = Id.of(order.value());
        return switch (change.stage()) {
            case ASSIGNED ->
                orders.delivering(transaction, id, change.delivery()).mapEmpty();
            case DELIVERED -> orders.delivered(transaction, id).mapEmpty();
            case FAILED -> orders.undelivered(transaction, id).mapEmpty();
            case WAITING, OFFERED, PICKED_UP -> Future.succeededFuture();
        };
    }

    private static void guardPersonalChannels(Channels channels) {
        channels.guard(
                "user", (caller, key) -> Future.succeededFuture(caller.user().equals(key)));
        channels.guard(
                "courier", (caller, key) -> Future.succeededFuture(caller.user().equals(key)));
    }

    /** What a caller hears without asking for it. */
    static List<ChannelName> channelsOf(Caller caller) {
        List<ChannelName> channels = new ArrayList<>();
        if (!caller.user().isEmpty() && !caller.has(Role.DEVICE)) {
            channels.add(new ChannelName("user:" + caller.user()));
        }
        if (caller.has(Role.COURIER)) {
            channels.add(new ChannelName("courier:" + caller.user()));
        }
        return channels;
    }

    void register(Methods methods) {
        accounts.register(methods);
        community.register(methods);
        catalog.register(methods);
        rooms.register(methods);
        sales.register(methods);
        orders.register(methods);
        carts.register(methods);
        afterSales.register(methods);
        ledger.register(methods);
        webhooks.register(methods);
        dispatch.register(methods);
        shelves.register(methods);
    }

    Future<Void> start() {
        return accounts.start()
                .compose(done -> rooms.start())
                .compose(done -> dispatch.start())
                .compose(done -> orders.start())
                .compose(done -> afterSales.start())
                .compose(done -> webhooks.start())
                .compose(done -> sales.start())
                .compose(done -> shelves.start());
    }

    /** In the opposite order; one that fails to stop does not keep the others from it. */
    Future<Void> stop() {
        return shelves.stop()
                .transform(done -> sales.stop())
                .transform(done -> webhooks.stop())
                .transform(done -> afterSales.stop())
                .transform(done -> orders.stop())
                .transform(done -> dispatch.stop())
                .transform(done -> rooms.stop())
                .transform(done -> accounts.stop())
                .transform(done -> outbound.close());
    }
}
