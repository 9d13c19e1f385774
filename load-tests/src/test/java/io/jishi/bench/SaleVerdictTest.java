package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Place;
import io.jishi.bench.SaleEvidence.Selling;
import io.jishi.bench.SaleEvidence.Snapshot;
import io.jishi.bench.SaleEvidence.Step;
import io.jishi.bench.SaleEvidence.Told;
import io.jishi.bench.SaleVerdict.Promise;
import io.jishi.bench.SaleVerdict.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each check sees what it is there for: a good history, spoilt in one way at a time. */
class SaleVerdictTest {
    private static final Answer PENDING = new Answer.Unknown("pending");
    private static final Answer SOLD_OUT = new Answer.No("sold_out");

    /** Two units, at most one a buyer: ann buys and pays, bob buys and forgets, cid hears no, then buys what bob left. */
    private final List<Attempt> attempts = new ArrayList<>(List.of(
            new Attempt("ann", "a", 1, 0, 10, 20, PENDING),
            new Attempt("ann", "a", 1, 1, 30, 40, yes("o1")),
            new Attempt("bob", "b", 1, 0, 10, 20, yes("o2")),
            new Attempt("cid", "c", 1, 1, 45, 60, SOLD_OUT),
            new Attempt("cid", "d", 1, 1, 110, 120, yes("o3"))));

    private final List<Told> told = new ArrayList<>(List.of(new Told("o1", "paid")));
    private final Set<String> strangers = new HashSet<>(Set.of("zoe"));
    private final Set<String> left = new HashSet<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>(List.of(
            new Order("o1", "ann", "a", 1, "paid"),
            new Order("o2", "bob", "b", 1, "expired"),
            new Order("o3", "cid", "d", 1, "paid")));
    private final List<Step> steps = new ArrayList<>(List.of(
            new Step("o1", null, "reserved", 15, 1),
            new Step("o2", null, "reserved", 16, 1),
            new Step("o1", "reserved", "paid", 50, 2),
            new Step("o2", "reserved", "expired", 100, 3),
            new Step("o3", null, "reserved", 115, 4),
            new Step("o3", "reserved", "paid", 130, 5)));
    private final List<Selling> sellings =
            new ArrayList<>(List.of(new Selling(1, "n", 1, 1L, 2), new Selling(4, "n", 2, 2L, 1)));
    private final List<Snapshot> snapshots = new ArrayList<>(List.of(
            new Snapshot(2, false, 1, 1, 0, 0, 0, 0, 0, 5, 3), new Snapshot(2, false, 0, 0, 3, 2, 3, 2, 1, 5, 3)));
    private final Map<String, Long> wrongs = new HashMap<>(Map.of("unbalanced", 0L));

    /** Set where the sale has a waiting room: bob came late, cid let his first turn go by. */
    private SaleEvidence.@Nullable Lobby lobby;

    private static Answer yes(String order) {
        return new Answer.Yes(order);
    }

    private List<Violation> judged() {
        return SaleVerdict.of(new SaleEvidence(
                new SaleEvidence.Sale("s", 2, 1, true, strangers),
                attempts,
                told,
                left,
                orders,
                places,
                steps,
                sellings,
                snapshots,
                lobby,
                wrongs));
    }

    private void broken(Promise promise) {
        assertThat(judged()).extracting(Violation::promise).contains(promise);
    }

    @Test
    void a_good_history_is_found_good() {
        assertThat(judged()).isEmpty();
    }

    /** Cid does not ask again: he waits, and what bob left becomes his in the transaction in which it comes back. */
    private void cidWaits() {
        attempts.set(4, new Attempt("cid", "d", 1, 1, 65, 70, new Answer.Waiting()));
        places.add(new Place("cid", "d", 1, true, "o3"));
        steps.set(4, new Step("o3", null, "reserved", 100, 3));
        sellings.set(1, new Selling(3, Selling.WAITLIST, 1, null, 1));
    }

    @Test
    void a_place_in_the_waiting_list_that_became_an_order_is_good() {
        cidWaits();
        attempts.add(new Attempt("dan", "e", 1, 0, 71, 80, new Answer.Waiting()));
        places.add(new Place("dan", "e", 1, false, null));
        assertThat(judged()).isEmpty();
    }

