package io.jishi.realtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Those on one event loop who hear the same of a channel. */
final class Audience {
    static final Comparator<Audience> BY_PRIORITY = Comparator.comparing(audience -> audience.priority);

    final Priority priority;
    final List<Subscription> subscriptions = new ArrayList<>();
    final List<Sample> pending = new ArrayList<>();
    boolean isDirty;

    Audience(Priority priority) {
        this.priority = priority;
    }
}
