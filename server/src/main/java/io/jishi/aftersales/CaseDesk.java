package io.jishi.aftersales;

import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.jishi.orders.Aftercare;
import io.jishi.orders.Order;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the steps of cases. Whoever comes second, another member of staff, the buyer, or a deadline, finds the case at
 * another stage: every step holds the order, then the case, and changes it from the stage that it saw.
 */
final class CaseDesk {
    private final Database database;
    private final CaseStore store;
    private final EvidenceStore evidence;
    private final Aftercare aftercare;
    private final Consequences consequences;
    private final Deadlines deadlines;
    private final Ids ids;
    private final InstantSource clock;

    CaseDesk(
            Database database,
            EvidenceStore evidence,
            Aftercare aftercare,
            Consequences consequences,
            Deadlines deadlines,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = new CaseStore(database);
        this.evidence = evidence;
        this.aftercare = aftercare;
        this.consequences = consequences;
        this.deadlines = deadlines;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * One step.
     *
     * @param who null where it happens by itself
     * @param location of what is received
     * @param share of a complaint: how many hundredths of what was paid go back
     * @param refundInstead of an exchange: the money instead
     * @param damaged of what came back
     */
    record Move(
            Deed deed,
            @Nullable Id<User> who,
            @Nullable String text,
            @Nullable Id<Location> location,
            @Nullable Integer share,
            boolean refundInstead,
            boolean damaged) {
        static Move of(Deed deed, @Nullable Id<User> who, @Nullable String text) {
            return new Move(deed, who, text, null, null, false, false);
        }

        Move to(Id<Location> where) {
            return new Move(deed, who, text, where, share, refundInstead, damaged);
        }

        Move sharing(@Nullable Integer percent) {
            return new Move(deed, who, text, location, percent, refundInstead, damaged);
        }

        Move insteadOfGoods(boolean refund) {
            return new Move(deed, who, text, location, share, refund, damaged);
        }

        Move ofDamaged(boolean isDamaged) {
            return new Move(deed, who, text, location, share, refundInstead, isDamaged);
        }
    }

    /** A case that concerns who asks; to others it is not there. */
    Future<Optional<Case>> visible(Caller caller, Id<Case> id) {
        return store.find(id).map(found -> found.filter(it -> concerns(it, caller)));
    }

    private static boolean concerns(Case it, Caller caller) {
        return isBuyer(it, caller) || isShop(it, caller);
    }

    static boolean isBuyer(Case it, Caller caller) {
        return it.buyerId().equals(caller.userId());
    }

    private static boolean isShop(Case it, Caller caller) {
        return caller.has(Role.STAFF)
                || caller.has(Role.ADMIN)
                || caller.has(Role.HOST) && caller.userId().equals(it.hostId());
    }

    /** Takes a step for whoever may take it. */
    Future<Outcome<Case>> act(Caller caller, Id<Case> id, Move move) {
        return visible(caller, id).compose(found -> {
            Optional<AfterSalesRefusal> refusal = found.isEmpty()
                    ? Optional.of(AfterSalesRefusal.CASE_NOT_FOUND)
                    : refusal(found.get(), caller, move.deed().by());
            return refusal.isPresent()
                    ? Future.succeededFuture(Outcome.refused(refusal.get()))
                    : act(found.get(), move);
        });
    }

    private static Optional<AfterSalesRefusal> refusal(Case it, Caller caller, Party by) {
        boolean isBuyer = isBuyer(it, caller);
        return switch (by) {
            case BUYER -> isBuyer ? Optional.empty() : Optional.of(AfterSalesRefusal.CASE_NOT_FOUND);
            case SHOP, JUDGE -> isBuyer ? Optional.of(AfterSalesRefusal.OWN_CASE) : Optional.empty();
            case ITSELF -> throw new IllegalArgumentException("nobody takes a step that happens by itself");
        };
    }

    private Future<Outcome<Case>> act(Case seen, Move move) {
        return database.transaction(transaction -> aftercare
                .lock(transaction, seen.orderId())
                .compose(held -> store.lock(transaction, seen.id())
                        .compose(it -> it.isDue(clock.instant())
                                ? step(transaction, it, held.order(), Move.of(Deed.DEADLINE, null, null))
                                        .map(late -> Outcome.<Case>refused(AfterSalesRefusal.NOT_AT_THIS_STAGE))
                                : step(transaction, it, held.order(), move))));
    }

    /** What a deadline brings, where it has come and nobody was quicker. */
    Future<Void> expire(Case seen) {
        return database.transaction(transaction -> aftercare
                .lock(transaction, seen.orderId())
                .compose(held -> store.lock(transaction, seen.id())
                        .compose(it -> it.isDue(clock.instant())
                                ? step(transaction, it, held.order(), Move.of(Deed.DEADLINE, null, null))
                                        .<Void>mapEmpty()
                                : Future.succeededFuture())));
    }

    /** The provider has given the money of a case back, in a transaction that holds the order. */
    Future<Void> paidBack(SqlConnection transaction, Order order, Id<?> id) {
        return store.lock(transaction, id)
                .compose(it -> step(transaction, it, order, Move.of(Deed.PAID_BACK, null, null)))
                .mapEmpty();
    }

    private Future<Outcome<Case>> step(SqlConnection transaction, Case it, Order order, Move move) {
        Case offered = withShare(it, move);
        Optional<CaseStage> next = CaseRules.next(offered, move.deed());
        if (next.isEmpty()) {
            return Future.succeededFuture(Outcome.refused(AfterSalesRefusal.NOT_AT_THIS_STAGE));
        }
        Id<Location> location = move.location();
        Case received = location == null ? offered : offered.returnedTo(location);
        return promise(transaction, received, order, next.get(), move)
                .compose(promised -> promised.isEmpty()
                        ? Future.succeededFuture(Outcome.refused(AfterSalesRefusal.NO_REPLACEMENT))
                        : arrive(transaction, it, promised.get(), order, next.get(), move)
                                .map(Outcome::done));
    }

    /** What a share of the amount is, is computed here and not where it comes from. */
    private static Case withShare(Case it, Move move) {
        Integer percent = move.share();
        if (it.kind() != Kind.COMPLAINT) {
            return it;
        }
        if (percent != null) {
            return it.offering(it.share(percent));
        }
        boolean unanswered = it.stage() == CaseStage.ESCALATED && it.offerMinor() == null;
        return unanswered && move.deed() == Deed.DEADLINE ? it.offering(it.amountMinor()) : it;
    }

    /** Nothing is promised in exchange that is not kept for it: where it is not there, a person hears so, else it is the money. */
    private Future<Optional<Case>> promise(SqlConnection transaction, Case it, Order order, CaseStage next, Move move) {
        if (next != CaseStage.APPROVED || it.remedy() == Remedy.REFUND) {
            return Future.succeededFuture(Optional.of(it));
        }
        if (move.refundInstead()) {
            return Future.succeededFuture(Optional.of(it.with(Remedy.REFUND, null)));
        }
        return consequences
                .keep(transaction, it, order)
                .map(kept -> kept.isPresent()
                        ? Optional.of(it.with(Remedy.REPLACEMENT, kept.get()))
                        : move.deed() == Deed.APPROVE ? Optional.empty() : Optional.of(it.with(Remedy.REFUND, null)));
    }

    private Future<Case> arrive(
            SqlConnection transaction, Case before, Case it, Order order, CaseStage next, Move move) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return (next == CaseStage.EXCHANGED
                        ? consequences.replace(transaction, it, order).map(it::replacedBy)
                        : Future.succeededFuture(it))
                .compose(settled -> {
                    boolean releases = !next.isOpen() && settled.keptAt() != null;
                    Case after = (releases ? settled.with(settled.remedy(), null) : settled)
                            .at(next, deadlines.due(next, now));
                    return write(transaction, before, after, move, now)
                            .compose(done -> end(transaction, before, after, order))
                            .compose(done -> aftercare.tell(transaction, order, after))
                            .compose(done -> moveGoods(transaction, before, settled, after, move, releases))
                            .map(after);
                });
    }

