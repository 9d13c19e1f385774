package io.jishi.dispatch;

import io.jishi.core.Id;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes this node's latest positions behind to PostgreSQL, off the hot path: one statement a flush, one row a courier.
 * Holds at most {@value #PENDING_MAX} couriers; one more is left out until the next flush has made room, for the next
 * position brings the same courier again.
 */
final class PositionBatches {
    private static final Logger LOG = LoggerFactory.getLogger(PositionBatches.class);
    private static final int PENDING_MAX = 20_000;
    private static final int ROWS_MAX = 1_000;

    private final CourierStore store;
    private final ConcurrentHashMap<Id<Courier>, CourierPosition> pending = new ConcurrentHashMap<>();
    private boolean flushing;

    PositionBatches(CourierStore store) {
        this.store = store;
    }

    void add(CourierPosition position) {
        if (pending.size() < PENDING_MAX || pending.containsKey(position.courier())) {
            pending.merge(position.courier(), position, (old, now) -> now.newerThan(old) ? now : old);
        }
    }

    /** Writes what is pending; called each second from one event loop, and once at the end. */
    Future<Void> flush() {
        return flush(pending.size() / ROWS_MAX + 1);
    }

    private Future<Void> flush(int statements) {
        if (flushing || statements == 0 || pending.isEmpty()) {
            return Future.succeededFuture();
        }
        flushing = true;
        List<CourierPosition> batch = take();
        return store.savePositions(batch)
                .onFailure(fault -> {
                    LOG.warn("event=positions-not-written rows={} reason={}", batch.size(), fault.toString());
                    batch.forEach(this::add);
                })
                .onComplete(done -> flushing = false)
                .compose(done -> flush(statements - 1));
    }

    private List<CourierPosition> take() {
        List<CourierPosition> batch = new ArrayList<>();
        Iterator<CourierPosition> each = pending.values().iterator();
        while (each.hasNext() && batch.size() < ROWS_MAX) {
            CourierPosition position = each.next();
            if (pending.remove(position.courier(), position)) {
                batch.add(position);
            }
        }
        batch.sort((a, b) -> a.courier().compareTo(b.courier()));
        return batch;
    }
}