    @Test
    void who_is_overtaken_in_the_waiting_list_is_seen() {
        cidWaits();
        attempts.add(new Attempt("dan", "e", 1, 0, 61, 72, new Answer.Waiting()));
        places.addFirst(new Place("dan", "e", 1, false, null));
        broken(Promise.IN_ORDER);
    }

    @Test
    void who_asked_first_and_has_the_later_place_is_seen() {
        cidWaits();
        attempts.add(new Attempt("dan", "e", 1, 0, 61, 64, new Answer.Waiting()));
        places.add(new Place("dan", "e", 1, false, null));
        broken(Promise.IN_ORDER);
    }

    @Test
    void a_place_that_went_away_is_seen_but_where_its_buyer_left() {
        cidWaits();
        attempts.add(new Attempt("dan", "e", 1, 0, 71, 80, new Answer.Waiting()));
        places.add(new Place("dan", "e", 1, true, null));
        broken(Promise.IN_ORDER);
        left.add("dan");
        assertThat(judged()).isEmpty();
    }

    @Test
    void a_place_that_never_was_is_seen() {
        attempts.add(new Attempt("dan", "e", 1, 0, 71, 80, new Answer.Waiting()));
        broken(Promise.IN_ORDER);
    }

    @Test
    void a_stranger_who_buys_and_a_guest_who_is_sent_away_are_seen() {
        attempts.add(new Attempt("zoe", "z", 1, 0, 71, 80, new Answer.No("not_invited")));
        assertThat(judged()).isEmpty();
        strangers.add("ann");
        broken(Promise.INVITED);
        strangers.remove("ann");
        attempts.add(new Attempt("dan", "e", 1, 0, 71, 80, new Answer.No("not_invited")));
        broken(Promise.INVITED);
    }

    @Test
    void units_of_the_waiting_list_that_nothing_gave_are_seen() {
        cidWaits();
        sellings.remove(1);
        broken(Promise.EPOCH);
    }

    @Test
    void a_snapshot_in_which_a_unit_is_missing_is_seen() {
        snapshots.add(new Snapshot(2, false, 0, 0, 3, 1, 3, 1, 1, 5, 3));
        broken(Promise.CONSERVATION);
    }

    @Test
    void a_snapshot_in_which_a_unit_is_twice_is_seen() {
        snapshots.add(new Snapshot(2, false, 1, 0, 3, 2, 3, 2, 1, 5, 3));
        broken(Promise.CONSERVATION);
    }

    @Test
    void units_of_a_closed_sale_that_did_not_come_back_are_seen() {
        snapshots.add(new Snapshot(2, true, 0, 0, 3, 1, 3, 1, 1, 5, 3));
        broken(Promise.CONSERVATION);
    }

    @Test
    void an_order_that_no_segment_counted_is_seen() {
        snapshots.add(new Snapshot(2, false, 0, 0, 2, 2, 3, 2, 1, 5, 3));
        broken(Promise.CONSERVATION);
    }

    @Test
    void a_yes_without_an_order_is_seen() {
        attempts.add(new Attempt("dan", "x", 1, 0, 10, 20, yes("o9")));
        broken(Promise.YES_IS_KEPT);
    }

    @Test
    void a_yes_of_another_order_is_seen() {
        attempts.set(2, new Attempt("bob", "b", 1, 0, 10, 20, yes("o9")));
        broken(Promise.YES_IS_KEPT);
    }

    @Test
    void an_order_of_a_key_that_heard_no_is_seen() {
        attempts.set(4, new Attempt("cid", "d", 1, 1, 110, 120, SOLD_OUT));
        broken(Promise.NO_IS_KEPT);
    }

    @Test
    void a_key_with_two_orders_is_seen() {
        orders.add(new Order("o4", "ann", "a", 1, "cancelled"));
        broken(Promise.ONE_ANSWER);
    }

    @Test
    void a_key_with_two_answers_one_after_the_other_is_seen() {
        attempts.removeFirst();
        attempts.add(new Attempt("ann", "a", 1, 0, 60, 70, SOLD_OUT));
        broken(Promise.NO_IS_KEPT);
    }

