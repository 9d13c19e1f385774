package io.jishi.realtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Those on one event loop who hear the same of a channel. */
final class Audience {
    static final Comparator<Audience> BY_PRIORITY = Comparator.comparing(audience -> audience.priority);

    final Priority priority;
    final List<Subscription> subscriptions = new ArrayList<>();
    /** What is to be sent, in order. */
    private final List<Sample> pending = new ArrayList<>();
    /** The number of the next sample: all that ever came are counted. */
    private long next;

    boolean isDue;

    Audience(Priority priority) {
        this.priority = priority;
    }

    /** The subscriber hears what comes from now on, and nothing of what waits. */
    void add(Subscription subscription) {
        subscription.nextSample(next);
        subscription.index = subscriptions.size();
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        int last = subscriptions.size() - 1;
        Subscription moved = subscriptions.get(last);
        subscriptions.set(subscription.index, moved);
        moved.index = subscription.index;
        subscriptions.remove(last);
        subscription.index = -1;
    }

    void expect(Sample sample) {
        pending.add(sample);
        next++;
    }

    boolean isWaiting() {
        return !pending.isEmpty();
    }

    /** What waits will not be sent. */
    void forget() {
        pending.clear();
    }

    /** What waits, to be sent now. */
    Batch take(boolean straight) {
        Batch batch = new Batch(this, List.copyOf(pending), next, straight);
        pending.clear();
        return batch;
    }
}
