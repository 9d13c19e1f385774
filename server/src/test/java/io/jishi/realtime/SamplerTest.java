package io.jishi.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is chosen of a busy channel, without channel, clock or viewers. */
class SamplerTest {
    private static final int RATE = 10;
    private static final int WINDOW = 500;
    private static final int PER_WINDOW = RATE * WINDOW / 1_000;

    private final Sampler sampler = new Sampler(RATE, 0);
    private long offset;
    private long now;

    private Encoded said(@Nullable String author) {
        return said(author, "");
    }

    private Encoded said(@Nullable String author, String key) {
        Buffer info = author == null ? null : new ClientInfo(author, "c", null, null).json();
        return new Encoded("room:1", new Publication(++offset, key, Buffer.buffer("{}"), info, now), null, true);
    }

    /** Lets so much be said that nothing more may pass at once, and decides it. */
    private void crowd() {
        sampler.offer(IntStream.range(0, 5 * RATE).mapToObj(i -> said("crowd")).toList(), now);
        nextWindow();
    }

    private Sample nextWindow() {
        now += WINDOW;
        return sampler.close(now);
    }

    private static List<String> authors(List<Encoded> publications) {
        return publications.stream()
                .map(each -> String.valueOf(FairShare.authorOf(each.publication)))
                .toList();
    }

    @Test
    @DisplayName("[RT40] below the rate nothing is left out, nothing waits, and nothing is counted")
    void calm() {
        for (int i = 0; i < 200; i++) {
            now += 1_000 / RATE;
            Sample sample = sampler.offer(List.of(said("ann")), now);
            assertThat(sample.common()).hasSize(1).allMatch(each -> each.leftOut() == 0);
            assertThat(sampler.isWaiting()).isFalse();
        }
    }

    @Test
    @DisplayName("[RT40] who says one thing is heard, however much another says")
    void flood() {
        crowd();
        for (int window = 0; window < 50; window++) {
            List<Encoded> all = new ArrayList<>();
            IntStream.range(0, 300).forEach(i -> all.add(said("flood")));
            IntStream.range(0, PER_WINDOW - 1).forEach(i -> all.add(said("one of many " + offset)));
            assertThat(sampler.offer(all, now).common()).isEmpty();
            Sample sample = nextWindow();
            assertThat(authors(sample.common())).hasSize(PER_WINDOW).containsOnlyOnce("flood");
            assertThat(sample.leftOut().keySet()).contains("flood").isSubsetOf("flood", "crowd");
        }
    }

    @Test
    @DisplayName("[RT40] where more speak than there is room for, all get as many turns over time")
    void turns() {
        crowd();
        int speakers = 4 * PER_WINDOW;
        Map<String, Integer> heard = new HashMap<>();
        for (int window = 0; window < 40; window++) {
            List<Encoded> all = new ArrayList<>();
            for (int speaker = 0; speaker < speakers; speaker++) {
                int times = speaker % 3 == 0 ? 5 : 1;
                String name = "speaker " + speaker;
                IntStream.range(0, times).forEach(i -> all.add(said(name)));
            }
            sampler.offer(all, now);
            authors(nextWindow().common()).forEach(name -> heard.merge(name, 1, Integer::sum));
        }
        assertThat(heard).hasSize(speakers);
        assertThat(heard.values()).allMatch(times -> times >= 9 && times <= 11);
    }

    @Test
    @DisplayName(
            "[RT40] of however much is said, viewers are sent no more than the rate, and two seconds of it at once")
    void rate() {
        int sent = 0;
        for (int i = 0; i < 6_000; i++) {
            now += 5;
            sent += sampler.offer(List.of(said("a" + i % 7)), now).common().size();
            if (now % WINDOW == 0) {
                sent += sampler.close(now).common().size();
            }
        }
        assertThat(sent).isBetween(28 * RATE, 32 * RATE + 1);
    }