    @Test
    void a_key_with_two_answers_at_the_same_time_is_seen() {
        attempts.add(new Attempt("ann", "a", 1, 0, 35, 70, SOLD_OUT));
        broken(Promise.ONE_ANSWER_AT_A_TIME);
    }

    @Test
    void a_no_long_after_the_order_was_made_is_seen_though_nobody_had_heard_of_the_order() {
        attempts.set(1, new Attempt("ann", "a", 1, 1, 2_000_000_000L, 2_000_000_001L, SOLD_OUT));
        broken(Promise.NO_IS_KEPT);
    }

    @Test
    void a_key_with_two_answers_of_yes_is_seen() {
        attempts.add(new Attempt("ann", "a", 1, 0, 35, 70, yes("o2")));
        broken(Promise.ONE_ANSWER);
    }

    @Test
    void an_order_that_nobody_asked_for_is_seen() {
        attempts.removeIf(attempt -> attempt.key().equals("b"));
        broken(Promise.ONE_ANSWER);
    }

    @Test
    void a_key_that_never_hears_anything_final_is_seen() {
        attempts.add(new Attempt("dan", "x", 1, 0, 10, 20, PENDING));
        broken(Promise.ANSWERED);
    }

    @Test
    void a_buyer_above_the_limit_is_seen() {
        snapshots.add(new Snapshot(2, false, 0, 0, 3, 2, 3, 2, 2, 5, 3));
        broken(Promise.LIMIT);
    }

    @Test
    void a_batch_under_an_old_epoch_is_seen() {
        sellings.set(1, new Selling(4, "n", 2, 1L, 1));
        broken(Promise.EPOCH);
    }

    @Test
    void units_that_no_segment_gave_are_seen() {
        sellings.remove(1);
        broken(Promise.EPOCH);
    }

    @Test
    void an_order_that_is_paid_after_it_expired_is_seen() {
        steps.add(new Step("o2", "expired", "paid", 140, 6));
        orders.set(1, new Order("o2", "bob", "b", 1, "paid"));
        broken(Promise.EITHER_OR);
    }

    @Test
    void an_order_that_is_both_cancelled_and_expired_is_seen() {
        steps.add(new Step("o2", "expired", "cancelled", 140, 6));
        orders.set(1, new Order("o2", "bob", "b", 1, "cancelled"));
        broken(Promise.EITHER_OR);
    }

    @Test
    void an_acknowledged_payment_that_never_was_is_seen() {
        told.add(new Told("o2", "paid"));
        broken(Promise.TOLD_IS_KEPT);
    }

    @Test
    void stock_that_is_not_sold_is_seen() {
        orders.set(2, new Order("o3", "cid", "d", 1, "expired"));
        broken(Promise.ALL_SOLD);
    }

    @Test
    void a_ledger_that_does_not_balance_is_seen() {
        wrongs.put("unbalanced", 1L);
        broken(Promise.BOOKS);
    }

    @Test
    void sold_out_while_a_unit_was_left_is_seen() {
        attempts.add(new Attempt("dan", "x", 1, 0, 1, 5, SOLD_OUT));
        broken(Promise.SERIAL);
    }

    @Test
    void limit_reached_of_a_buyer_who_has_nothing_is_seen() {
        attempts.add(new Attempt("dan", "x", 1, 0, 101, 109, SOLD_OUT));
        assertThat(judged()).isEmpty(); // bob's unit may come back a little later than its transaction began
        attempts.add(new Attempt("eve", "y", 1, 0, 121, 122, new Answer.No("limit_reached")));
        broken(Promise.SERIAL);
    }

    @Test
    void a_sale_in_the_wrong_order_is_seen() {
        steps.set(3, new Step("o2", "reserved", "expired", 200, 3));
        broken(Promise.SERIAL); // cid bought before bob's unit came back
    }

