package io.jishi.realtime;

import java.util.ArrayList;
import java.util.List;

/** Those of a channel on one event loop who hear everything, and those who hear the sample. */
record LoopChannel(Audience whole, Audience sampled) {
    static LoopChannel of(Priority priority) {
        return new LoopChannel(new Audience(priority), new Audience(priority));
    }

    Audience of(Subscription subscription) {
        return subscription.isSampled() ? sampled : whole;
    }

    List<Subscription> subscriptions() {
        List<Subscription> all = new ArrayList<>(whole.subscriptions);
        all.addAll(sampled.subscriptions);
        return all;
    }

    boolean isEmpty() {
        return whole.subscriptions.isEmpty() && sampled.subscriptions.isEmpty();
    }
}
