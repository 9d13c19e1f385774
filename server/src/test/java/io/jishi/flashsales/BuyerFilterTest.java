package io.jishi.flashsales;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Ids;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Buyers in a few bits each. */
class BuyerFilterTest {
    private static final int BUYERS = 50_000;

    private final Ids ids = new Ids(InstantSource.system(), 1);

    @Test
    @DisplayName("[FS53] a filter of buyers forgets nobody, however many are added")
    void forgetsNobody() {
        for (int madeFor : new int[] {0, 1, 1_000, BUYERS}) {
            BuyerFilter filter = new BuyerFilter(madeFor);
            long[] buyers = buyers(() -> ids.next().value());
            for (long buyer : buyers) {
                filter.add(buyer);
            }
            assertThat(LongStream.of(buyers).allMatch(filter::mayHold)).isTrue();
        }
    }

    @Test
    @DisplayName("[FS53] a filter of buyers is seldom wrong, be their ids one after the other or anything")
    void seldomWrong() {
        Random luck = new Random(7);
        assertSeldomWrong(() -> ids.next().value());
        assertSeldomWrong(luck::nextLong);
    }

    private static void assertSeldomWrong(LongSupplier source) {
        BuyerFilter filter = new BuyerFilter(BUYERS);
        for (long buyer : buyers(source)) {
            filter.add(buyer);
        }
        long wrong = LongStream.of(buyers(source)).filter(filter::mayHold).count();
        assertThat(wrong).isLessThan(BUYERS / 50);
        assertThat(new BuyerFilter(BUYERS).mayHold(source.getAsLong())).isFalse();
    }

    private static long[] buyers(LongSupplier source) {
        return LongStream.generate(source).limit(BUYERS).toArray();
    }
}
