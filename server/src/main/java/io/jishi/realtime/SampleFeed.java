package io.jishi.realtime;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The sampled side of a channel on its home loop: one {@link Sampler} for all viewers of the node. */
final class SampleFeed {
    /** Of so many that were left out it is remembered that they were: whoever comes back gets the same sample. */
    private static final int REMEMBERED_MAX = 4_096;

    private final Sampler sampler;
    private final int windowMillis;
    private final Loop home;
    private final InstantSource clock;
    private final Consumer<Sample> viewers;
    private final Map<Long, String> leftOut = new LinkedHashMap<>();
    private boolean closing;

    SampleFeed(int perSecond, int windowMillis, Loop home, InstantSource clock, Consumer<Sample> viewers) {
        this.sampler = new Sampler(perSecond, clock.millis());
        this.windowMillis = windowMillis;
        this.home = home;
        this.clock = clock;
        this.viewers = viewers;
    }

    /** Begins behind an offset, of a new log perhaps. */
    void restart(long offset) {
        sampler.restart(offset);
        leftOut.clear();
    }

    /** Nothing will come up to this offset. */
    void skipped(long offset) {
        if (!sampler.isWaiting()) {
            sampler.restart(offset);
        }
    }

    /** How far viewers have been served. */
    long through() {
        return sampler.through();
    }

    void offer(List<Encoded> publications) {
        send(sampler.offer(publications, clock.millis()));
        closeLater();
    }

    private void closeLater() {
        if (sampler.isWaiting() && !closing) {
            closing = true;
            home.after(windowMillis, () -> {
                closing = false;
                send(sampler.close(clock.millis()));
                closeLater();
            });
        }
    }

    private void send(Sample sample) {
        sample.leftOut().forEach((author, own) -> own.forEach(each -> leftOut.put(each.publication.offset(), author)));
        sample.common().forEach(each -> leftOut.remove(each.publication.offset()));
        while (leftOut.size() > REMEMBERED_MAX) {
            leftOut.remove(leftOut.keySet().iterator().next());
        }
        if (!sample.isEmpty()) {
            viewers.accept(sample);
        }
    }

    /**
     * What a viewer that comes back is sent of what it missed: what the others were sent, its own, and the last; of what
     * is so long ago that this is not known any more, as much as may come at once.
     */
    List<Encoded> recovered(List<Encoded> missed, long sinceOffset, String viewer) {
        List<Encoded> sent = new ArrayList<>();
        for (Encoded each : missed) {
            String author = leftOut.get(each.publication.offset());
            if (author == null || author.equals(viewer) || each == missed.getLast()) {
                sent.add(each);
            }
        }
        if (sent.size() > sampler.burst()) {
            Sample some = sample(new FairShare().choose(sent, sampler.burst()));
            sent = some.seenBy(viewer, 0);
            if (sent.isEmpty()
                    || sent.getLast().publication.offset()
                            < missed.getLast().publication.offset()) {
                sent = new ArrayList<>(sent);
                sent.add(missed.getLast());
            }
        }
        return Sample.counted(sent, sinceOffset);
    }

    private static Sample sample(FairShare.Choice choice) {
        return new Sample(choice.chosen(), FairShare.byAuthor(choice.leftOut()));
    }
}
