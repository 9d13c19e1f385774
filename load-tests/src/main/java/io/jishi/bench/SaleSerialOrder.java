package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of everything that happened in a sale, one thing at a time, each between its question and its
 * answer, in which every answer is right: {@code sold_out} where too little was left, {@code limit_reached} where the
 * buyer had enough, yes where neither (J. M. Wing, C. Gong, "Testing and Verifying Concurrent Objects", 1993, with the
 * memory of G. Lowe, "Testing for linearizability", 2017). Answers that change nothing are taken as soon as they are
 * right, which loses no solution.
 */
final class SaleSerialOrder {
    /** A search that takes longer than this many states says nothing. */
    private static final int STATES_MAX = 200_000;

    /** What happened between two instants. */
    private sealed interface Event {
        long fromNanos();

        long toNanos();

        /** A key became an order. */
        record Buy(String key, String buyer, int quantity, long fromNanos, long toNanos) implements Event {}

        /** The order of a key let go of its units. */
        record Release(String key, String buyer, int quantity, long fromNanos, long toNanos) implements Event {}

        /** A key was refused. */
        record No(String key, String buyer, int quantity, String reason, long fromNanos, long toNanos)
                implements Event {}
    }

    private final SaleEvidence evidence;
    private final List<Event> events = new ArrayList<>();
    private final Set<BitSet> seen = new HashSet<>();
    private BitSet furthest = new BitSet();

    private SaleSerialOrder(SaleEvidence evidence) {
        this.evidence = evidence;
    }

    /** What cannot be put in an order; empty where there is one, or the search was given up. */
    static Optional<String> contradiction(SaleEvidence evidence) {
        return new SaleSerialOrder(evidence).search();
    }

    private Optional<String> search() {
        collect();
        ArrayDeque<State> open = new ArrayDeque<>();
        open.push(new State(evidence.sale().stock()));
        while (!open.isEmpty()) {
            State state = open.pop();
            takeRefusals(state);
            if (state.done.cardinality() == events.size() || seen.size() > STATES_MAX) {
                return Optional.empty();
            }
            if (!seen.add(state.done)) {
                continue;
            }
            if (state.done.cardinality() > furthest.cardinality()) {
                furthest = state.done;
            }
            long horizon = horizon(state);
            for (int i = 0; i < events.size(); i++) {
                Event event = events.get(i);
                if (!state.done.get(i) && event.fromNanos() <= horizon && mayHappen(state, event)) {
                    open.push(state.after(i, event));
                }
            }
        }
        return Optional.of(
                "after " + furthest.cardinality() + " of " + events.size() + " events nothing explains " + rest());
    }

    /** The first answers that the furthest attempt could not reach. */
    private List<Event> rest() {
        List<Event> rest = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (!furthest.get(i)) {
                rest.add(events.get(i));
            }
        }
        rest.sort(java.util.Comparator.comparingLong(Event::toNanos));
        return rest.subList(0, Math.min(3, rest.size()));
    }

    private static final class State {
        final BitSet done;
        final Map<String, Integer> live;
        final Set<String> bought;
        int left;

        State(int left) {
            this(new BitSet(), new HashMap<>(), new HashSet<>(), left);
        }

        private State(BitSet done, Map<String, Integer> live, Set<String> bought, int left) {
            this.done = done;
            this.live = live;
            this.bought = bought;
            this.left = left;
        }

        State after(int index, Event event) {
            State next = new State((BitSet) done.clone(), new HashMap<>(live), new HashSet<>(bought), left);
            next.done.set(index);
            switch (event) {
                case Event.Buy buy -> {
                    next.left -= buy.quantity;
                    next.live.merge(buy.buyer, buy.quantity, Integer::sum);
                    next.bought.add(buy.key);
                }
                case Event.Release release -> {
                    next.left += release.quantity;
                    next.live.merge(release.buyer, -release.quantity, Integer::sum);
                }
                case Event.No _ -> {}
            }
            return next;
        }
    }

    /** No event that is left may begin after another has ended. */
    private long horizon(State state) {
        long horizon = Long.MAX_VALUE;
        for (int i = state.done.nextClearBit(0); i < events.size(); i = state.done.nextClearBit(i + 1)) {
            horizon = Math.min(horizon, events.get(i).toNanos());
        }
        return horizon;
    }

    private void takeRefusals(State state) {
        boolean again = true;
        while (again) {
            again = false;
            long horizon = horizon(state);
            for (int i = state.done.nextClearBit(0); i < events.size(); i = state.done.nextClearBit(i + 1)) {
                if (events.get(i) instanceof Event.No no && no.fromNanos <= horizon && mayHappen(state, no)) {
                    state.done.set(i);
                    again = true;
                }
            }
        }
    }

    private boolean mayHappen(State state, Event event) {
        int limit = evidence.sale().perBuyerLimit();
        return switch (event) {
            case Event.Buy buy ->
                buy.quantity <= state.left && state.live.getOrDefault(buy.buyer, 0) + buy.quantity <= limit;
            case Event.Release release -> state.bought.contains(release.key);
            case Event.No no ->
                !state.bought.contains(no.key)
                        && switch (no.reason) {
                            case "sold_out" -> state.left < no.quantity;
                            case "limit_reached" -> state.live.getOrDefault(no.buyer, 0) + no.quantity > limit;
                            default -> true;
                        };
        };
    }

    private void collect() {
        Map<String, Order> orders = new HashMap<>();
        evidence.orders().forEach(order -> orders.put(order.buyer() + " " + order.key(), order));
        Map<String, Long> asked = new HashMap<>();
        Map<String, Long> heard = new HashMap<>();
        for (Attempt attempt : evidence.attempts()) {
            String key = attempt.buyer() + " " + attempt.key();
            asked.merge(key, attempt.invokedNanos(), Math::min);
            switch (attempt.answer()) {
                case Answer.Yes _ -> heard.merge(key, attempt.answeredNanos(), Math::min);
                case Answer.No(String reason) ->
                    events.add(new Event.No(
                            key,
                            attempt.buyer(),
                            attempt.quantity(),
                            reason,
                            attempt.invokedNanos(),
                            attempt.answeredNanos()));
                case Answer.Waiting _, Answer.Unknown _ -> {}
            }
        }
        Map<String, Long> released = released();
        orders.forEach((key, order) -> {
            events.add(new Event.Buy(
                    key,
                    order.buyer(),
                    order.quantity(),
                    asked.getOrDefault(key, Long.MIN_VALUE),
                    heard.getOrDefault(key, Long.MAX_VALUE)));
            Long at = released.get(order.id());
            if (at != null) {
                events.add(new Event.Release(key, order.buyer(), order.quantity(), at, Long.MAX_VALUE));
            }
        });
    }

    /** When the transaction that released an order was under way; it was seen some time after that. */
    private Map<String, Long> released() {
        Map<String, Long> released = new HashMap<>();
        for (Step step : evidence.steps()) {
            if (step.to().equals("expired")
                    || step.to().equals("cancelled")
                    || step.to().equals("refunding")) {
                released.putIfAbsent(step.order(), step.atNanos());
            }
        }
        return released;
    }
}
