package io.jishi.flashsales;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Claims that wait to buy, in the order of their arrival. */
final class ClaimQueue {
    private final ArrayDeque<Claim> claims = new ArrayDeque<>();
    private long units;

    boolean isEmpty() {
        return claims.isEmpty();
    }

    int size() {
        return claims.size();
    }

    /** Units that all its claims want together. */
    long units() {
        return units;
    }

    static long units(List<Claim> claims) {
        return claims.stream().mapToLong(claim -> claim.quantity).sum();
    }

    /** The least that one of its claims wants; as good as infinite where there is none. */
    int smallest() {
        int smallest = Integer.MAX_VALUE;
        for (Claim claim : claims) {
            smallest = Math.min(smallest, claim.quantity);
            if (smallest == 1) {
                break;
            }
        }
        return smallest;
    }

    void add(Claim claim) {
        claims.addLast(claim);
        units += claim.quantity;
    }

    /** Puts claims back before all others, in their order. */
    void putBack(List<Claim> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            claims.addFirst(batch.get(i));
            units += batch.get(i).quantity;
        }
    }

    /**
     * Takes the first claims that {@code free} units suffice for, no two of one buyer, so that the statement need not
     * weigh the claims of a batch against each other. The others keep their places. Claims of buyers with a past and of
     * others are never in one batch: the first one decides which it is.
     */
    List<Claim> take(int max, int free) {
        List<Claim> batch = new ArrayList<>(Math.min(max, claims.size()));
        List<Claim> passed = new ArrayList<>();
        Set<Long> buyers = new HashSet<>();
        int rest = free;
        boolean withPast = !claims.isEmpty() && claims.peekFirst().hasPast;
        while (!claims.isEmpty() && batch.size() < max && rest > 0 && passed.size() < max) {
            if (claims.peekFirst().hasPast != withPast) {
                break;
            }
            Claim claim = claims.pollFirst();
            if (claim.quantity <= rest && buyers.add(claim.buyer.value())) {
                batch.add(claim);
                rest -= claim.quantity;
                units -= claim.quantity;
            } else {
                passed.add(claim);
            }
        }
        for (int i = passed.size() - 1; i >= 0; i--) {
            claims.addFirst(passed.get(i));
        }
        return batch;
    }

    /** Takes out all claims that the test picks. */
    List<Claim> takeIf(Predicate<Claim> test) {
        List<Claim> taken = new ArrayList<>();
        Iterator<Claim> all = claims.iterator();
        while (all.hasNext()) {
            Claim claim = all.next();
            if (test.test(claim)) {
                all.remove();
                units -= claim.quantity;
                taken.add(claim);
            }
        }
        return taken;
    }
}