    @Test
    @DisplayName("[RT41] what has no author and what is marked is never left out, at however many a second")
    void always() {
        crowd();
        List<Encoded> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(said("flood"));
            all.add(said(null));
            all.add(said("host", Publication.ALWAYS));
        }
        sampler.offer(all, now);
        Sample sample = nextWindow();
        assertThat(sample.common()).hasSize(400);
        assertThat(sample.leftOut().get("flood")).hasSize(200);
    }

    @Test
    @DisplayName("[RT41] the last before a silence is sent after all")
    void silence() {
        crowd();
        IntStream.range(0, 40).forEach(i -> sampler.offer(List.of(said("a" + i)), now));
        nextWindow();
        assertThat(sampler.isWaiting()).isTrue();
        Sample sample = nextWindow();
        assertThat(sample.common()).hasSize(1);
        assertThat(sampler.through()).isEqualTo(offset);
        assertThat(sampler.isWaiting()).isFalse();
    }

    static LongStream seeds() {
        Long one = Long.getLong("jishi.seed");
        return one == null ? LongStream.rangeClosed(1, Integer.getInteger("jishi.seeds", 200)) : LongStream.of(one);
    }

    @ParameterizedTest(name = "[RT42] for everybody what is sent and what is counted adds up (seed {0})")
    @MethodSource("seeds")
    @DisplayName("[RT42] for everybody what is sent and what is counted adds up, and authors get all of their own")
    void addsUp(long seed) {
        Random random = new Random(seed);
        Map<String, Viewer> viewers = new HashMap<>();
        IntStream.range(0, 8).forEach(i -> viewers.put("a" + i, new Viewer("a" + i)));
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(60);
            List<Encoded> batch = IntStream.range(0, random.nextInt(5))
                    .mapToObj(i -> random.nextInt(20) == 0 ? said(null) : said("a" + random.nextInt(6)))
                    .toList();
            batch.forEach(each -> viewers.values().forEach(viewer -> viewer.published(each)));
            Sample sample = batch.isEmpty() ? Sample.NOTHING : sampler.offer(batch, now);
            viewers.values().forEach(viewer -> viewer.hears(sample));
            if (random.nextInt(6) == 0) {
                Sample closed = sampler.close(now);
                viewers.values().forEach(viewer -> viewer.hears(closed));
            }
        }
        for (int i = 0; i < 2; i++) {
            Sample closed = nextWindow();
            viewers.values().forEach(viewer -> viewer.hears(closed));
        }
        assertThat(viewers.values().stream().mapToLong(viewer -> viewer.leftOut).sum())
                .isPositive();
        viewers.values().forEach(viewer -> viewer.isWhole(offset));
    }

    /** Somebody to whom a loop hands samples as it does, author or not. */
    private static final class Viewer {
        private final String name;
        private final List<Long> own = new ArrayList<>();
        private final List<Long> heard = new ArrayList<>();
        private long leftOut;
        private long last;
        private long ahead;

        Viewer(String name) {
            this.name = name;
        }

        void published(Encoded publication) {
            if (name.equals(FairShare.authorOf(publication.publication))) {
                own.add(publication.publication.offset());
            }
        }

        void hears(Sample sample) {
            boolean exception = ahead > 0 || sample.leftOut().containsKey(name);
            List<Encoded> sent = exception ? sample.seenBy(name, ahead) : sample.common();
            for (Encoded each : sent) {
                long at = each.publication.offset();
                assertThat(each.leftOut()).isNotNegative();
                assertThat(at).isEqualTo(last + 1 + each.leftOut());
                leftOut += each.leftOut();
                last = at;
                heard.add(at);
            }
            if (!sample.isEmpty()) {
                ahead = last > sample.common().getLast().publication.offset() ? last : 0;
            }
        }

        void isWhole(long published) {
            assertThat(last).isEqualTo(published);
            assertThat(heard.size() + leftOut).isEqualTo(published);
            assertThat(heard).containsAll(own);
        }
    }
}
