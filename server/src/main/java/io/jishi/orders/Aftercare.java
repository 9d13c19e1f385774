package io.jishi.orders;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Money;
import io.jishi.database.Database;
import io.jishi.ledger.Entry;
import io.jishi.ledger.Ledger;
import io.jishi.orders.EventStore.Event;
import io.jishi.orders.PaymentProvider.Fees;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may be done with an order that its buyer has: keep it open, give money back for some of its goods, or give another
 * order for them. All of it in the transaction of whoever decides, who holds the order first ({@link #lock}).
 *
 * <p>An order's money leaves it here in parts, each under the id of its reason, each once, and never more than was paid:
 * {@code payment.given_minor} counts what has left, and the database refuses more than there is.
 */
public final class Aftercare {
    private static final Duration REFUND_RETRY = Duration.ofSeconds(10);

    private final Database database;
    private final OrderStore orders;
    private final PaymentStore payments;
    private final RefundStore store;
    private final Settlement settlement;
    private final OrderEvents events;
    private final Ledger ledger;
    private final Function<Payment, Fees> fees;
    private final Ids ids;
    private final InstantSource clock;
    private RefundedListener listener = (transaction, order, reason) -> Future.succeededFuture();

    Aftercare(
            Database database,
            Settlement settlement,
            OrderEvents events,
            Ledger ledger,
            Function<Payment, Fees> fees,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.orders = new OrderStore(database);
        this.payments = new PaymentStore(database);
        this.store = new RefundStore(database, payments);
        this.settlement = settlement;
        this.events = events;
        this.ledger = ledger;
        this.fees = fees;
        this.ids = ids;
        this.clock = clock;
    }

    /** Takes part in the transaction in which the provider has given the money back. */
    @FunctionalInterface
    public interface RefundedListener {
        /** @param reason what {@link #giveBack} was told */
        Future<Void> refunded(SqlConnection transaction, Order order, Id<?> reason);
    }

    public void onRefunded(RefundedListener whom) {
        listener = whom;
    }

    /**
     * An order that the transaction holds.
     *
     * @param deliveredAt since when its buyer has it
     */
    public record Held(Order order, @Nullable Instant deliveredAt) {}

    /** Holds an order until the transaction ends; before anything else that belongs to it. */
    public Future<Held> lock(SqlConnection transaction, Id<Order> id) {
        return orders.lock(transaction, id)
                .compose(order -> store.deliveredAt(transaction, id).map(at -> new Held(order, at.orElse(null))));
    }

    /** As long as it has a reason to be open, an order is neither closed nor refunded as a whole. */
    public Future<Void> keepOpen(SqlConnection transaction, Id<Order> order, Id<?> reason) {
        return store.hold(transaction, order, reason);
    }

    public Future<Void> letGo(SqlConnection transaction, Id<?> reason) {
        return store.letGo(transaction, reason);
    }

    /** Tells the order's buyer, and those who listen over HTTP, what became of a case. */
    public Future<Void> tell(SqlConnection transaction, Order order, Record content) {
        return events.caseChanged(transaction, order, content);
    }

    /** Owes the buyer an amount; the provider is asked within seconds of the commit, until it has given it back. */
    public Future<Void> giveBack(SqlConnection transaction, Order order, Id<Sku> sku, Money amount, Id<?> reason) {
        Instant now = clock.instant();
        return part(transaction, order, sku, amount, reason)
                .compose(part -> store.take(transaction, part, PaymentRefund.Stage.REFUNDING, now, now)
                        .compose(done -> ledger.book(transaction, List.of(Entry.partDue(reason, order.id(), amount)))));
    }

    /**
     * Adds an order that is paid with money of another one, for goods of it; it goes where the other went.
     *
     * @param replacement as it is to be, paid
     */
    public Future<Void> replace(SqlConnection transaction, Order order, Id<Sku> sku, Order replacement, Id<?> reason) {
        Instant now = clock.instant();
        Money amount = new Money(replacement.totalMinor(), replacement.currency());
        return part(transaction, order, sku, amount, reason)
                .compose(part -> store.take(transaction, part, PaymentRefund.Stage.MOVED, now, now)
                        .compose(done -> ledger.book(
                                transaction, List.of(Entry.exchange(reason, order.id(), replacement.id(), amount))))
                        .compose(done -> settlement.addPaid(
                                transaction,
                                replacement,
                                "case/" + reason,
                                moved(part.payment(), replacement, amount))));
    }

    /** Whether the goods of an order were brought to its buyer, not fetched. */
    public Future<Boolean> wasBrought(SqlConnection transaction, Id<Order> order) {
        return payments.approved(transaction, order)
                .map(payment -> payment.isPresent() && payment.get().destination() != null);
    }

    private Future<PaymentRefund> part(
            SqlConnection transaction, Order order, Id<Sku> sku, Money amount, Id<?> reason) {
        return payments.approved(transaction, order.id()).map(found -> {
            Payment payment = found.orElseThrow();
            return new PaymentRefund(Id.of(reason.value()), payment, sku, amount, payment.given());
        });
    }

    private Payment moved(Payment from, Order to, Money amount) {
        Payment.Origin origin = from.origin();
        return new Payment(
                ids.next(),
                to.id(),
                from.method(),
                amount,
                Payment.Stage.APPROVED,
                from.destination(),
                from.reference(),
                new Money(0, amount.currency()),
                origin != null ? origin : new Payment.Origin(from.id(), from.amount()));
    }

    Future<List<PaymentRefund>> takeDue(Instant now, int limit) {
        return store.takeDue(now, now.plus(REFUND_RETRY), limit);
    }

    /** The provider has given a part back; it may say so again. */
    Future<Void> refunded(PaymentRefund due) {
        Id<Order> id = due.payment().orderId();
        return database.transaction(transaction -> orders.lock(transaction, id)
                        .compose(order -> store.lock(transaction, due.id())
                                .compose(found -> found.isEmpty()
                                        ? Future.succeededFuture(List.<Event>of())
                                        : refunded(transaction, order, found.get()))))
                .compose(events::publish);
    }

    private Future<List<Event>> refunded(SqlConnection transaction, Order order, PaymentRefund part) {
        return store.done(transaction, part, clock.instant())
                .compose(done -> ledger.book(transaction, refund(order, part)))
                .compose(done -> listener.refunded(transaction, order, part.id()))
                .compose(done ->
                        events.refunded(transaction, order, part.amount().minorUnits()));
    }

    private List<Entry> refund(Order order, PaymentRefund part) {
        Payment payment = part.payment();
        String provider = payment.method().text();
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.partRefund(part.id(), provider, order.id(), part.amount()));
        Money fee = fees.apply(payment).back(part.before(), part.amount());
        if (fee.minorUnits() > 0) {
            entries.add(Entry.partFeeReturned(part.id(), provider, fee));
        }
        return entries;
    }
}
