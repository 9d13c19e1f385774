package io.jishi.flashsales;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads who has orders of a sale that is sold out, page by page, so that crowds of others can be told no without a look for
 * each of them. Where more is sold afterwards it reads anew, and takes no more than a twentieth of the time for that.
 */
final class CensusSlot {
    private static final Logger LOG = LoggerFactory.getLogger(CensusSlot.class);
    private static final int PAGE = 10_000;
    private static final int REST = 20;
    private static final long REST_MILLIS_MIN = 100;

    private final SaleTerms terms;
    private final SaleDesk.Tools tools;
    private final DeskState state;
    private boolean busy;
    private long restsUntilMillis;

    CensusSlot(SaleTerms terms, SaleDesk.Tools tools, DeskState state) {
        this.terms = terms;
        this.tools = tools;
        this.state = state;
    }

    /** Within the lock: what to do now, to be run outside of it; null where there is nothing or something is under way. */
    @Nullable
    Runnable next() {
        Long sold = state.censusAt;
        if (sold == null || busy || state.winners != null || sold > Winners.UNITS_MAX) {
            return null;
        }
        long now = tools.clock().millis();
        if (now < restsUntilMillis) {
            return null;
        }
        busy = true;
        state.censusAt = null;
        BuyerFilter buyers = new BuyerFilter(Math.toIntExact(sold));
        return () -> read(new Census(sold, buyers, System.nanoTime()), Long.MIN_VALUE);
    }

    /** @param soldUnits in a snapshot from before the first page was read */
    private record Census(long soldUnits, BuyerFilter buyers, long startedNanos) {}

    private void read(Census census, long after) {
        tools.store().buyers(terms.id(), after, PAGE).onComplete(done -> {
            if (done.failed()) {
                LOG.warn(
                        "event=census-failed sale={} reason=\"{}\"",
                        terms.id(),
                        done.cause().getMessage());
                end(census, false);
                return;
            }
            Long[] page = done.result();
            for (Long buyer : page) {
                census.buyers.add(buyer);
            }
            if (page.length < PAGE) {
                end(census, true);
            } else {
                read(census, page[page.length - 1]);
            }
        });
    }

    private void end(Census census, boolean isWhole) {
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - census.startedNanos);
        synchronized (state) {
            busy = false;
            restsUntilMillis = tools.clock().millis() + Math.max(REST_MILLIS_MIN, REST * tookMillis);
            if (isWhole) {
                state.winners = new Winners(
                        census.soldUnits, census.buyers, tools.settings().queueMax());
            }
        }
    }
}