    /** Ann and bob come before the start and are shuffled, cid later; each buys in his turn. */
    private void inTurn() {
        String seed = "some seed";
        int annsPlace = SaleTurns.drawn(seed, 2).get(1);
        lobby = new SaleEvidence.Lobby(
                10,
                seed,
                2,
                3,
                0,
                new ArrayList<>(List.of(
                        new SaleEvidence.Ticket("ann", 1, -5_000_000_000L),
                        new SaleEvidence.Ticket("bob", 2, -4_000_000_000L),
                        new SaleEvidence.Ticket("cid", 3, 7))),
                new ArrayList<>(List.of(
                        new SaleEvidence.Turn(1, 2, 5, 10_000_000_000L),
                        new SaleEvidence.Turn(3, 3, 41, 10_000_000_041L))),
                new ArrayList<>(List.of(
                        new SaleEvidence.Stood("ann", -6_000_000_000L, 1, null, "before_start", null),
                        new SaleEvidence.Stood("ann", 8, 1, annsPlace, "turn", 10_000_000_000L),
                        new SaleEvidence.Stood("cid", 6, 3, 3, "waiting", null))),
                new HashSet<>(),
                true);
    }

    private SaleEvidence.Lobby lobby() {
        return java.util.Objects.requireNonNull(lobby);
    }

    @Test
    void who_buys_in_turn_is_good() {
        inTurn();
        assertThat(judged()).isEmpty();
    }

    @Test
    void who_buys_before_his_turn_is_seen() {
        inTurn();
        lobby().turns().set(1, new SaleEvidence.Turn(3, 3, 116, 10_000_000_116L));
        broken(Promise.TURNS);
    }

    @Test
    void who_asks_after_his_turn_and_gets_it_is_seen() {
        inTurn();
        lobby().turns().set(1, new SaleEvidence.Turn(3, 3, 41, -10_000_000_000L));
        broken(Promise.TURNS);
    }

    @Test
    void who_buys_without_a_pass_is_seen() {
        inTurn();
        lobby().barred().add("cid d");
        broken(Promise.TURNS);
    }

    @Test
    void who_has_no_ticket_and_buys_is_seen() {
        inTurn();
        lobby().tickets().remove(2);
        broken(Promise.TURNS);
    }

    @Test
    void who_loses_his_place_is_seen() {
        inTurn();
        lobby().tickets().add(new SaleEvidence.Ticket("cid", 4, 60));
        broken(Promise.TURNS);
    }

    @Test
    void a_turn_out_of_order_is_seen() {
        inTurn();
        lobby().turns().set(1, new SaleEvidence.Turn(4, 4, 41, 10_000_000_041L));
        broken(Promise.TURNS);
    }

    @Test
    void who_came_early_and_is_not_shuffled_is_seen() {
        inTurn();
        lobby().tickets().set(2, new SaleEvidence.Ticket("cid", 3, -3_000_000_000L));
        broken(Promise.TURNS);
    }

    @Test
    void who_is_told_of_a_place_that_was_not_drawn_is_seen() {
        inTurn();
        lobby().stood().add(new SaleEvidence.Stood("cid", 9, 3, 1, "waiting", null));
        broken(Promise.TURNS);
    }

    @Test
    void who_is_told_of_a_longer_turn_is_seen() {
        inTurn();
        lobby().stood().add(new SaleEvidence.Stood("cid", 45, 3, 3, "turn", 90_000_000_000L));
        broken(Promise.TURNS);
    }

    @Test
    void who_finds_nothing_in_his_turn_is_seen() {
        inTurn();
        lobby().tickets().add(new SaleEvidence.Ticket("dan", 4, 8));
        lobby().turns().set(1, new SaleEvidence.Turn(3, 4, 41, 10_000_000_041L));
        lobby = new SaleEvidence.Lobby(
                10, lobby().seed(), 2, 4, 0, lobby().tickets(), lobby().turns(), lobby().stood(), Set.of(), true);
        assertThat(judged()).isEmpty();
        attempts.add(new Attempt("dan", "f", 1, 0, 55, 58, SOLD_OUT));
        broken(Promise.TURNS);
    }

    @Test
    void who_waits_beside_the_waiting_room_is_seen() {
        inTurn();
        attempts.add(new Attempt("dan", "e", 1, 0, 71, 80, new Answer.Waiting()));
        places.add(new Place("dan", "e", 1, false, null));
        broken(Promise.TURNS);
    }
}