    private Future<Void> write(SqlConnection transaction, Case before, Case after, Move move, Instant now) {
        return store.change(transaction, before.stage(), after)
                .compose(changed -> changed
                        ? store.insert(transaction, ids.next(), after, move.deed(), move.who(), now)
                        : Future.failedFuture(new IllegalStateException(
                                "case " + before.id() + " is not " + before.stage() + " any more")))
                .compose(done -> say(transaction, after, move.who(), move.text(), now));
    }

    Future<Void> say(SqlConnection transaction, Case it, @Nullable Id<User> who, @Nullable String text, Instant now) {
        return who == null || text == null
                ? Future.succeededFuture()
                : evidence.insert(
                        transaction,
                        EvidenceStore.textOf(ids.next(), now),
                        it.id(),
                        who,
                        null,
                        EvidenceStore.text(text));
    }

    /** Once nobody can do anything any more, the order may be closed; what it owes is owed by then. */
    private Future<Void> end(SqlConnection transaction, Case before, Case after, Order order) {
        if (!before.stage().isOpen() || after.stage().isOpen()) {
            return Future.succeededFuture();
        }
        return (after.stage() == CaseStage.REFUNDING
                        ? consequences.giveBack(transaction, after, order)
                        : Future.<Void>succeededFuture())
                .compose(done -> aftercare.letGo(transaction, after.id()));
    }

    /** Stock comes last. What nobody has looked at is not sold again by itself. */
    private Future<Void> moveGoods(
            SqlConnection transaction, Case before, Case settled, Case after, Move move, boolean releases) {
        boolean settles = before.stage().isOpen()
                && (after.stage() == CaseStage.REFUNDING || after.stage() == CaseStage.EXCHANGED);
        if (settles && after.returnedTo() != null) {
            return consequences.takeBack(transaction, after, move.deed() == Deed.SETTLE && !move.damaged());
        }
        return releases ? consequences.release(transaction, settled) : Future.succeededFuture();
    }
}
