package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.BoundedMap;
import io.jishi.core.Id;
import io.jishi.database.Batches;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Who may buy in one sale, as far as one node has asked. Those who come together are asked about together, and nobody
 * twice: who may, may until the sale ends; who may not, is asked about again after a moment, as he may have become a
 * member since. Thread-safe.
 */
final class Guests {
    private static final int BATCH_MAX = 1_000;
    private static final int KNOWN_MAX = 200_000;
    private static final long NO_MILLIS = 1_000;
    /** Later than any follow. */
    private static final Instant AT_ANY_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final SaleDesk.Tools tools;
    private final boolean all;
    private final Batches<Id<User>, Boolean> asking;
    /** Until when a no is taken for one; for ever where it is a yes. */
    private final Map<Long, Long> known = new BoundedMap<>(KNOWN_MAX);

    private static final long YES = Long.MAX_VALUE;

    Guests(SaleTerms terms, SaleDesk.Tools tools) {
        this.tools = tools;
        this.all = terms.audience() == Audience.ALL;
        Function<List<Id<User>>, Future<Set<Id<User>>>> whoMay = whoMay(terms, tools);
        this.asking = new Batches<>(
                BATCH_MAX,
                tools.settings().queueMax(),
                buyers -> whoMay.apply(buyers)
                        .map(found -> buyers.stream().map(found::contains).toList()));
    }

    private static Function<List<Id<User>>, Future<Set<Id<User>>>> whoMay(SaleTerms terms, SaleDesk.Tools tools) {
        Instant before = terms.lateFollowers() ? AT_ANY_TIME : terms.opensAt();
        return switch (terms.audience()) {
            case ALL -> buyers -> Future.succeededFuture(Set.copyOf(buyers));
            case LIST -> buyers -> tools.acts().invited(terms.id(), buyers);
            case MEMBERS -> tools.audiences()::members;
            case FOLLOWERS -> buyers -> tools.audiences().followers(terms.host(), buyers, before);
        };
    }

    /** Whether nobody has to be asked. */
    boolean areAll() {
        return all;
    }

    /** Fails where it cannot be known. */
    Future<Boolean> mayBuy(Id<User> buyer) {
        if (all) {
            return Future.succeededFuture(true);
        }
        long now = tools.clock().millis();
        synchronized (known) {
            Long until = known.get(buyer.value());
            if (until != null && until > now) {
                return Future.succeededFuture(until == YES);
            }
        }
        return asking.ask(buyer).onSuccess(may -> {
            synchronized (known) {
                known.put(buyer.value(), may ? YES : now + NO_MILLIS);
            }
        });
    }
}
