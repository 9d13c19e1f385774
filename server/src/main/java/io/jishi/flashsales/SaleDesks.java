package io.jishi.flashsales;

import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * This node's desks: one for each sale that somebody claims from here. A desk goes when its sale is over and nobody waits
 * at it, so their number is bounded by the sales that run and those just over.
 */
final class SaleDesks {
    private final Map<Id<Sale>, SaleDesk> desks = new ConcurrentHashMap<>();
    /** What is being looked for: those who rush to a sale that nobody here has claimed from ask for it once. */
    private final Map<Id<Sale>, Future<Optional<SaleDesk>>> opening = new ConcurrentHashMap<>();

    private final SaleStore store;
    private final SaleDesk.Tools tools;
    private volatile boolean stopping;

    SaleDesks(SaleStore store, SaleDesk.Tools tools) {
        this.store = store;
        this.tools = tools;
    }

    /** The desk of a sale, opened where there was none; empty where there is no such sale. */
    Future<Optional<SaleDesk>> desk(Id<Sale> sale) {
        SaleDesk desk = desks.get(sale);
        if (desk != null) {
            return Future.succeededFuture(Optional.of(desk));
        }
        Promise<Optional<SaleDesk>> mine = Promise.promise();
        Future<Optional<SaleDesk>> others = opening.putIfAbsent(sale, mine.future());
        if (others != null) {
            return others;
        }
        store.state(sale).map(found -> found.map(this::desk)).onComplete(done -> {
            opening.remove(sale);
            if (done.succeeded()) {
                mine.complete(done.result());
            } else {
                mine.fail(done.cause());
            }
        });
        return mine.future();
    }

    SaleDesk desk(SaleState state) {
        return desks.computeIfAbsent(state.terms().id(), id -> open(state));
    }

    private SaleDesk open(SaleState state) {
        SaleDesk desk = new SaleDesk(state, tools);
        if (stopping) {
            desk.refuse();
        }
        return desk;
    }

    @Nullable
    SaleDesk opened(Id<Sale> sale) {
        return desks.get(sale);
    }

    Collection<SaleDesk> all() {
        return desks.values();
    }

    void dropDone() {
        desks.values().removeIf(SaleDesk::isDone);
    }

    /** Stops the desks there are; one that opens later refuses everybody. */
    Future<Void> stop() {
        stopping = true;
        return Future.join(desks.values().stream().map(SaleDesk::stop).toList()).mapEmpty();
    }

    void abandon() {
        desks.values().forEach(SaleDesk::abandon);
    }
}
