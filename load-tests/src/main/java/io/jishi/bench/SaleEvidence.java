package io.jishi.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one sale when it is over: what its buyers did and heard, and what the database did. Times are
 * {@link System#nanoTime} of the process that looks.
 *
 * @param attempts each time that a buyer asked, retries included, in no particular order
 * @param told what buyers were told about orders after the claim
 * @param left buyers who gave up a place in the waiting list, or wanted to
 * @param orders as they are at the end
 * @param places of the waiting list, in their order, as they are at the end
 * @param steps every change of an order's stage, in the order of their writing
 * @param sellings every batch that took units out of a segment
 * @param snapshots each of one statement, taken while the sale went on
 * @param lobby what there was to see of its waiting room; null where it had none
 * @param wrongs counts of what must not be, by name, from a look at the whole database at the end
 */
record SaleEvidence(
        Sale sale,
        List<Attempt> attempts,
        List<Told> told,
        Set<String> left,
        List<Order> orders,
        List<Place> places,
        List<Step> steps,
        List<Selling> sellings,
        List<Snapshot> snapshots,
        @Nullable Lobby lobby,
        Map<String, Long> wrongs) {

    /**
     * @param sellsAll whether there was more demand than stock to the end
     * @param strangers buyers who tried although the sale was not for them
     */
    record Sale(String id, int stock, int perBuyerLimit, boolean sellsAll, Set<String> strangers) {
        Sale {
            strangers = Set.copyOf(strangers);
        }
    }

    /** What a buyer heard. */
    sealed interface Answer {
        record Yes(String order) implements Answer {}

        /** A refusal that is final. */
        record No(String reason) implements Answer {}

        /** A place in the waiting list: final; its order may be made much later, or never. */
        record Waiting() implements Answer {}

        /** No answer, or one that says that it is not known yet or that nothing was done. */
        record Unknown(String why) implements Answer {}
    }

    /** @param node which server it was sent to, from 0 on */
    record Attempt(
            String buyer, String key, int quantity, int node, long invokedNanos, long answeredNanos, Answer answer) {}

    /** @param stage paid or cancelled, as the answer said */
    record Told(String order, String stage) {}

    record Order(String id, String buyer, String key, int quantity, String stage) {}

    /**
     * @param ended whether it is no place any more
     * @param order what it has become; null where it has not
     */
    record Place(
            String buyer,
            String key,
            int quantity,
            boolean ended,
            @Nullable String order) {}

    /** @param from null where the order was made */
    record Step(String order, @Nullable String from, String to, long atNanos, long transaction) {}

    /**
     * @param epoch of the segment when units were taken
     * @param node whose segment it was; {@link #WAITLIST} where places in the waiting list became orders
     * @param named the epoch that the statement on its way named; null where nobody saw it pass
     */
    record Selling(
            long transaction,
            String node,
            long epoch,
            @Nullable Long named,
            int units) {
        static final String WAITLIST = ":waitlist";
    }

    /**
     * A waiting room.
     *
     * @param drawn how many tickets were shuffled; null where the sale never opened
     * @param tickets in the order in which they were given
     * @param turns in the order of their places
     * @param stood what buyers heard when they entered
     * @param barred keys, each after its buyer and a space, that were never claimed with a good pass
     * @param calm whether nothing went wrong but connections
     */
    record Lobby(
            int turnSeconds,
            String seed,
            @Nullable Integer drawn,
            int admitted,
            long opensAtNanos,
            List<Ticket> tickets,
            List<Turn> turns,
            List<Stood> stood,
            Set<String> barred,
            boolean calm) {}

    record Ticket(String buyer, int ticket, long atNanos) {}

    /** Places whose turn came together. */
    record Turn(int firstPlace, int lastPlace, long beganNanos, long endsNanos) {}

    /**
     * @param place null where the order was not drawn yet
     * @param endsNanos when the turn ends, where it is his turn
     */
    record Stood(
            String buyer,
            long askedNanos,
            int ticket,
            @Nullable Integer place,
            String stage,
            @Nullable Long endsNanos) {}

    /**
     * One look.
     *
     * @param free in the pool
     * @param held in segments and not sold
     * @param sold taken out of segments since the beginning
     * @param live units of orders that hold them
     * @param ever units of all orders, whatever became of them
     * @param paid units of orders that are paid
     * @param most live units of the buyer who has most
     * @param received units that came into the stock of the SKU
     * @param available units of the SKU outside of the sale
     */
    record Snapshot(
            int stock,
            boolean closed,
            int free,
            int held,
            int sold,
            int live,
            int ever,
            int paid,
            int most,
            int received,
            int available) {}

    SaleEvidence {
        attempts = List.copyOf(attempts);
        told = List.copyOf(told);
        left = Set.copyOf(left);
        places = List.copyOf(places);
        orders = List.copyOf(orders);
        steps = List.copyOf(steps);
        sellings = List.copyOf(sellings);
        snapshots = List.copyOf(snapshots);
        wrongs = Map.copyOf(wrongs);
    }
}
