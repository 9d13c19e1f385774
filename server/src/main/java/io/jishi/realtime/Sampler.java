package io.jishi.realtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the viewers of a channel are sent. Below the rate that is everything, at once. Above it publications
 * gather for a while, and as many as the rate allows are chosen ({@link FairShare}); what has no author is chosen beyond
 * it too. The last publication before a silence is never left out, so that everybody ends at the end of the log. Time is
 * passed in.
 */
final class Sampler {
    /** How much of the rate may come at once. */
    private static final int BURST_SECONDS = 2;

    private static final int HELD_MAX = 4_096;

    private final int perSecond;
    private final FairShare shares = new FairShare();
    private final List<Encoded> held = new ArrayList<>();
    private double tokens;
    private long refilledMillis;
    private boolean crowded;
    private @Nullable Encoded tail;
    /** What was left out behind the last that was sent: an author who comes only now has not been sent its own. */
    private List<Encoded> behind = List.of();

    private long through;

    Sampler(int perSecond, long nowMillis) {
        this.perSecond = perSecond;
        this.tokens = burst();
        this.refilledMillis = nowMillis;
    }

    int burst() {
        return perSecond * BURST_SECONDS;
    }

    /** Begins behind an offset; what was undecided is forgotten. */
    void restart(long offset) {
        held.clear();
        tail = null;
        behind = List.of();
        through = offset;
    }

    /** The offset of the last publication that viewers were sent: up to it nothing is undecided. */
    long through() {
        return through;
    }

    /** Whether something is undecided, so that {@link #close} is to be called in a while. */
    boolean isWaiting() {
        return !held.isEmpty() || tail != null;
    }

    /** Takes publications in, and gives what viewers are to be sent now. */
    Sample offer(List<Encoded> publications, long nowMillis) {
        refill(nowMillis);
        if (held.isEmpty() && tokens >= burst() / 2.0) {
            crowded = false;
        }
        if (held.isEmpty() && !crowded && publications.size() + (tail == null ? 0 : 1) <= tokens) {
            List<Encoded> all = new ArrayList<>();
            if (tail != null) {
                all.add(tail);
            }
            all.addAll(publications);
            return sent(all, List.of());
        }
        crowded = true;
        held.addAll(publications);
        return held.size() > HELD_MAX ? close(nowMillis) : Sample.NOTHING;
    }

    /** Decides about what has gathered. */
    Sample close(long nowMillis) {
        refill(nowMillis);
        if (held.isEmpty()) {
            return tail == null ? Sample.NOTHING : sent(List.of(tail), List.of());
        }
        FairShare.Choice choice = shares.choose(held, Math.max(1, (int) tokens));
        Encoded last = held.getLast();
        held.clear();
        Sample sample = sent(choice.chosen(), choice.leftOut());
        tail = choice.chosen().getLast() == last ? null : last;
        return sample;
    }

    private Sample sent(List<Encoded> chosen, List<Encoded> leftOut) {
        List<Encoded> all = new ArrayList<>(behind);
        all.removeAll(chosen);
        all.addAll(leftOut);
        List<Encoded> counted = Sample.counted(chosen, through);
        through = chosen.getLast().publication.offset();
        tokens = Math.max(-perSecond, tokens - chosen.size());
        tail = null;
        behind =
                all.stream().filter(each -> each.publication.offset() > through).toList();
        return new Sample(counted, FairShare.byAuthor(all));
    }

    private void refill(long nowMillis) {
        long millis = Math.max(0, nowMillis - refilledMillis);
        tokens = Math.min(burst(), tokens + perSecond * millis / 1_000.0);
        refilledMillis = nowMillis;
    }
}
