package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Place;
import io.jishi.bench.SaleEvidence.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the waiting list of a sale was one: places in the order of the joins, orders in the order of the places, and
 * none that went away by itself.
 */
final class SaleLine {
    private final SaleEvidence evidence;
    private final List<String> wrongs = new ArrayList<>();

    private SaleLine(SaleEvidence evidence) {
        this.evidence = evidence;
    }

    /** What is not as it should be, for people. */
    static List<String> of(SaleEvidence evidence) {
        SaleLine line = new SaleLine(evidence);
        line.placesAreThere();
        line.placesInOrder();
        line.ordersInOrder();
        return line.wrongs;
    }

    private void placesAreThere() {
        Set<String> buyers = evidence.places().stream().map(Place::buyer).collect(Collectors.toSet());
        for (Attempt attempt : evidence.attempts()) {
            if (attempt.answer() instanceof Answer.Waiting && !buyers.contains(attempt.buyer())) {
                wrongs.add("heard of a place and has none: " + attempt);
            }
        }
        for (Place place : evidence.places()) {
            if (place.ended() && place.order() == null && !mayBeDropped(place)) {
                wrongs.add("a place went away by itself: " + place);
            }
        }
    }

    /** Who left may have left in vain before and again; who may have no more units loses the place. */
    private boolean mayBeDropped(Place place) {
        int bought = evidence.orders().stream()
                .filter(order -> order.buyer().equals(place.buyer()))
                .mapToInt(Order::quantity)
                .sum();
        return evidence.left().contains(place.buyer())
                || bought + place.quantity() > evidence.sale().perBuyerLimit();
    }

    /** What is known of one key that heard of a place. Several places may have it, where it was left and asked for again. */
    private record Known(String name, long askedNanos, long heardNanos, int earliest, int latest) {
        boolean isBefore(Known later) {
            return heardNanos < later.askedNanos;
        }
    }

    /** A place counts from its answer on: of places that were asked for at the same time either may be first. */
    private void placesInOrder() {
        List<Known> all = known();
        for (Known first : all) {
            for (Known later : all) {
                if (first.isBefore(later) && later.latest < first.earliest) {
                    wrongs.add(later + " has a place before " + first);
                }
            }
        }
    }

    /** Of each buyer the first place: whoever asks with another key while there is one hears of that. */
    private List<Known> known() {
        Set<String> buyers = new HashSet<>();
        Map<String, Integer> earliest = new HashMap<>();
        Map<String, Integer> latest = new HashMap<>();
        for (int i = 0; i < evidence.places().size(); i++) {
            Place place = evidence.places().get(i);
            if (buyers.add(place.buyer())) {
                earliest.put(place.buyer() + " " + place.key(), i);
            }
            latest.put(place.buyer() + " " + place.key(), i);
        }
        Map<String, Long> asked = new HashMap<>();
        Map<String, Long> heard = new HashMap<>();
        for (Attempt attempt : evidence.attempts()) {
            String name = attempt.buyer() + " " + attempt.key();
            asked.merge(name, attempt.invokedNanos(), Math::min);
            if (attempt.answer() instanceof Answer.Waiting) {
                heard.merge(name, attempt.answeredNanos(), Math::min);
            }
        }
        List<Known> known = new ArrayList<>();
        heard.forEach((name, at) -> {
            Integer first = earliest.get(name);
            if (first != null) {
                known.add(new Known(name, asked.getOrDefault(name, at), at, first, latest.getOrDefault(name, first)));
            }
        });
        return known;
    }

    private void ordersInOrder() {
        Map<String, Integer> turns = new HashMap<>();
        for (Step step : evidence.steps()) {
            if (step.from() == null) {
                turns.putIfAbsent(step.order(), turns.size());
            }
        }
        List<Place> places = evidence.places();
        for (int i = 0; i < places.size(); i++) {
            Place first = places.get(i);
            for (Place later : places.subList(i + 1, places.size())) {
                boolean overtaken = later.quantity() == first.quantity() && turn(turns, later) < turn(turns, first);
                if (overtaken && !(first.order() == null && mayBeDropped(first))) {
                    wrongs.add(later + " overtook " + first);
                }
            }
        }
    }

    private static int turn(Map<String, Integer> turns, Place place) {
        return place.order() == null ? Integer.MAX_VALUE : turns.getOrDefault(place.order(), Integer.MAX_VALUE);
    }
}
